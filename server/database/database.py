"""The database of an installation: one object that opens every road to it."""

import asyncio
import sqlite3
from functools import cache
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from schema.errors import RequestError
from server.database.address import Address, parse_address
from server.database.engines import SERVER_WRITERS, engine_for
from server.database.problems import DatabaseProblem, driver_error
from server.database.readers import Pool, PooledReader
from server.database.sqlite_reading import SqliteReadConnection
from server.database.writer import ThreadWriter

SQLITE_READERS = 4
SERVER_READERS = 10
READY_WITHIN = 2.0  # seconds


class Database:
    """`engine` for synchronous writers, `writer` for asynchronous ones, `reader()` for reading. Made by `open_database`."""

    def __init__(self, address: Address):
        self.address = address
        self.dialect: Literal["sqlite", "postgresql", "mariadb"] = address.dialect
        self.engine: Engine = engine_for(address)
        self.writer = ThreadWriter(self.engine, threads=1 if address.dialect == "sqlite" else SERVER_WRITERS)
        self._readers = _readers(address)

    def reader(self) -> PooledReader:
        """An async context manager: a transaction that begins with the first statement and ends with the block."""
        return PooledReader(self._readers)

    def marked(self, sql: str) -> str:
        """SQL that is written by hand, with “?” for each parameter, as this database's readers take it."""
        if self.dialect == "mariadb":
            return sql.replace("%", "%%").replace("?", "%s")
        return sql if self.dialect == "sqlite" else numbered(sql)

    async def ready(self) -> str | None:
        """None, or a sentence that says why no request can be answered. Takes 2 s at most."""
        from server.revisions import CORE, core_head  # Alembic would add a tenth of a second to every command

        try:
            async with asyncio.timeout(READY_WITHIN), self.reader() as reader:
                reader.single()
                rows = await reader.fetch(f"SELECT version_num FROM {CORE.version_table}", ())  # noqa: S608  (a constant)
        except (RequestError, TimeoutError):
            return f"The database {self.address} does not answer."
        except driver_error(self.dialect):
            rows = []
        if rows == [(core_head(),)]:
            return None
        return f"The database {self.address} is not of this version of Guanxi: run `guanxi migrate` to see more."

    async def close(self) -> None:
        await self._readers.close()
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Connects once, to know that it can be done. Raises `DatabaseProblem`. A file of SQLite that is missing is made."""
    database = Database(parse_address(url))
    try:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master" if database.dialect == "sqlite" else "SELECT 1")
        if database.dialect == "mariadb":
            from server.database.mariadb import check_server

            check_server(database.engine)
    except DBAPIError as error:
        database.engine.dispose()
        raise DatabaseProblem(_why(database.address, error.orig)) from None
    except DatabaseProblem:
        database.engine.dispose()
        raise
    return database


@cache
def numbered(sql: str) -> str:
    """PostgreSQL numbers its parameters: $1, $2, ..."""
    first, *others = sql.split("?")
    return first + "".join([f"${number}{text}" for number, text in enumerate(others, 1)])


def _readers(address: Address) -> Pool:
    path = address.path
    if path is not None:
        return Pool(lambda: SqliteReadConnection.connect(path), SQLITE_READERS)
    if address.dialect == "mariadb":
        from server.database.mariadb_reading import MariaDBReadConnection

        return Pool(lambda: MariaDBReadConnection.connect(address.url), SERVER_READERS)
    from server.database.postgres_reading import PostgresReadConnection  # brings PostgreSQL's driver

    return Pool(lambda: PostgresReadConnection.connect(address), SERVER_READERS)


def _why(address: Address, error: BaseException | None) -> str:
    if address.dialect == "sqlite":
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            return f"{address} is not a database of SQLite: name another file."
        return f"The database {address} cannot be opened ({error}): check that the file and its folder may be read and written."
    reason = " ".join(str(error).split())
    product = "MariaDB" if address.dialect == "mariadb" else "PostgreSQL"
    return f"{product} does not answer at {address} ({reason}): check that it runs, and the user, password and name in the address."
