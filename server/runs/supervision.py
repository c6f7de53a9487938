"""One run, from the moment it is ours to its end: whatever happens first decides how it ends."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine as DatabaseEngine

from schema.analyses.queue import Claim, Standing
from schema.context import RunLimits, Watch
from schema.errors import Refused, RequestError
from schema.messages import say
from server import logs
from server.runs.aftermath import log_failure
from server.runs.endings import (
    Cancelled,
    Ending,
    Failed,
    HandedBack,
    Interrupted,
    Lost,
    Succeeded,
    Waiting,
    died,
    garbled,
    last_word,
    out_of_memory,
    timed_out,
)
from server.runs.engines import Engine
from server.runs.ledger import Ledger
from server.runs.notebook import Notebook
from server.runs.processes import exceeded
from server.runs.sweeping import Sweeper
from server.runs.worker_process import Garbled, WorkerProcess
from server.runs.workers import Workers

BETWEEN_NOTES = 0.5  # seconds, of the same stage
BETWEEN_STAGES = 0.1
BEATS = 6  # in a lease
AGAIN = 1.0  # seconds until an end that could not be written is written again


@dataclass(frozen=True)
class Means:
    """What every run of one application is computed with."""

    ledger: Ledger
    workers: Workers
    watch: Watch
    limits: RunLimits
    lease: float
    task: Callable[[Claim], Mapping[str, Any]]  # what the worker is told; raises `Refused` or `RequestError` for a run that cannot be
    sweeper: Sweeper
    engine: Engine
    local_workers: Workers  # beside this server, whatever computes the runs
    database_engine: DatabaseEngine  # of what the database itself works at


class Supervision:
    """`stopping` is set when the server stops."""

    def __init__(self, claim: Claim, means: Means, stopping: asyncio.Event):
        self.claim, self._means, self._stopping = claim, means, stopping
        self._notebook = Notebook()
        self._writing: asyncio.Task[bool] | None = None
        self._worker: WorkerProcess | None = None
        self._started = asyncio.Event()

    async def run(self) -> Ending:
        """Computes the run and writes down how it ended."""
        ending = await self._first()
        if isinstance(ending, Succeeded):
            ending = await self._conclude(ending)  # at once: the worker only tidies up
            await self._end_worker(kindly=True)
            return ending
        await self._end_worker(kindly=False)
        if isinstance(ending, Interrupted):  # while nobody else can have taken it
            await self._attempt(self._means.sweeper.sweep(self.claim))
        ending = await self._conclude(ending)
        self._report(ending)
        if isinstance(ending, Failed):
            log_failure(self.claim, ending, self._worker)
        if isinstance(ending, Failed | Cancelled):  # a run that waits again is swept when it is taken
            await self._attempt(self._means.sweeper.sweep(self.claim))
        return ending

    # -- what can end it --
    async def _first(self) -> Ending:
        ways = [asyncio.create_task(way) for way in self._ways()]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            return next(way.result() for way in ways if way in done)
        except Exception as error:  # noqa: BLE001  a fault of ours is an end too, and the log tells of it
            return self._unexpected(error)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    def _ways(self) -> list[Coroutine[Any, Any, Ending]]:
        return [self._compute(), self._hold(), self._write_notes(), self._watch_memory(), self._watch_time(), self._watch_server()]

    async def _compute(self) -> Ending:
        language = self.claim.language
        await self._means.sweeper.sweep(self.claim)  # an earlier attempt may have left something
        try:
            task = self._means.task(self.claim)
        except Refused as refused:
            return Failed("INVALID", " ".join(problem.text(language) for problem in refused.problems))
        except RequestError as refused:
            return Failed("INVALID", refused.text(language))
        self._worker = worker = await self._means.workers.take()
        self._started.set()
        await worker.tell(task)
        try:
            async for message in worker.messages():
                if ending := last_word(message, language):
                    return ending
                self._notebook.hear(message)
                if "progress" in message:
                    self._means.engine.back()
        except Garbled:
            return garbled(language)
        return died(await worker.exit_code(), language)

    async def _hold(self) -> Ending:
        """Beats while the run is ours, and looks in between whether somebody wants it stopped."""
        between = self._means.lease / BEATS
        due = time.monotonic()
        while True:
            changed = asyncio.create_task(self._means.watch.changed(self.claim.run, between))  # before looking: nothing is missed
            try:
                beats = time.monotonic() >= due
                standing = await self._standing(beats)
                due = time.monotonic() + between if beats else due
                if standing != "held":
                    return Cancelled() if standing == "cancel" else Lost()
                await changed
            finally:
                changed.cancel()

    async def _standing(self, beats: bool) -> Standing:
        try:
            if beats:
                return await self._means.ledger.beat(self.claim)
            return "cancel" if await self._means.ledger.wants_stop(self.claim.run) else "held"
        except RequestError:  # the database is away: nobody else can have taken the run meanwhile without our noticing later
            return "held"

    async def _write_notes(self) -> Ending:
        while True:
            await self._notebook.something.wait()
            self._writing = asyncio.create_task(self._write_note())
            if not await asyncio.shield(self._writing):  # once begun it is finished: nothing is lost or written twice
                return Lost()
            await asyncio.sleep(BETWEEN_STAGES)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BETWEEN_NOTES - BETWEEN_STAGES):
                    await self._notebook.turned.wait()

    async def _write_note(self) -> bool:
        try:
            return await self._write_down()
        except RequestError:
            return True  # later, then

    async def _watch_memory(self) -> Ending:
        await self._started.wait()
        assert self._worker
        await exceeded(self._worker.pid, self._means.limits.memory)
        return out_of_memory(self._means.limits.memory, self.claim.language)

    async def _watch_time(self) -> Ending:
        await asyncio.sleep(self._means.limits.seconds)
        return timed_out(self._means.limits.seconds, self.claim.language)

    async def _watch_server(self) -> Ending:
        await self._stopping.wait()
        return HandedBack()

    # -- ending --
    async def _end_worker(self, *, kindly: bool) -> None:
        if self._worker is not None:
            await self._worker.end(kindly=kindly)

    async def _conclude(self, ending: Ending) -> Ending:
        """Writes the end, for as long as it takes: a run must not stay RUNNING because the database was away."""
        if self._writing:
            await self._writing
        while not isinstance(ending, Lost):
            try:
                if self._notebook.something.is_set() and not isinstance(ending, HandedBack | Waiting | Interrupted):
                    await self._write_down()
                return ending if await self._means.ledger.end(self.claim, ending) else Lost()
            except RequestError:
                if self._stopping.is_set():
                    return Lost()
                await asyncio.sleep(AGAIN)
            except Exception as error:
                if isinstance(ending, Failed):
                    raise
                ending = self._unexpected(error)
        return ending

    def _report(self, ending: Ending) -> None:
        if isinstance(ending, Waiting):
            self._means.engine.away(ending.reason)
        elif isinstance(ending, Interrupted):
            extra = {"run": self.claim.run, "operation": self.claim.kind, "detail": ending.reason}
            logging.getLogger("guanxi").warning("run interrupted", extra=extra)

    async def _write_down(self) -> bool:
        """What was heard since the last time. Raises `RequestError`, with nothing lost, while it cannot be written."""
        notes = self._notebook.take()
        try:
            return await self._means.ledger.note(self.claim, notes)
        except RequestError:
            self._notebook.put_back(notes)
            raise

    async def _attempt(self, work: Awaitable[None]) -> None:
        """What is tried once: the next start of a server does it otherwise."""
        try:
            await work
        except RequestError:
            logging.getLogger("guanxi").warning("what a run left was not swept", extra={"run": self.claim.run})

    def _unexpected(self, error: Exception) -> Failed:
        logs.report(error, f"run:{self.claim.run}", self.claim.kind)
        return Failed("INTERNAL", say("run_internal", self.claim.language))
