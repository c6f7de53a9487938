"""`python -m server.cluster.host`: starts a worker on this machine for a relay elsewhere, and ends it when the relay says so or says no
more."""

import asyncio
import contextlib
import platform
import secrets
import sys
from collections.abc import Mapping
from typing import Any

import orjson
from distributed import Client

from server.cluster.files import Place, place_for
from server.cluster.wire import Broken, Incoming, Outgoing, connected
from server.runs.endings import Failed, died, garbled, last_word, out_of_memory
from server.runs.processes import exceeded
from server.runs.worker_process import Garbled, WorkerProcess
from server.worker.process import die_with_parent


class Dismissed(Exception):
    """The worker is not wanted any more."""


async def main(setup: dict[str, Any]) -> None:
    """Only the first host of a run is given its task: one that Dask has moved elsewhere would compute on top of half of a result."""
    token = secrets.token_hex(8)
    async with connected(setup["scheduler"], setup["tls"]) as client:
        incoming = await Incoming.open(client, f"{setup['name']}-{token}")
        incoming.expect()
        outgoing = await Outgoing.open(client, setup["name"])
        with contextlib.suppress(Broken):
            await outgoing.say(begun={"token": token, "host": platform.node()})
            await Host(client, setup, token, incoming, outgoing).serve()
        await incoming.close()
        outgoing.close()


class Host:
    def __init__(self, client: Client, setup: dict[str, Any], token: str, incoming: Incoming, outgoing: Outgoing):
        self._client, self._setup, self._token, self._outgoing = client, setup, token, outgoing
        self._messages = incoming.messages()
        self._order: dict[str, Any] = {}
        self._place: Place | None = None

    async def serve(self) -> None:
        signs = asyncio.create_task(self._outgoing.signs())
        try:
            with contextlib.suppress(Dismissed):
                await self._take()
                await self._compute_unless_dismissed()
            await self._outgoing.say(ended=self._token)
        finally:
            signs.cancel()
            await asyncio.gather(signs, return_exceptions=True)
            if self._place:
                self._place.clear()

    async def _take(self) -> None:
        async for message in self._messages:
            if "task" in message:
                self._order = message
                return
            raise Dismissed

    async def _compute_unless_dismissed(self) -> None:
        """Whatever happens first; the worker is ended before this returns or raises."""
        ways = [asyncio.create_task(way) for way in (self._compute(), self._listen())]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            await next(way for way in ways if way in done)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _listen(self) -> None:
        async for message in self._messages:
            if "end" in message:
                raise Dismissed

    async def _compute(self) -> None:
        task, name = self._order["task"], f"{self._setup['name']}-{self._token}"
        self._place = place = await place_for(task, self._order["probe"], self._client, name, self._tell)
        worker = await WorkerProcess.start(self._order["preload"])
        last: Mapping[str, Any] | None = None
        try:
            await worker.tell(place.task | {"cluster": {"scheduler": self._setup["scheduler"], "tls": self._setup["tls"]}})
            last = await self._last_word(worker)
            if "result" in last:
                await place.bring_back()
        finally:
            await worker.end(kindly=last is not None and "result" in last)
        await self._tell(aside=worker.stderr)
        await self._tell(said=last)

    async def _last_word(self, worker: WorkerProcess) -> Mapping[str, Any]:
        """Of the worker, or about it. All that comes before it is passed on."""
        task = self._order["task"]
        memory = asyncio.create_task(exceeded(worker.pid, task["memory"]))
        listening = asyncio.create_task(self._listen_to(worker, task["language"]))
        try:
            await asyncio.wait([memory, listening], return_when=asyncio.FIRST_COMPLETED)
            return listening.result() if listening.done() else failure(out_of_memory(task["memory"], task["language"]))
        finally:
            memory.cancel()
            listening.cancel()
            await asyncio.gather(memory, listening, return_exceptions=True)

    async def _listen_to(self, worker: WorkerProcess, language: str) -> Mapping[str, Any]:
        try:
            async for message in worker.messages():
                if last_word(message, language):
                    return message
                await self._tell(said=message)
        except Garbled:
            return failure(garbled(language))
        return failure(died(await worker.exit_code(), language))

    async def _tell(self, **message: Any) -> None:
        await self._outgoing.say(token=self._token, **message)


def failure(failed: Failed) -> Mapping[str, Any]:
    return {"failure": {"code": failed.code, "message": failed.message}}


if __name__ == "__main__":
    die_with_parent()
    asyncio.run(main(orjson.loads(sys.stdin.buffer.readline())))
