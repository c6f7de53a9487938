"""The layer around everything: request id, host names, security headers, the log line, and what nobody caught."""

import logging
import re
import time
from collections.abc import Iterable

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import RequestError
from server.exchange import Exchange, begin
from server.graphql.failures import OF_THE_OPERATION, Failure, Rejected, code_of, document_of, headers_of, internal, status_of
from server.graphql.negotiation import JSON
from server.logs import report

logger = logging.getLogger("guanxi")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
# Asked by machines under whatever address they know; they tell nothing.
PROBES = ("/healthz", "/readyz")
UNUSUAL = re.compile(r"[^A-Za-z0-9/._-]")  # a stranger's path may hold anything


class Frame:
    """Middleware in front of every route."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]):
        self._app, self._hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange, started = begin(scope), time.perf_counter()
        dressed = Dressed(send, exchange)
        try:
            await self._answer(scope, receive, dressed)
        finally:
            note(scope, exchange, dressed.status, time.perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive, send: "Dressed") -> None:
        try:
            if not self._is_ours(scope):
                raise Failure("BAD_REQUEST", "host", status=421)
            await self._app(scope, receive, send)
        except (RequestError, Rejected) as failure:
            await refusal(failure, send.exchange)(scope, receive, send)
        except Exception as error:
            report(error, send.exchange.request_id)
            if send.status:
                raise  # the answer was under way: let the server cut the connection
            await refusal(internal(send.exchange.request_id), send.exchange)(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        if scope["path"] in PROBES or "*" in self._hosts:
            return True
        name = host_name(Headers(scope=scope).get("host", ""))
        return name in self._hosts or f"*.{name.partition('.')[2]}" in self._hosts


class Dressed:
    """Puts on the headers that every answer has, and remembers the status."""

    def __init__(self, send: Send, exchange: Exchange):
        self._send, self.exchange, self.status = send, exchange, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["X-Request-Id"] = self.exchange.request_id
        await self._send(message)


def host_name(host: str) -> str:
    """Without the port. An address of IPv6 stands in brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def refusal(failure: RequestError | Rejected, exchange: Exchange) -> Response:
    """A GraphQL error document. In the older media type an operation at fault is answered with 200, as clients of it expect."""
    code = code_of(failure)
    exchange.codes.append(code)
    status = 200 if exchange.media_type == JSON and code in OF_THE_OPERATION else status_of(failure)
    body = orjson.dumps(document_of(failure, exchange.language))
    return Response(body, status, {"Content-Type": f"{exchange.media_type}; charset=utf-8", **headers_of(failure)})


def note(scope: Scope, exchange: Exchange, status: int, seconds: float) -> None:
    path = UNUSUAL.sub("?", scope["path"][:100])
    fields = {"request": exchange.request_id, "method": scope["method"], "path": path, "status": status, "ms": round(seconds * 1000, 1),
              "operation": exchange.operation, "caller": exchange.caller.name, "codes": exchange.codes}
    logger.log(logging.DEBUG if scope["path"] in PROBES else logging.INFO, "request", extra=fields)
