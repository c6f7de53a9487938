"""What can be wrong with a database, and how each driver says so.

The drivers of servers are imported where their errors are looked at: an installation on SQLite never pays for them.
"""

import sqlite3
from typing import Literal, cast


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
# MariaDB: no connection, too many of them, refused, stopping, gone, lost; no lock in time, stopped by an operator, disk full.
MARIADB_UNUSABLE = frozenset({0, 1021, 1040, 1042, 1043, 1044, 1045, 1049, 1053, 1077, 1078, 1079, 1080, 1129, 1205, 1317, 1927, 2002, 2003,
                              2006, 2013, 2014, 2055, 3024})
MARIADB_OVERTAKEN = frozenset({1213, 1020})  # deadlock; the row has changed since it was read


def driver_error(dialect: Literal["sqlite", "postgresql", "mariadb"]) -> type[Exception]:
    """The class of all errors of the driver."""
    if dialect == "sqlite":
        return sqlite3.Error
    if dialect == "mariadb":
        import pymysql

        return cast("type[Exception]", pymysql.err.Error)
    import psycopg

    return psycopg.Error


def is_unusable(error: BaseException | None) -> bool:
    """Whether a driver's error means that the database, not the statement, is at fault."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)  # errors of the module itself carry none
        return code is not None and (code & 0xFF) in SQLITE_UNUSABLE
    if (code := mariadb_code(error)) is not None:
        return code in MARIADB_UNUSABLE
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
    return getattr(error, "sqlstate", None) in POSTGRES_OVERTAKEN or mariadb_code(error) in MARIADB_OVERTAKEN


def mariadb_code(error: BaseException | None) -> int | None:
    """The number of an error of PyMySQL; 0 for one without. None: it is no such error."""
    if not type(error).__module__.startswith("pymysql"):
        return None
    code = error.args[0] if error is not None and error.args else 0
    return code if isinstance(code, int) else 0
