"""Answers as server-sent events: "GraphQL over SSE" in its distinct connections mode, one operation for each request.

Events are `next` (an answer) and `complete`. Comments keep proxies from closing a stream on which nothing happens.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from schema.context import Caller
from server.access.callers import Access, address_of, credentials_of, unauthenticated
from server.exchange import Exchange, exchange_of
from server.graphql.execution import Execution
from server.graphql.negotiation import EVENTS
from server.graphql.presence import Places, first, until_ended
from server.graphql.requests import Asked
from server.graphql.results import refused

ALIVE_EVERY = 12.0  # seconds
LEAVE_WITHIN = 1.0  # seconds that a slow client may delay the end
COMPLETE = b"event: complete\ndata:\n\n"
# A proxy that gathers answers before it passes them on would hold events back.
HEADERS = {"Content-Type": f"{EVENTS}; charset=utf-8", "X-Accel-Buffering": "no"}


class Streams:
    """The streams of one application. Once `closing` is set, each ends."""

    def __init__(self, execution: Execution, access: Access, closing: asyncio.Event):
        self._execution, self._access, self._closing = execution, access, closing
        self._places = Places()

    async def answer(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises what is refused before the stream begins."""
        exchange = exchange_of(scope)
        with self._places.taken(exchange.caller, address_of(scope)):
            headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await first(self._send_answers(asked, exchange, send), keep_alive(send), gone(receive), self._closed(),
                        self._end_with_rights(scope, exchange, send))
            with suppress(TimeoutError):
                async with asyncio.timeout(LEAVE_WITHIN):
                    await send({"type": "http.response.body", "body": b""})

    async def _send_answers(self, asked: Asked, exchange: Exchange, send: Send) -> None:
        async with aclosing(self._answers(asked, exchange)) as answers:
            async for answer in answers:
                await send_chunk(send, event(answer))
        await send_chunk(send, COMPLETE)

    async def _answers(self, asked: Asked, exchange: Exchange) -> AsyncGenerator[Any]:
        """What goes wrong is an answer too: an event source tells its page nothing of a failed request."""
        try:
            async with aclosing(self._execution.answers(self._execution.ready(asked, exchange, "STREAM"), exchange)) as answers:
                async for answer in answers:
                    yield answer
        except Exception as error:  # noqa: BLE001  refused() words and logs it
            yield refused(error, exchange)

    async def _closed(self) -> None:
        await self._closing.wait()

    async def _end_with_rights(self, scope: Scope, exchange: Exchange, send: Send) -> None:
        def follow(caller: Caller) -> None:
            exchange.caller = caller

        await until_ended(self._access, credentials_of(scope), follow)
        await send_chunk(send, event(refused(unauthenticated(), exchange)) + COMPLETE)


def event(answer: Any) -> bytes:
    return b"event: next\ndata: " + orjson.dumps(answer) + b"\n\n"


async def send_chunk(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def keep_alive(send: Send) -> None:
    while True:
        await asyncio.sleep(ALIVE_EVERY)
        await send_chunk(send, b":\n\n")


async def gone(receive: Receive) -> None:
    """Returns when the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
