"""Reading PostgreSQL: the bare asynchronous driver, its rows as tuples."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

import orjson
import psycopg
from psycopg import IsolationLevel
from psycopg.pq import TransactionStatus
from psycopg.types.json import set_json_loads

from server.database.address import Address
from server.database.problems import Lost, is_unusable
from server.database.readers import Rows

PREPARE_AFTER = 2  # uses of a statement on one connection
PREPARED = 500  # statements that one connection keeps prepared


class PostgresReadConnection:
    def __init__(self, connection: psycopg.AsyncConnection[tuple[Any, ...]]):
        self._connection = connection

    @classmethod
    async def connect(cls, address: Address) -> Self:
        try:
            connection = await psycopg.AsyncConnection.connect(address.conninfo, autocommit=True)
        except psycopg.OperationalError as error:
            raise Lost from error
        try:
            await _prepare(connection)
        except BaseException as error:  # also a caller that was cancelled meanwhile: nobody else knows of the connection
            await connection.close()
            if isinstance(error, psycopg.OperationalError):
                raise Lost from error
            raise
        return cls(connection)

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Rows:
        # When the caller is cancelled, the driver has the server stop the statement, or closes the connection.
        try:
            cursor = await self._connection.execute(sql, parameters)
            return await cursor.fetchall()
        except psycopg.Error as error:
            if is_unusable(error):
                raise Lost from error
            raise

    def end_now(self) -> bool:
        return self._connection.info.transaction_status == TransactionStatus.IDLE

    async def end(self) -> bool:
        try:
            await self._connection.rollback()
        except psycopg.OperationalError:
            return False
        return self.end_now()

    async def close(self) -> None:
        await self._connection.close()


async def _prepare(connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
    await _watch_client(connection)
    await connection.set_autocommit(False)
    await connection.set_read_only(True)
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    connection.prepare_threshold, connection.prepared_max = PREPARE_AFTER, PREPARED
    set_json_loads(orjson.loads, connection)


async def _watch_client(connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
    """A statement whose connection was closed ends within a second. Servers on Windows cannot do it, and run it to its end."""
    with suppress(psycopg.errors.InvalidParameterValue):
        await connection.execute("SET client_connection_check_interval = '1s'")
