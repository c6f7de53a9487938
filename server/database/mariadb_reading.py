"""Reading MariaDB: PyMySQL waits for its socket, so each connection has a thread of its own, as with SQLite."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

import pymysql
from sqlalchemy import URL

from schema.mariadb.driver import BEGIN_READING, REPEATABLE, connect
from server.database.errands import Errand, Errands
from server.database.problems import Lost, is_unusable
from server.database.readers import Rows

PATIENCE = 5.0  # seconds in which a statement must have stopped, or its connection is given up
READ_ONLY = f"{REPEATABLE}, READ ONLY"


class MariaDBReadConnection:
    """Read-only by the settings of the session. A transaction sees one moment from its first statement on."""

    def __init__(self, url: URL):
        self._url = url
        self._errands = Errands("mariadb-reader")
        self._connection: Any = None
        self._running: Errand | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._open = False  # is there a transaction?
        self._spent = False  # of no more use?

    @classmethod
    async def connect(cls, url: URL) -> Self:
        connection = cls(url)
        try:
            await connection._errands.send(connection._begin).answer
        except BaseException:
            connection._errands.leave()
            raise
        return connection

    async def fetch(self, sql: str, parameters: Sequence[Any], alone: bool = False) -> Rows:
        self._running = running = self._errands.send(self._run, sql, parameters, alone)
        try:
            rows: Rows = await running.answer
        except asyncio.CancelledError:
            if not running.over:
                self._stopping = asyncio.create_task(self._stop(running))
            raise
        return rows

    def end_now(self) -> bool:
        return not self._open and not self._spent and self._stopping is None and (self._running is None or self._running.over)

    async def end(self) -> bool:
        if self._stopping is not None:
            await self._stopping
            self._stopping = None
        if self._spent:
            return False
        with suppress(pymysql.err.Error, Lost):
            await self._errands.send(self._roll_back).answer
            return not self._spent
        return False

    async def close(self) -> None:
        self._errands.send(self._leave)
        self._errands.leave()

    async def _stop(self, running: Errand) -> None:
        """Asked to stop by another connection: a request that comes before the server has begun is lost, so it is repeated."""
        pause = 0.01
        with suppress(TimeoutError, pymysql.err.Error, OSError):
            async with asyncio.timeout(PATIENCE):
                while not running.over:
                    await asyncio.to_thread(self._kill)
                    await asyncio.sleep(pause)
                    pause *= 2
        if not running.over:  # the thread is set free by taking its socket away
            self._spent = True
            self._connection._force_close()  # noqa: SLF001  PyMySQL has no other way that does not wait

    # -- in threads --
    def _kill(self) -> None:
        with connect(self._url) as another, another.cursor() as cursor, suppress(pymysql.err.OperationalError):
            cursor.execute(f"KILL QUERY {self._connection.thread_id()}")

    def _begin(self) -> None:
        try:
            self._connection = connect(self._url)
            self._execute(READ_ONLY)
        except pymysql.err.OperationalError as error:
            raise Lost from error

    def _run(self, sql: str, parameters: Sequence[Any], alone: bool) -> Rows:
        try:
            if not alone and not self._open:
                self._execute(BEGIN_READING)
                self._open = True
            return self._execute(sql, parameters)
        except (pymysql.err.Error, OSError) as error:
            if is_unusable(error) or isinstance(error, OSError):
                self._spent = not self._connection.open or isinstance(error, OSError)
                raise Lost from error
            raise

    def _execute(self, sql: str, parameters: Sequence[Any] | None = None) -> Rows:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def _roll_back(self) -> None:
        self._connection.rollback()
        self._open = False

    def _leave(self) -> None:
        with suppress(pymysql.err.Error, OSError):
            self._connection.close()
