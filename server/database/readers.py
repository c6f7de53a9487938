"""Reading: one read-only transaction for each reader, on a connection that it borrows from a small pool."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from schema.errors import RequestError
from server.database.problems import Lost

Rows = list[tuple[Any, ...]]


class ReadConnection(Protocol):
    """A read-only connection to one of the databases."""

    async def fetch(self, sql: str, parameters: Sequence[Any], alone: bool = False) -> Rows:
        """Begins a transaction when none is open; a statement that stands `alone` needs none. When the caller is cancelled the
        statement is stopped. Raises `Lost`."""

    def end_now(self) -> bool:
        """End the transaction if that takes no waiting. False: it does."""

    async def end(self) -> bool:
        """End the transaction, waiting for a statement that is being stopped. False: the connection is of no more use."""

    async def close(self) -> None: ...


class Pool:
    """At most `size` connections. Those that are not in use wait in a list."""

    def __init__(self, connect: Callable[[], Awaitable[ReadConnection]], size: int):
        self._connect = connect
        self._slots = asyncio.Semaphore(size)
        self._idle: list[ReadConnection] = []
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

    async def take(self) -> ReadConnection:
        await self._slots.acquire()
        try:
            return self._idle.pop() if self._idle else await self._connect()
        except BaseException:
            self._slots.release()
            raise

    def give_back(self, connection: ReadConnection) -> None:
        """Ends the transaction, if need be behind the caller's back, who may have been cancelled and can wait for nothing."""
        if not self._closed and connection.end_now():
            self._idle.append(connection)
            self._slots.release()
            return
        ending = asyncio.get_running_loop().create_task(self._end(connection))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _end(self, connection: ReadConnection) -> None:
        try:
            if await connection.end() and not self._closed:
                self._idle.append(connection)
            else:
                await connection.close()
        finally:
            self._slots.release()

    async def drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close()

    async def close(self) -> None:
        self._closed = True
        await asyncio.gather(*self._ending)
        await self.drop_idle()


class PooledReader:
    """A `schema.context.Reader`. The parts of an answer that ask at the same time are served one after the other."""

    def __init__(self, pool: Pool):
        self._pool = pool
        self._connection: ReadConnection | None = None
        self._turn = asyncio.Lock()
        self._single = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._release()

    def single(self) -> None:
        """The next statement is the only one until the reader is renewed, so it needs no transaction: one statement sees one moment.
        Those that follow after all are answered too, each as of its own moment."""
        self._single = True

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Rows:
        """Raises `RequestError` UNAVAILABLE when the database cannot be reached or used, and the driver's error otherwise."""
        await self._turn.acquire()
        try:
            if self._connection is None:
                return await self._begin(sql, parameters)
            return await self._connection.fetch(sql, parameters)
        except Lost as lost:
            raise RequestError("UNAVAILABLE", "unavailable") from lost
        finally:
            self._turn.release()

    async def renew(self) -> None:
        """What is read next is as of now, and in one transaction again."""
        async with self._turn:
            self._single = False
            self._release()

    async def _begin(self, sql: str, parameters: Sequence[Any]) -> Rows:
        """A connection that lay idle may have died unnoticed, so the first statement is tried once more on a new one."""
        try:
            self._connection = await self._pool.take()
            try:
                return await self._connection.fetch(sql, parameters, self._single)
            except Lost:
                self._release()
                await self._pool.drop_idle()
                self._connection = await self._pool.take()
                return await self._connection.fetch(sql, parameters, self._single)
        finally:
            if self._single:
                self._release()

    def _release(self) -> None:
        if self._connection is not None:
            self._pool.give_back(self._connection)
            self._connection = None
