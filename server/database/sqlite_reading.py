"""Reading SQLite: each connection has a thread of its own, so that no statement runs on the event loop."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from server.database.address import PATIENCE
from server.database.errands import Errand, Errands
from server.database.problems import Lost, is_unusable
from server.database.readers import Rows

AGAIN = 0.005  # seconds between two attempts to stop a statement


class SqliteReadConnection:
    """Whoever has one calls `close` at last."""

    def __init__(self, path: Path):
        self._path = path
        self._errands = Errands("sqlite-reader")
        self._connection: sqlite3.Connection
        self._running: Errand | None = None

    @classmethod
    async def connect(cls, path: Path) -> Self:
        connection = cls(path)
        try:
            await connection._errands.send(connection._open).answer
        except BaseException:
            connection._errands.leave()
            raise
        return connection

    async def fetch(self, sql: str, parameters: Sequence[Any], alone: bool = False) -> Rows:
        self._running = running = self._errands.send(self._run, sql, parameters, alone)
        try:
            rows: Rows = await running.answer
        except asyncio.CancelledError:
            self._stop(running)
            raise
        return rows

    def end_now(self) -> bool:
        """Here and not in the thread, because to give up a lock in shared memory takes microseconds, and a thread 100 of them."""
        if self._running is not None and not self._running.over:
            return False
        if self._connection.in_transaction:
            self._connection.rollback()
        return True

    async def end(self) -> bool:
        await self._errands.send(self._connection.rollback).answer
        return True

    async def close(self) -> None:
        await self._errands.send(self._connection.close).answer
        self._errands.leave()

    def _stop(self, running: Errand) -> None:
        """An interruption before the statement has begun is lost, so it is repeated until the thread is free."""
        if not running.over:
            self._connection.interrupt()
            asyncio.get_running_loop().call_later(AGAIN, self._stop, running)

    # -- in the thread --
    def _open(self) -> None:
        try:
            self._connection = sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE, isolation_level=None,
                                               check_same_thread=False, cached_statements=512)
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("PRAGMA cache_size = -16384")  # 16 MiB
        except sqlite3.OperationalError as error:
            raise Lost from error

    def _run(self, sql: str, parameters: Sequence[Any], alone: bool) -> Rows:
        try:
            if not alone and not self._connection.in_transaction:
                self._connection.execute("BEGIN")
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            if is_unusable(error):
                raise Lost from error
            raise
