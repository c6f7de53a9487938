"""GraphQL over a WebSocket: the protocol graphql-transport-ws, as npm's graphql-ws describes it.

An operation asks for its next event only when the last one has been sent: who reads slowly gets fewer, newer events, and nothing
piles up. The connection itself is cut by server/connections.py when nothing is read at all.
"""

import asyncio
import logging
import time
from contextlib import ExitStack, aclosing, suppress
from dataclasses import replace
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from schema.context import Caller
from schema.errors import RequestError
from server.access.callers import NONE_GIVEN, Access, Credentials, address_of, credentials_of
from server.exchange import Exchange, exchange_of
from server.graphql.execution import Execution
from server.graphql.failures import Failure, code_of
from server.graphql.messages import ClientMessage, Closed, header, read_asked, read_message
from server.graphql.negotiation import language
from server.graphql.presence import Places, first, stop, until_ended
from server.graphql.requests import Asked
from server.graphql.results import refused

PROTOCOL = "graphql-transport-ws"
INIT_WITHIN = 10.0  # seconds
OPERATIONS = 100  # under way at once on a socket

logger = logging.getLogger("guanxi")


class Sockets:
    """The sockets of one application."""

    def __init__(self, execution: Execution, access: Access):
        self.execution, self.access, self.places = execution, access, Places()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        if PROTOCOL not in scope["subprotocols"]:
            await socket.accept()
            await socket.close(4406, "Subprotocol not acceptable")
            return
        await socket.accept(PROTOCOL)
        with ExitStack() as places, suppress(WebSocketDisconnect):
            try:
                await Session(socket, self, places).serve()
            except Closed as closed:
                await socket.close(closed.code, closed.reason)


class Session:
    """One socket, from its opening to its end. `places` gives the caller's place back then."""

    def __init__(self, socket: WebSocket, sockets: Sockets, places: ExitStack):
        self._socket, self._places = socket, places
        self._execution, self._access, self._all = sockets.execution, sockets.access, sockets.places
        self._exchange = exchange_of(socket.scope)
        self._given = credentials_of(socket.scope)
        self._initialised, self._acknowledged = False, asyncio.Event()
        self._running: dict[str, asyncio.Task[None]] = {}  # by the ids that are in use
        self._exchanges: dict[asyncio.Task[None], Exchange] = {}  # of all that are not finished, also those that are only being sent

    async def serve(self) -> None:
        """Returns when the client has gone. Raises Closed."""
        try:
            await first(self._read(), self._watch())
        finally:
            await stop(list(self._exchanges))

    async def _read(self) -> None:
        answers = {"connection_init": self._initialise, "ping": self._pong, "pong": self._ignore, "subscribe": self._subscribe,
                   "complete": self._complete}
        while True:
            event = await self._socket.receive()
            if event["type"] == "websocket.disconnect":
                return
            message = read_message(event.get("text"), self._execution.settings.limits)
            await answers[message.kind](message)

    async def _watch(self) -> None:
        try:
            async with asyncio.timeout(INIT_WITHIN):
                await self._acknowledged.wait()
        except TimeoutError:
            raise Closed(4408, "Connection initialisation timeout") from None
        await until_ended(self._access, self._given, self._follow)
        raise Closed(4403, "Forbidden")

    def _follow(self, caller: Caller) -> None:
        """Each event is answered with the permissions of its moment."""
        for exchange in (self._exchange, *self._exchanges.values()):
            exchange.caller = caller

    async def _initialise(self, message: ClientMessage) -> None:
        if self._initialised:
            raise Closed(4429, "Too many initialisation requests")
        self._initialised = True
        authorization = header(message.payload, "authorization")
        if authorization is not None:
            self._given = Credentials(authorization, None)
        accepted = header(message.payload, "accept-language")
        if accepted is not None:
            self._exchange.language = language(accepted)
        self._exchange.caller = await self._caller()
        await self._send("connection_ack")
        self._acknowledged.set()

    async def _caller(self) -> Caller:
        address = address_of(self._socket.scope)
        try:
            caller = await self._access.identify(self._given, address)
            self._places.enter_context(self._all.taken(caller, address))
        except Failure as failure:
            raise closing(failure, self._given) from None
        except RequestError:
            raise Closed(1013, "Try again later") from None
        return caller

    async def _pong(self, message: ClientMessage) -> None:
        await self._send("pong", **({"payload": message.payload} if message.payload else {}))

    async def _ignore(self, message: ClientMessage) -> None:
        """A pong that nobody asked for is allowed."""

    async def _subscribe(self, message: ClientMessage) -> None:
        if not self._acknowledged.is_set():
            raise Closed(4401, "Unauthorized")
        if message.id in self._running:
            raise Closed(4409, f"Subscriber for {message.id} already exists")
        exchange = replace(self._exchange, operation=None, codes=[])
        try:
            asked = read_asked(message.payload)
            if len(self._exchanges) >= OPERATIONS:
                raise Failure("RATE_LIMITED", "too_many_operations", most=OPERATIONS)
        except Failure as failure:
            await self._send("error", id=message.id, payload=refused(failure, exchange)["errors"])
            return
        task = asyncio.get_running_loop().create_task(self._operate(message.id, asked, exchange))
        self._running[message.id], self._exchanges[task] = task, exchange
        task.add_done_callback(self._exchanges.pop)

    async def _complete(self, message: ClientMessage) -> None:
        task = self._running.pop(message.id, None)
        if task is not None:
            task.cancel()

    async def _operate(self, id_: str, asked: Asked, exchange: Exchange) -> None:
        started = time.perf_counter()
        try:
            await self._answer(id_, asked, exchange)
        except WebSocketDisconnect:
            pass  # the client has gone, as the reading side finds out too
        finally:
            logger.info("operation", extra={"request": exchange.request_id, "operation": exchange.operation, "caller": exchange.caller.name,
                                            "codes": exchange.codes, "ms": round((time.perf_counter() - started) * 1000, 1)})

    async def _answer(self, id_: str, asked: Asked, exchange: Exchange) -> None:
        try:
            async with aclosing(self._execution.answers(self._execution.ready(asked, exchange, "STREAM"), exchange)) as answers:
                async for answer in answers:
                    await self._send("next", id=id_, payload=answer)
        except WebSocketDisconnect:
            raise
        except Exception as error:  # noqa: BLE001  refused() words and logs it
            await self._end("error", id_, payload=refused(error, exchange)["errors"])
        else:
            await self._end("complete", id_)

    async def _end(self, kind: str, id_: str, **more: Any) -> None:
        """Whoever reads this may use the id again."""
        self._running.pop(id_, None)
        await self._send(kind, id=id_, **more)

    async def _send(self, kind: str, **more: Any) -> None:
        await self._socket.send_text(orjson.dumps({"type": kind, **more}).decode())


def closing(failure: Failure, given: Credentials) -> Closed:
    """Why a caller may not open a socket."""
    if code_of(failure) == "RATE_LIMITED":
        return Closed(4429, failure.message)
    return Closed(4401, "Unauthorized") if given == NONE_GIVEN else Closed(4403, "Forbidden")
