"""Reading PostgreSQL: the bare asynchronous driver, its rows as tuples."""

import asyncio
from collections.abc import Sequence
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
        self._stopping: asyncio.Task[Rows] | None = None

    @classmethod
    async def connect(cls, address: Address) -> Self:
        try:
            connection = await psycopg.AsyncConnection.connect(address.conninfo)
        except psycopg.OperationalError as error:
            raise Lost from error
        await connection.set_read_only(True)
        await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        connection.prepare_threshold, connection.prepared_max = PREPARE_AFTER, PREPARED
        set_json_loads(orjson.loads, connection)
        return cls(connection)

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Rows:
        # In a task of its own, which is cancelled once: whoever cancels the caller over and over would stop the stopping.
        running = asyncio.get_running_loop().create_task(self._run(sql, parameters))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            running.cancel()
            self._stopping = running
            raise

    async def end(self) -> bool:
        if self._stopping is not None:
            await asyncio.gather(self._stopping, return_exceptions=True)
            self._stopping = None
        try:
            await self._connection.rollback()
        except psycopg.OperationalError:
            return False
        return self._connection.info.transaction_status == TransactionStatus.IDLE

    async def close(self) -> None:
        await self._connection.close()

    async def _run(self, sql: str, parameters: Sequence[Any]) -> Rows:
        try:
            cursor = await self._connection.execute(sql, parameters)
            return await cursor.fetchall()
        except psycopg.Error as error:
            if is_unusable(error):
                raise Lost from error
            raise
