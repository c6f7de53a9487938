"""The layer around everything: request id, host names and origins, security headers, the log line, and what nobody caught."""

import logging
import re
import time
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import RequestError
from server.exchange import Exchange, begin
from server.graphql.failures import OF_THE_OPERATION, Failure, Rejected, code_of, document_of, headers_of, internal, status_of
from server.graphql.negotiation import JSON
from server.headers import dressed
from server.logs import report, tell

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})  # another port of this machine may be anybody's page
# Asked by machines under whatever address they know; they tell nothing.
PROBES = ("/healthz", "/readyz")
UNUSUAL = re.compile(r"[^A-Za-z0-9/._-]")  # a stranger's path may hold anything


class Frame:
    """Middleware in front of every route. `direct` are applications by their paths that need no router to be found."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], direct: Mapping[str, ASGIApp]):
        self._app, self._hosts, self._direct = app, frozenset(hosts), direct

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange, started = begin(scope), time.perf_counter()
        try:
            await self._answer(scope, receive, Dressed(send, exchange))
        finally:
            note(scope, exchange, exchange.status, time.perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive, send: "Dressed") -> None:
        try:
            if not self._is_ours(scope, send.exchange):
                raise Failure("BAD_REQUEST", "host", status=421)
            await self._direct.get(scope["path"], self._app)(scope, receive, send)
        except (RequestError, Rejected) as failure:
            await refusal(failure, send.exchange)(scope, receive, send)
        except Exception as error:
            report(error, send.exchange.request_id)
            if send.exchange.status:
                raise  # the answer was under way: let the server cut the connection
            await refusal(internal(send.exchange.request_id), send.exchange)(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange, started = begin(scope), time.perf_counter()
        line = SocketLine(scope, exchange, receive, send)
        try:
            self._check_handshake(scope, exchange)
            await self._app(scope, line.receive, line.send)
        except RequestError as failure:
            await refusal(failure, exchange)(scope, receive, line.send)
        except Exception as error:  # noqa: BLE001  nobody behind this could word it
            report(error, exchange.request_id)
            if line.opened:
                await line.send({"type": "websocket.close", "code": 1011})
            else:
                await refusal(internal(exchange.request_id), exchange)(scope, receive, line.send)
        finally:
            note(scope, exchange, line.status, time.perf_counter() - started, "socket closed" if line.opened else "request")

    def _check_handshake(self, scope: Scope, exchange: Exchange) -> None:
        """A browser lets any page open a socket, and says only which. Raises Failure."""
        if not self._is_ours(scope, exchange):
            raise Failure("BAD_REQUEST", "host", status=421)
        if b"origin" not in exchange.headers:
            return
        origin = site(exchange.header(b"origin"))
        if origin != exchange.header(b"host").lower() and not self._answers_to(host_name(origin), self._hosts - LOOPBACK):
            raise Failure("FORBIDDEN", "origin")

    def _is_ours(self, scope: Scope, exchange: Exchange) -> bool:
        if scope["path"] in PROBES or "*" in self._hosts:
            return True
        return self._answers_to(host_name(exchange.header(b"host")), self._hosts)

    @staticmethod
    def _answers_to(name: str, hosts: frozenset[str]) -> bool:
        return name in hosts or f"*.{name.partition('.')[2]}" in hosts


class Dressed:
    """Puts on the headers that every answer has, and notes the status."""

    def __init__(self, send: Send, exchange: Exchange):
        self._send, self.exchange = send, exchange

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.exchange.status = message["status"]
            message["headers"] = dressed(message["headers"], self.exchange.request_id)
        await self._send(message)


class SocketLine:
    """Listens to both sides of a socket for the log: when it opens, and the code with which it closes or is refused."""

    def __init__(self, scope: Scope, exchange: Exchange, receive: Receive, send: Send):
        self._scope, self._exchange, self._receive, self._send = scope, exchange, receive, send
        self.opened, self.status = False, 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.status = self.status or message.get("code", 1005)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.accept":
            self.opened = True
            message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", self._exchange.request_id.encode())]}
            note(self._scope, self._exchange, 101, 0.0, "socket opened")
        elif message["type"] == "websocket.close":
            self.status = self.status or (message.get("code", 1000) if self.opened else 403)
        elif message["type"] == "websocket.http.response.start":
            self.status = message["status"]
        await self._send(message)


def host_name(host: str) -> str:
    """Without the port. An address of IPv6 stands in brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def site(origin: str) -> str:
    """Host and port; empty for what is no address."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def refusal(failure: RequestError | Rejected, exchange: Exchange) -> Response:
    """A GraphQL error document. In the older media type an operation at fault is answered with 200, as clients of it expect."""
    code = code_of(failure)
    exchange.codes.append(code)
    status = 200 if exchange.media_type == JSON and code in OF_THE_OPERATION else status_of(failure)
    body = orjson.dumps(document_of(failure, exchange.language))
    return Response(body, status, {"Content-Type": f"{exchange.media_type}; charset=utf-8", **headers_of(failure)})


def note(scope: Scope, exchange: Exchange, status: int, seconds: float, event: str = "request") -> None:
    """One line of the log."""
    path = scope["path"]
    fields = {"request": exchange.request_id, "method": scope.get("method"), "path": UNUSUAL.sub("?", path[:100]), "status": status,
              "ms": round(seconds * 1000, 1), "operation": exchange.operation, "caller": exchange.caller.name, "codes": exchange.codes}
    tell(logging.DEBUG if path in PROBES else logging.INFO, event, fields)
