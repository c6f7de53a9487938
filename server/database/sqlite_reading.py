"""Reading SQLite: each connection has a thread of its own, so that no statement runs on the event loop."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self

from server.database.address import PATIENCE
from server.database.problems import Lost, is_unusable
from server.database.readers import Rows

AGAIN = 0.005  # seconds between two attempts to stop a statement


class Errand:
    """Something that the thread does for the event loop. `over` is set by the thread, also when nobody waits any more."""

    __slots__ = ("answer", "arguments", "does", "over")

    def __init__(self, answer: "asyncio.Future[Any]", does: Callable[..., Any], arguments: tuple[Any, ...]):
        self.answer, self.does, self.arguments, self.over = answer, does, arguments, False


class SqliteReadConnection:
    """One hop to the thread and one back for each statement: a queue that wakes the thread, and a callback that wakes the loop."""

    def __init__(self, path: Path):
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._errands: SimpleQueue[Errand | None] = SimpleQueue()
        self._connection: sqlite3.Connection
        self._running: Errand | None = None
        Thread(target=self._serve, name="sqlite-reader", daemon=True).start()

    @classmethod
    async def connect(cls, path: Path) -> Self:
        connection = cls(path)
        try:
            await connection._send(connection._open).answer
        except BaseException:
            connection._errands.put(None)
            raise
        return connection

    async def fetch(self, sql: str, parameters: Sequence[Any], alone: bool = False) -> Rows:
        self._running = running = self._send(self._run, sql, parameters, alone)
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
        await self._send(self._connection.rollback).answer
        return True

    async def close(self) -> None:
        await self._send(self._connection.close).answer
        self._errands.put(None)

    def _send(self, does: Callable[..., Any], *arguments: Any) -> Errand:
        errand = Errand(self._loop.create_future(), does, arguments)
        self._errands.put(errand)
        return errand

    def _stop(self, running: Errand) -> None:
        """An interruption before the statement has begun is lost, so it is repeated until the thread is free."""
        if not running.over:
            self._connection.interrupt()
            self._loop.call_later(AGAIN, self._stop, running)

    # -- in the thread --
    def _serve(self) -> None:
        while (errand := self._errands.get()) is not None:
            tell, what = self._do(errand)
            errand.over = True
            with suppress(RuntimeError):  # the loop has ended, and nobody waits
                self._loop.call_soon_threadsafe(tell, errand.answer, what)
            del errand, what  # or they would stay in memory until the next one comes

    def _do(self, errand: Errand) -> tuple[Callable[["asyncio.Future[Any]", Any], None], Any]:
        try:
            return give, None if errand.answer.cancelled() else errand.does(*errand.arguments)
        except Exception as error:  # noqa: BLE001  (raised where the answer is awaited)
            return fail, error

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


def give(answer: "asyncio.Future[Any]", what: Any) -> None:
    if not answer.done():
        answer.set_result(what)


def fail(answer: "asyncio.Future[Any]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
