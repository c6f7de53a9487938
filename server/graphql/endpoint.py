"""The endpoint /graphql over HTTP: GraphQL over HTTP kept to the letter, and every failure raised for server/frame.py to word.

A caller that accepts `text/event-stream` gets its answers as events: server/graphql/stream.py.
"""

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from server.deadlines import Deadlines
from server.exchange import Exchange, exchange_of
from server.graphql.negotiation import EVENTS, JSON, RESPONSE, media_type
from server.graphql.requests import check_headers, read_request
from server.headers import GONE, HEADERS, WHOLE, written

if TYPE_CHECKING:
    from server.access.callers import Access
    from server.graphql.execution import Execution
    from server.graphql.stream import Streams

COST = b"x-guanxi-cost"
CLIENT_LEFT = 499  # for the log: nobody is there to read it
CONTENT_TYPES = {name: (b"content-type", f"{name}; charset=utf-8".encode()) for name in (JSON, RESPONSE)}
HEADS = {name: written(header, *HEADERS) for name, header in CONTENT_TYPES.items()}


class Endpoint:
    """GraphQL over HTTP for one application."""

    def __init__(self, execution: "Execution", access: "Access", streams: "Streams"):
        self._execution, self._access, self._streams, self._settings = execution, access, streams, execution.settings
        self._deadlines = Deadlines(execution.settings.limits.deadline)  # for bodies to arrive

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises what it refuses."""
        exchange, method = exchange_of(scope), scope["method"]
        if method == "GET" and self._settings.graphiql and is_visit(scope):
            await RedirectResponse("/graphiql/", 303)(scope, receive, send)
            return
        wanted = media_type(exchange.header(b"accept"), streams=method == "POST")
        exchange.media_type = JSON if wanted == EVENTS else wanted
        check_headers(method, exchange)
        exchange.caller = await self._access.caller(scope)
        asked = await read_request(scope, receive, self._settings.limits, self._deadlines)
        if wanted == EVENTS:
            await self._streams.answer(asked, scope, receive, send)
            return
        watch(scope, exchange)
        try:
            body = await self._execution.respond(asked, exchange, "GET" if method == "GET" else "POST", with_cost=COST in exchange.headers)
        except asyncio.CancelledError:
            if not exchange.is_gone:
                raise
            exchange.status = CLIENT_LEFT
            return
        await send_answer(scope, send, body, exchange)


def watch(scope: Scope, exchange: Exchange) -> None:
    """A query is stopped, and its statement with it, when the client leaves. A mutation is finished."""
    extensions, task = scope.get("extensions", {}), asyncio.current_task()
    if task is None or GONE not in extensions:
        return

    def stop() -> None:
        if exchange.only_reads:
            exchange.is_gone = True
            task.cancel()

    extensions[GONE]["tell"](stop)


async def send_answer(scope: Scope, send: Send, body: bytes, exchange: Exchange) -> None:
    """In one piece, where the server can do it."""
    extensions = scope.get("extensions", {})
    if WHOLE in extensions:
        varying = b"content-length: %d\r\nx-request-id: %b\r\n" % (len(body), exchange.request_id.encode())
        if extensions[WHOLE]["write"](scope, HEADS[exchange.media_type] + varying, body):
            exchange.status = 200
            return
    headers = [CONTENT_TYPES[exchange.media_type], (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def is_visit(scope: Scope) -> bool:
    """Somebody opened the endpoint's address in a browser."""
    return not scope["query_string"] and "text/html" in exchange_of(scope).header(b"accept")
