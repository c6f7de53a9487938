"""The queue of runs as asynchronous code sees it: every report in a worker thread, and told to those who wait for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from schema.analyses import queue
from schema.analyses.queue import Claim, Running, Standing
from schema.changes.change import Change
from schema.context import SYSTEM, Watch
from schema.errors import RequestError
from schema.jobs.models import JobStatus
from server.database import Database
from server.database.in_thread import in_thread
from server.database.problems import is_overtaken, is_unusable
from server.runs.endings import Cancelled, Ending, Failed, HandedBack, Interrupted, Succeeded, Waiting

T = TypeVar("T")
DERIVING = "relationshipsDerive"  # what the audit log says of whatever happens to a derivation


@dataclass(frozen=True)
class Stage:
    """How far a run has come."""

    stage: str
    done: int = 0
    total: int | None = None


@dataclass(frozen=True)
class Notes:
    """What a worker has said since it was last written down."""

    stage: Stage | None = None
    snapshot: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()


class Ledger:
    """Every method raises `RequestError` UNAVAILABLE, with nothing written, while the database is away or another writer is long at it."""

    def __init__(self, database: Database, watch: Watch):
        self._database, self._watch = database, watch

    # -- looking --
    async def unfit(self) -> str | None:
        """A sentence when the database is of another version than this server, which must not compute then."""
        return await self._database.ready()

    async def waiting(self, kinds: Sequence[str]) -> bool:
        async with self._database.reader() as reader:
            return await queue.waiting(reader, self._database.dialect, kinds)

    async def running(self) -> list[Running]:
        async with self._database.reader() as reader:
            return await queue.running(reader, self._database.dialect)

    async def wants_stop(self, run: int) -> bool:
        async with self._database.reader() as reader:
            return await queue.wants_stop(reader, self._database.dialect, run)

    # -- taking and letting go --
    async def claim(self, worker: str, kinds: Sequence[str], run: int | None = None, action: str = "analysisRunClaim") -> Claim | None:
        taken: list[Claim] = []

        def perform(work: Change) -> dict[str, Any]:
            found = queue.claim(work, worker, kinds, run)
            taken.extend([found] if found else [])
            return {}

        await self._database.writer.change(SYSTEM, action, perform)
        for one in taken:
            self._watch.announce(one.run)
        return taken[0] if taken else None

    async def recover(self, lost: Running) -> JobStatus | None:
        def perform(work: Change) -> dict[str, Any]:
            status = queue.recover(work, lost)
            return {"status": status.name if status else None}

        answer = await self._database.writer.change(SYSTEM, "analysisRunRecover", perform)
        self._watch.announce(lost.run)
        return JobStatus[answer["status"]] if answer["status"] else None

    async def end(self, claim: Claim, ending: Ending) -> bool:
        """False: it was not ours any more."""
        write = _writing(claim, ending)
        if write is None:
            return False
        action, perform = write
        action = action if claim.plugin else DERIVING
        answer = await self._database.writer.change(SYSTEM, action, lambda work: {"written": perform(work)})
        self._watch.announce(claim.run)
        return bool(answer["written"])

    # -- reporting --
    async def beat(self, claim: Claim) -> Standing:
        return await self._report(lambda connection: queue.beat(connection, claim.run, claim.worker))

    async def note(self, claim: Claim, notes: Notes) -> bool:
        held = await self._report(partial(_write, claim=claim, notes=notes))
        self._watch.announce(claim.run)
        return held

    async def _report(self, perform: Callable[[Connection], T]) -> T:
        """A short transaction past the audit log: a report is no change of what anybody decided."""
        def run() -> T:
            with self._database.engine.begin() as connection:
                return perform(connection)

        try:
            return await in_thread(run)
        except DBAPIError as error:
            if is_unusable(error.orig) or is_overtaken(error.orig):
                raise RequestError("UNAVAILABLE", "unavailable") from error
            raise


def _write(connection: Connection, claim: Claim, notes: Notes) -> bool:
    run, worker = claim.run, claim.worker
    held = True
    if notes.snapshot is not None:
        held = queue.note_snapshot(connection, run, worker, notes.snapshot)
    for warning in notes.warnings:
        held = queue.note_warning(connection, run, worker, warning)
    if notes.stage is not None:
        held = queue.note_progress(connection, run, worker, notes.stage.stage, notes.stage.done, notes.stage.total)
    return held


def _writing(claim: Claim, ending: Ending) -> tuple[str, Callable[[Change], bool]] | None:
    """The action and the change that an ending comes to."""
    run, worker = claim.run, claim.worker
    match ending:
        case Succeeded(result):
            return "analysisRunSucceed", lambda work: queue.succeed(work, run, worker, result)
        case Failed(code, message):
            return "analysisRunFail", lambda work: queue.fail(work, run, worker, code, message)
        case Cancelled():
            return "analysisRunStop", lambda work: queue.stop(work, run, worker)
        case Interrupted():
            return "analysisRunInterrupt", lambda work: queue.interrupt(work, run, worker)
        case HandedBack() | Waiting():
            return "analysisRunRelease", lambda work: queue.release(work, run, worker)
    return None
