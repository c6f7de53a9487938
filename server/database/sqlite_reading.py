"""Reading SQLite: each connection has a thread of its own, so that no statement runs on the event loop."""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from server.database.address import PATIENCE
from server.database.problems import Lost, is_unusable
from server.database.readers import Rows

AGAIN = 0.005  # seconds between two attempts to stop a statement


class SqliteReadConnection:
    def __init__(self, path: Path):
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-reader")
        self._path = path
        self._connection: sqlite3.Connection
        self._running: Future[Rows] | None = None

    @classmethod
    async def connect(cls, path: Path) -> Self:
        connection = cls(path)
        try:
            await asyncio.wrap_future(connection._thread.submit(connection._open))
        except BaseException:
            connection._thread.shutdown(wait=False)
            raise
        return connection

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Rows:
        self._running = running = self._thread.submit(self._run, sql, parameters)
        try:
            return await asyncio.wrap_future(running)
        except asyncio.CancelledError:
            self._stop(running)
            raise

    def end_now(self) -> bool:
        """Here and not in the thread, because to give up a lock in shared memory takes microseconds, and a thread 100 of them."""
        if self._running is not None and not self._running.done():
            return False
        self._connection.rollback()
        return True

    async def end(self) -> bool:
        await asyncio.wrap_future(self._thread.submit(self._connection.rollback))
        return True

    async def close(self) -> None:
        await asyncio.wrap_future(self._thread.submit(self._connection.close))
        self._thread.shutdown(wait=False)

    def _open(self) -> None:
        try:
            self._connection = sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE, isolation_level=None,
                                               check_same_thread=False, cached_statements=512)
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("PRAGMA cache_size = -32768")  # 32 MiB
        except sqlite3.OperationalError as error:
            raise Lost from error

    def _run(self, sql: str, parameters: Sequence[Any]) -> Rows:
        try:
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN")
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            if is_unusable(error):
                raise Lost from error
            raise

    def _stop(self, running: "Future[Rows]") -> None:
        """An interruption before the statement has begun is lost, so it is repeated until the thread is free."""
        if not running.done():
            self._connection.interrupt()
            asyncio.get_running_loop().call_later(AGAIN, self._stop, running)
