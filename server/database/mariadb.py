"""MariaDB: what its connections are given, and how one is opened."""

from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.dialects import registry

from schema.changes.turns import HELD
from schema.mariadb import COLLATION
from server.database.problems import DatabaseProblem

WRITERS = 8
CONNECT_WITHIN = 2  # seconds
NEAR = ("localhost", "127.0.0.1", "::1")
LEAST = (10, 6)  # SKIP LOCKED and JSON_TABLE
SQL_MODE = ",".join(["STRICT_ALL_TABLES", "NO_ZERO_DATE", "NO_ZERO_IN_DATE", "NO_ENGINE_SUBSTITUTION", "PIPES_AS_CONCAT", "ANSI_QUOTES",
                     "NO_BACKSLASH_ESCAPES"])
SESSION = (f"SET NAMES utf8mb4 COLLATE {COLLATION}, time_zone = '+00:00', sql_mode = '{SQL_MODE}', innodb_lock_wait_timeout = 10, "
           "lock_wait_timeout = 10")
WRITING = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
READING = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
ABSENT = "MariaDB is spoken to through the package PyMySQL, which is not installed: pip install 'guanxi[mariadb]'."

registry.register("mariadb.guanxi", "schema.mariadb", "Dialect")


def connect(url: URL, *, autocommit: bool = True, client_flag: int = 0) -> Any:
    """A connection of PyMySQL, encrypted where the server offers it, unless it is on this machine. Raises its errors."""
    import pymysql

    options = {"ssl_ca": url.query.get("ssl_ca"), "unix_socket": url.query.get("unix_socket")}
    given = {**url.translate_connect_args(username="user"), **{name: value for name, value in options.items() if value}}
    near = "ssl_ca" not in given and ("unix_socket" in given or given.get("host", "localhost") in NEAR)
    return pymysql.connect(**given, charset="utf8mb4", connect_timeout=CONNECT_WITHIN, autocommit=autocommit, client_flag=client_flag,
                           ssl_disabled=near, init_command=SESSION)


def mariadb_engine(url: URL) -> Engine:
    try:
        from pymysql.constants import CLIENT
    except ImportError:
        raise DatabaseProblem(ABSENT) from None
    engine = create_engine(url, paramstyle="format", pool_pre_ping=True, pool_size=WRITERS,
                           creator=lambda: connect(url, autocommit=False, client_flag=CLIENT.FOUND_ROWS))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "reset", _give_turns_back)
    return engine


def check_server(engine: Engine) -> None:
    """Raises `DatabaseProblem` when the server is another product, or too old."""
    with engine.connect() as connection:
        said = str(connection.exec_driver_sql("SELECT version()").scalar())
    numbers = tuple(int(part) for part in said.split("-")[0].split(".")[:2])
    if "mariadb" not in said.lower():
        raise DatabaseProblem(f"The server is not MariaDB but version {said} of something else: Guanxi speaks to MariaDB 10.6 or newer, "
                              "and has not been tried on MySQL.")
    if numbers < LEAST:
        raise DatabaseProblem(f"The server is MariaDB {said}: Guanxi needs 10.6 or newer.")


def _prepare(connection: Any, _: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRITING)


def _give_turns_back(connection: Any, record: Any, _: Any) -> None:
    if record.info.pop(HELD, False):
        with connection.cursor() as cursor:
            cursor.execute("DO RELEASE_ALL_LOCKS()")
