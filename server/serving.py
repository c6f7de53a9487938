"""Running the application under uvicorn: one socket, bounded waiting, an end within ten seconds."""

import asyncio
import gc
import os
import socket
import threading
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from server.accepting import Acceptor, Tally
from server.connections import BoundedProtocol, websocket_protocol
from server.settings import Settings

FINISHING = 5  # seconds that requests under way have when the server is asked to stop
LEFT = 9.0  # seconds after which a process that still hangs is ended; what was not committed is rolled back by the database
BACKLOG = 512
IDLE = 15  # seconds that a connection may lie idle between requests
LARGEST_MESSAGE = 262_144  # bytes, over a WebSocket
PING_EVERY, PONG_WITHIN = 15.0, 15.0  # seconds: a client that reads nothing is gone after both


class AddressInUse(Exception):
    """Somebody else listens there, or the address is not ours."""


def bind(host: str, port: int) -> socket.socket:
    """Raises AddressInUse in words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)  # below zero: the name was not found
        raise AddressInUse(f"Cannot listen on {host}:{port} ({reason}): stop what uses it, or take another port with --port.") from None
    except OverflowError:
        raise AddressInUse(f"There is no port {port}.") from None


def settle() -> None:
    """What there is once a process is ready to serve stays for good. The garbage collector leaves it out from now on: to go through all
    of it would hold every request up for a tenth of a second."""
    gc.collect()
    gc.freeze()


class Server(uvicorn.Server):
    """Says when it is ready, and does not hang when it is told to stop. `tally`: where other processes have its socket too."""

    def __init__(self, app: ASGIApp, settings: Settings, ready: Callable[[], None], tally: Tally | None = None):
        super().__init__(configuration(app, settings))
        self._ready, self._tally = ready, tally
        # A change that runs in a thread cannot be cancelled; it must not keep the process alive either.
        self._last = threading.Timer(LEFT, os._exit, (1,))
        self._last.daemon = True

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self._last.cancel()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([] if self._tally else sockets)
        if self.started:
            for one in sockets or () if self._tally else ():
                self.servers.append(self._acceptor(one))  # type: ignore[arg-type]  # it closes too
            self._ready()

    def _acceptor(self, listener: socket.socket) -> Acceptor:
        assert self._tally
        return Acceptor(asyncio.get_running_loop(), listener, self._protocol, self.server_state.connections, self._tally)

    def _protocol(self) -> asyncio.Protocol:
        return BoundedProtocol(self.config, self.server_state, self.lifespan.state)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._last.start()
        if "closing" in self.lifespan.state:
            self.lifespan.state["closing"].set()
        await super().shutdown(sockets)


def configuration(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=BoundedProtocol,
        ws=websocket_protocol,  # type: ignore[arg-type]  # uvicorn calls it as it would call a class
        ws_max_size=LARGEST_MESSAGE,
        ws_ping_interval=PING_EVERY,
        ws_ping_timeout=PONG_WITHIN,
        ws_per_message_deflate=False,  # would cost each socket more memory than everything else
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        limit_concurrency=settings.concurrency,
        backlog=BACKLOG,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=FINISHING,
    )
