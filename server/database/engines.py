"""SQLAlchemy engines for those who write, one way of making them for each database."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from server.database.address import PATIENCE, Address
from server.database.problems import DatabaseProblem

SERVER_WRITERS = 8
ASIDE = "guanxi_aside"  # an execution option of a connection


def engine_for(address: Address) -> Engine:
    if address.dialect == "mariadb":
        from server.database.mariadb import mariadb_engine  # brings SQLAlchemy's dialect

        return mariadb_engine(address.url)
    return _sqlite_engine(address) if address.dialect == "sqlite" else _postgres_engine(address)


def _sqlite_engine(address: Address) -> Engine:
    """Write transactions take the file's lock at their start: one that could only fail at its end would lose its work."""
    engine = create_engine(address.url, connect_args={"timeout": PATIENCE, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # the driver leaves BEGIN to us: it would begin only before the first INSERT
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged is still there after a power loss
    connection.execute("PRAGMA cache_size = -65536")  # 64 MiB


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """The file remembers its mode. While another connection changes it, SQLite does not wait by itself."""
    deadline = time.monotonic() + PATIENCE
    while (mode := _journal_mode(connection)) == "busy" and time.monotonic() < deadline:
        time.sleep(0.02)
    if mode != "wal":
        raise DatabaseProblem("SQLite cannot keep a write-ahead log beside the database: put its file on a local disk.")


def _journal_mode(connection: sqlite3.Connection) -> str:
    try:
        return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return "busy"


def _begin_immediate(connection: Connection) -> None:
    """Who writes to temporary tables alone says so by the option `ASIDE`, and holds nobody up."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(ASIDE) else "BEGIN IMMEDIATE")


def _postgres_engine(address: Address) -> Engine:
    return create_engine(address.url, pool_pre_ping=True, pool_size=SERVER_WRITERS)
