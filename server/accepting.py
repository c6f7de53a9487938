"""Taking connections from a socket that several processes share.

A loop's own server takes all connections that wait, so that the first process to wake would get them all. Here each takes one at a time,
between other work, and leaves it to the others for a moment when one of them has fewer connections open.
"""

import asyncio
import mmap
import os
import socket
import tempfile
from collections.abc import Callable, Collection
from typing import Final

PAUSE = 1.0  # seconds without accepting, when the process has no file descriptors left
PATIENCE = 0.002  # seconds that a connection waits for a process that has fewer
NUMBER: Final = "I"  # of a tally's counts: four bytes


class Tally:
    """How many connections each of several processes had open when it took the last one; memory that all of them share."""

    def __init__(self, file: int, place: int):
        self._counts, self._place = memoryview(mmap.mmap(file, 0)).cast(NUMBER), place
        self.note(0)

    @staticmethod
    def file(places: int) -> int:
        """The number of an open file for so many processes, which has no name."""
        with tempfile.TemporaryFile() as file:
            file.write(bytes(4 * places))
            file.flush()
            return os.dup(file.fileno())

    def note(self, open_: int) -> None:
        self._counts[self._place] = open_

    def is_another_freer(self, open_: int) -> bool:
        return min(self._counts) < open_


class Acceptor:
    """Accepts until it is closed. The socket stays open: it is others' too. `connections` are those that are open."""

    def __init__(self, loop: asyncio.AbstractEventLoop, listener: socket.socket, protocol: Callable[[], asyncio.Protocol],
                 connections: Collection[object], tally: Tally):
        self._loop, self._listener, self._protocol = loop, listener, protocol
        self._connections, self._tally = connections, tally
        self._connecting: set[asyncio.Task[None]] = set()
        self._closed = False
        listener.setblocking(False)
        self._listen()

    def close(self) -> None:
        self._closed = True
        self._loop.remove_reader(self._listener)

    def _listen(self) -> None:
        if not self._closed:
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        open_ = len(self._connections) + len(self._connecting)
        if self._tally.is_another_freer(open_):
            self._loop.remove_reader(self._listener)
            self._loop.call_later(PATIENCE, self._take_and_listen)
        else:
            self._take()

    def _take_and_listen(self) -> None:
        if not self._closed:
            self._listen()
            self._take()

    def _take(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):  # another process was quicker, or the client has gone
            return
        except OSError:
            self._loop.remove_reader(self._listener)
            self._loop.call_later(PAUSE, self._listen)
            return
        task = self._loop.create_task(self._connect(connection))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)
        self._tally.note(len(self._connections) + len(self._connecting))

    async def _connect(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:
            connection.close()
