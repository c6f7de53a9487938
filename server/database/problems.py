"""What can be wrong with a database, and how each driver says so.

PostgreSQL's driver is imported where its errors are looked at: an installation on SQLite never pays for it.
"""

import sqlite3
from typing import Literal


class DatabaseProblem(Exception):
    """One sentence for the operator: what is wrong, with which database, what to do. It never holds a password."""


class Lost(Exception):
    """A statement could not run because the database cannot be reached or used at the moment."""


# Primary result codes of SQLite: busy, locked, input/output error, cannot open, disk full.
SQLITE_UNUSABLE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL)
# Classes and codes of PostgreSQL's SQLSTATE: no connection, no resources, the server stops or starts, nobody released a lock in time.
POSTGRES_UNUSABLE = ("08", "53", "57P", "55P03")
POSTGRES_FULL = "53100"
# Deadlock, serialization failure: another transaction was in the way and won.
POSTGRES_OVERTAKEN = ("40P01", "40001")


def driver_error(dialect: Literal["sqlite", "postgresql"]) -> type[Exception]:
    """The class of all errors of the driver."""
    if dialect == "sqlite":
        return sqlite3.Error
    import psycopg

    return psycopg.Error


def is_unusable(error: BaseException | None) -> bool:
    """Whether a driver's error means that the database, not the statement, is at fault."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)  # errors of the module itself carry none
        return code is not None and (code & 0xFF) in SQLITE_UNUSABLE
    import psycopg

    match error:
        case psycopg.OperationalError():
            return error.sqlstate is None or error.sqlstate.startswith(POSTGRES_UNUSABLE)
        case psycopg.Error():
            return error.sqlstate is not None and error.sqlstate.startswith(POSTGRES_UNUSABLE)
    return False


def is_full(error: BaseException | None) -> bool:
    """Whether there is no room for what was to be written."""
    if isinstance(error, sqlite3.Error):
        return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF == sqlite3.SQLITE_FULL
    return getattr(error, "sqlstate", None) == POSTGRES_FULL


def is_overtaken(error: BaseException | None) -> bool:
    """Whether the transaction was ended in favour of another one, and may succeed when it is tried again."""
    return getattr(error, "sqlstate", None) in POSTGRES_OVERTAKEN
