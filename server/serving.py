"""Running the application under uvicorn: one socket, bounded waiting, an end within ten seconds."""

import os
import socket
import threading
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from server.connections import BoundedProtocol
from server.settings import Settings

FINISHING = 5  # seconds that requests under way have when the server is asked to stop
LEFT = 9.0  # seconds after which a process that still hangs is ended; what was not committed is rolled back by the database
BACKLOG = 512
IDLE = 15  # seconds that a connection may lie idle between requests


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


class Server(uvicorn.Server):
    """Says when it is ready, and does not hang when it is told to stop."""

    def __init__(self, app: ASGIApp, settings: Settings, ready: Callable[[], None]):
        super().__init__(configuration(app, settings))
        self._ready = ready
        # A change that runs in a thread cannot be cancelled; it must not keep the process alive either.
        self._last = threading.Timer(LEFT, os._exit, (1,))
        self._last.daemon = True

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self._last.cancel()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._last.start()
        await super().shutdown(sockets)


def configuration(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=BoundedProtocol,
        ws="none",
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
