"""One run on the cluster, from the relay's side: asked for, listened to, and ended."""

import asyncio
import contextlib
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from distributed import Client, Future

from server.cluster.files import passages, receive, send, write_probe
from server.cluster.hosting import host
from server.cluster.wire import SURE, Broken, Incoming, Outgoing
from server.runs.endings import last_word

LOOK_EVERY = 0.5  # seconds, at how the task stands
LATE = 3.0  # seconds that the last words of a host may come after its task is done


class Lost(Exception):
    """What computed the run is gone."""


class Errand:
    """`say` tells the server."""

    def __init__(self, client: Client, task: Mapping[str, Any], preload: list[str], say: Callable[..., None]):
        self._client, self._task, self._preload, self._say = client, task, preload, say
        self._name = f"guanxi-run-{task['run']}-{secrets.token_hex(8)}"
        self._files = Path(task["files"])
        self._probe: Mapping[str, str] = {}
        self._token = ""  # of the host that was given the task
        self._host: Outgoing | None = None
        self._concluded = False  # the server has had its last word
        self._beside: list[asyncio.Task[None]] = []

    async def run(self, dismissed: "asyncio.Task[bytes]") -> None:
        """Returns when nobody computes any more. Raises `Broken` when nobody has begun."""
        async with self._asked() as (incoming, future):
            listening, gone = asyncio.create_task(self._listen(incoming)), asyncio.create_task(self._gone(future))
            self._beside += [listening, gone]
            await asyncio.wait([dismissed, listening, gone], return_when=asyncio.FIRST_COMPLETED)
            why = None if dismissed.done() else why_lost(listening if listening.done() else gone)
            if self._host is None and why is not None:
                raise Broken(why)
            await self._see_it_ended(listening, future)
        if not self._concluded and not dismissed.done():
            self._say(lost=why or "it ended without a word")

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[tuple[Incoming, Future]]:
        self._probe = write_probe(self._files)
        incoming = await Incoming.open(self._client, self._name)
        try:
            yield incoming, self._client.submit(host, self._name, key=self._name, pure=False, retries=0)
        finally:
            (self._files / self._probe["name"]).unlink(missing_ok=True)
            for task in self._beside:
                task.cancel()
            await asyncio.gather(*self._beside, return_exceptions=True)
            await incoming.close()
            if self._host is not None:
                self._host.close()

    # -- listening --
    async def _listen(self, incoming: Incoming) -> None:
        """Returns when the host has ended its worker. Raises `Broken` and `Lost`."""
        async for message in incoming.messages():
            if "begun" in message:
                incoming.expect()
                await self._begun(**message["begun"])
            elif message.get("ended") == self._token:
                return
            elif message.get("token") == self._token:
                await self._hear(message)

    async def _begun(self, token: str, host: str) -> None:
        way = await Outgoing.open(self._client, f"{self._name}-{token}")
        if self._host is not None:  # Dask has begun anew elsewhere: what the first one wrote is in the way
            await way.say(end=True)
            way.close()
            raise Lost("its worker was lost")
        await way.say(task=self._task, preload=self._preload, probe=self._probe)
        self._token, self._host = token, way
        self._aside(way.signs())

    async def _hear(self, message: Mapping[str, Any]) -> None:
        if "said" in message:
            self._concluded |= last_word(message["said"], self._task["language"]) is not None
            self._say(**message["said"])
        for line in message.get("aside", ()):
            print(line, file=sys.stderr)  # noqa: T201  as the worker would have
        if "wants" in message:
            self._aside(self._send(message["wants"]))
        if "offers" in message:
            self._aside(self._keep(message["offers"]))

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        self._beside.append(asyncio.create_task(work))

    # -- files --
    async def _send(self, names: list[str]) -> None:
        there, _ = await passages(self._client, f"{self._name}-{self._token}")
        await send(there, self._files, names)

    async def _keep(self, names: list[str]) -> None:
        there, back = await passages(self._client, f"{self._name}-{self._token}")
        await there.put([name for name in names if not (self._files / name).is_file()])
        await receive(back, self._files)
        await there.put(True)

    # -- ending --
    async def _gone(self, future: Future) -> None:
        """Returns when the task is done, and its host has had time to say so. Raises `Lost` when Dask gave the task up."""
        while not future.done():  # noqa: ASYNC110  waiting for it raises in six ways
            await asyncio.sleep(LOOK_EVERY)
        if future.status == "error":
            raise Lost(type(await future.exception()).__name__)
        await asyncio.sleep(LATE)

    async def _see_it_ended(self, listening: "asyncio.Task[None]", future: Future) -> None:
        """The host is told to end. It has when it says so, or when its task is done, or when it has not heard from here for SURE."""
        if self._host is not None and not said_so(listening):
            with contextlib.suppress(Broken):
                await self._host.say(end=True)
            self._stop_signs()
            over = self._host.said + SURE
            while time.monotonic() < over and not said_so(listening) and future.status != "finished":  # noqa: ASYNC110
                await asyncio.sleep(LOOK_EVERY / 10)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(future.cancel(), LATE)

    def _stop_signs(self) -> None:
        for task in self._beside[2:]:
            task.cancel()


def said_so(listening: "asyncio.Task[None]") -> bool:
    return listening.done() and not listening.cancelled() and listening.exception() is None


def why_lost(task: "asyncio.Task[None]") -> str | None:
    error = task.exception()
    return None if error is None else str(error) or type(error).__name__
