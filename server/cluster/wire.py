"""How a relay and a host talk: two queues that the scheduler keeps, and a sign of life each way every other second.

From the host: `{"begun": {"token", "host"}}`; with its token `{"said": {...}}` for each message of its worker, `{"aside": [lines]}` for
what that one printed, `{"wants"}` and `{"offers"}` (see files.py); at last `{"ended": token}`. From the relay: `{"task", "preload",
"probe"}`, once, and `{"end": true}`. Either way: `{"alive": true}`.
Either end that hears nothing for SILENCE gives the other one up. A host has ended its worker by then, so a relay that waits a little
longer than that knows that nobody computes for it any more, whether anybody can still tell it or not.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from distributed import Client, Queue

from server.worker.spreading import security_of

SIGN_EVERY = 1.5  # seconds
SILENCE = 9.0
SURE = SILENCE + 2.0  # a host ends its worker in less than two seconds
PATIENCE = 600.0  # seconds that the scheduler lets somebody wait at a queue; it logs a traceback for whoever waited in vain
CONNECT_WITHIN = 10.0


class Broken(Exception):
    """The scheduler cannot be talked to, or has forgotten what there was."""


@asynccontextmanager
async def connected(scheduler: str, tls: Mapping[str, str] | None) -> AsyncIterator[Client]:
    """`tls`: the files `ca`, `certificate` and `key`. Raises `Broken`."""
    client = Client(scheduler, security=security_of(tls), asynchronous=True, set_as_default=False, timeout=CONNECT_WITHIN)
    try:
        async with asyncio.timeout(2 * CONNECT_WITHIN):
            await client
    except Exception as error:
        await client.close(timeout=0)
        raise Broken(f"{scheduler} cannot be reached: {type(error).__name__}") from error
    try:
        yield client
    finally:
        await client.close(timeout=1)


class Outgoing:
    """One end of a queue. Keeps saying that it lives while `signs` runs."""

    def __init__(self, queue: Queue):
        self._queue = queue
        self.said = time.monotonic()  # last

    @classmethod
    async def open(cls, client: Client, name: str) -> "Outgoing":
        return cls(await opened(client, name))

    async def say(self, **message: Any) -> None:
        """Raises `Broken`."""
        try:
            async with asyncio.timeout(SILENCE):
                await self._queue.put(orjson.dumps(message))
        except Exception as error:
            raise Broken(type(error).__name__) from error
        self.said = time.monotonic()

    async def signs(self) -> None:
        """Raises `Broken`."""
        while True:
            await self.say(alive=True)
            await asyncio.sleep(SIGN_EVERY)

    def close(self) -> None:
        with contextlib.suppress(Exception):  # the scheduler may be gone
            self._queue.close()


class Incoming:
    """The other end of a queue."""

    def __init__(self, queue: Queue):
        self._queue = queue
        self._until: float | None = None  # when silence is too long, by the clock of the loop

    @classmethod
    async def open(cls, client: Client, name: str) -> "Incoming":
        return cls(await opened(client, name))

    def expect(self) -> None:
        """From now on silence means that the other end is gone."""
        self._until = asyncio.get_running_loop().time() + SILENCE

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """All but signs of life. Raises `Broken`, also for silence where something is expected."""
        while True:
            for message in await self._next():
                if "alive" not in message:
                    yield message

    async def _next(self) -> list[dict[str, Any]]:
        try:
            async with asyncio.timeout_at(self._until):
                first = await self._waited_for()
                rest = await self._queue.get(batch=True)
        except TimeoutError:
            raise Broken("nothing was heard of it any more") from None
        except Exception as error:
            raise Broken(type(error).__name__) from error
        if self._until is not None:
            self.expect()
        return [orjson.loads(one) for one in (first, *rest)]

    async def _waited_for(self) -> bytes:
        while True:
            try:
                first: bytes = await self._queue.get(timeout=PATIENCE)
                return first
            except TimeoutError:
                continue

    async def close(self) -> None:
        with contextlib.suppress(Exception):  # the scheduler may be gone
            async with asyncio.timeout(1):
                await self._queue.put(orjson.dumps({"alive": True}))  # or a look that nobody waits for would be kept for long
            self._queue.close()


async def opened(client: Client, name: str, most: int = 0) -> Queue:
    """Raises `Broken`."""
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            return await Queue(name, client=client, maxsize=most)
    except Exception as error:
        raise Broken(type(error).__name__) from error
