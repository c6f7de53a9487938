"""How a connection of PyMySQL is opened, and what every session has in common."""

from typing import Any

from sqlalchemy import URL

from schema.mariadb.dialect import COLLATION

CONNECT_WITHIN = 2  # seconds
PATIENCE = 10  # seconds that a statement waits for a lock
NEAR = ("localhost", "127.0.0.1", "::1")
SQL_MODE = ",".join(["STRICT_ALL_TABLES", "NO_ZERO_DATE", "NO_ZERO_IN_DATE", "NO_ENGINE_SUBSTITUTION", "PIPES_AS_CONCAT", "ANSI_QUOTES",
                     "NO_BACKSLASH_ESCAPES"])
SESSION = (f"SET NAMES utf8mb4 COLLATE {COLLATION}, time_zone = '+00:00', sql_mode = '{SQL_MODE}', innodb_lock_wait_timeout = {PATIENCE}, "
           f"lock_wait_timeout = {PATIENCE}")
BEGIN_READING = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
REPEATABLE = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"


def connect(url: URL, **more: Any) -> Any:
    """Encrypted where the server offers it, unless it is on this machine. Raises PyMySQL's errors."""
    import pymysql

    options = {"ssl_ca": url.query.get("ssl_ca"), "unix_socket": url.query.get("unix_socket")}
    given = {**url.translate_connect_args(username="user"), **{name: value for name, value in options.items() if value}}
    near = "ssl_ca" not in given and ("unix_socket" in given or given.get("host", "localhost") in NEAR)
    return pymysql.connect(**{"autocommit": True, **given, **more}, charset="utf8mb4", connect_timeout=CONNECT_WITHIN, ssl_disabled=near,
                           init_command=SESSION)
