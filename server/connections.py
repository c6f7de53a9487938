"""Connections that must send the head of their request in time and within bounds, and read what they asked for.

uvicorn alone would wait for ever. A head that comes in one piece, as nearly all do, costs no timer. Answers that are complete can be
written at once. A connection that is to end says so with its last answer, so that no request on its way is lost.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import Scope
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from server.headers import GONE, WHOLE, written

HEAD_WITHIN = 30.0  # seconds
LARGEST_HEAD = 65_536  # bytes
LAST_WITHIN = 1.0  # seconds that an idle connection has for a last request, when the server is asked to stop
READ_WITHIN = 30.0  # seconds that a client may leave what was written to it unread


class BoundedProtocol(HttpToolsProtocol):
    _head = 0  # bytes of it that have come
    _is_head_open = True  # awaited, or begun and not complete
    _deadline: asyncio.TimerHandle | None = None  # of the head that is awaited
    _unread: asyncio.TimerHandle | None = None  # set while the client does not read
    _is_last = False  # is the next answer the last one?
    _gone: Callable[[], None] | None = None  # who wants to know when the client leaves
    _extensions: dict[str, dict[object, object]]  # what the application may ask of this server, besides ASGI

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._extensions = {WHOLE: {"write": self.write_whole}, GONE: {"tell": self.tell_when_gone}}
        self._await_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_nothing()
        self._head, self._is_head_open = 0, True

    def on_headers_complete(self) -> None:
        self._await_nothing()
        self._is_head_open = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_head_open:
            self._head += len(data)
            if self._deadline is None:
                self._await_head()
            if self._head > LARGEST_HEAD and not self.transport.is_closing():
                self.send_400_response("The request's head is too large.")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        cycle.scope["extensions"] = self._extensions
        if self._is_last:
            cycle.keep_alive = False
        super()._start_asgi_task(cycle, app)

    def write_whole(self, scope: Scope, headers: bytes, body: bytes) -> bool:
        """Send a whole answer with status 200. False, and nothing is done, when it has to go the way of every answer.

        `headers` are as HTTP has them, and nobody looks at them: uvicorn's own way would take each apart, for each request.
        """
        cycle = self.cycle
        if cycle.scope is not scope or cycle.disconnected or self.flow.write_paused or not cycle.keep_alive:
            return False
        self.transport.write(b"".join((STATUS_LINE[200], written(*self.server_state.default_headers), headers, b"\r\n", body)))
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.message_event.set()
        cycle.on_response()
        return True

    def tell_when_gone(self, tell: Callable[[], None]) -> None:
        """Whoever answers a request may be told that the client has left. The next request's tells in its place."""
        self._gone = tell

    def shutdown(self) -> None:
        """A client may have sent its next request just now, and would never hear of it if the connection were closed at once."""
        if self._is_idle:
            self._is_last = True
            self.loop.call_later(LAST_WITHIN, self._close_if_idle)
        else:
            super().shutdown()

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]  # uvicorn begins with None

    def _close_if_idle(self) -> None:
        if self._is_idle and not self.transport.is_closing():
            self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(READ_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read_again()

    def connection_lost(self, exc: Exception | None) -> None:
        self._await_nothing()
        self._read_again()
        self._extensions = {}
        super().connection_lost(exc)
        if self._gone is not None:
            self._gone()
            self._gone = None

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD_WITHIN, self.transport.close)

    def _await_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _read_again(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


def websocket_protocol(**arguments: Any) -> asyncio.Protocol:
    """For the first socket only is the library loaded: a server starts without it."""
    from server.sockets import BoundedSocket

    return BoundedSocket(**arguments)
