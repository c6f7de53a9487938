"""Taking connections from a socket that several processes share.

A loop's own server takes all connections that wait, so that the first process to wake would get them all. One at a time, between other
work, whoever has less to do takes more.
"""

import asyncio
import socket
from collections.abc import Callable

PAUSE = 1.0  # seconds without accepting, when the process has no file descriptors left


class Acceptor:
    """Accepts until it is closed. The socket stays open: it is others' too."""

    def __init__(self, loop: asyncio.AbstractEventLoop, listener: socket.socket, protocol: Callable[[], asyncio.Protocol]):
        self._loop, self._listener, self._protocol = loop, listener, protocol
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

    async def _connect(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:
            connection.close()
