"""The queue of analysis runs, in the table of jobs: how a server takes a run, reports on it, and lets go of it.

Whoever computes a run holds a token, kept in the run's `worker`. A report is written only while the run still carries it, so that one
who was given up for lost and comes back late changes nothing. Functions that change how a run stands are given a `Change`, and are
audited; the small reports in between are given a connection in a transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.sql.dml import Update

from schema.changes.change import Change
from schema.context import Reader
from schema.jobs.models import JobRow, JobStatus
from schema.messages import say
from schema.querying.databases import speech_of
from schema.querying.statement import finish as compiled
from schema.rows import text, utc_now

MOST_ATTEMPTS = 2
MOST_WARNINGS, LONGEST_WARNING = 100, 500
JOBS = JobRow.metadata.tables["jobs"]
# What a second attempt finds.
AFRESH: dict[str, Any] = {"stage": None, "done": 0, "total": None, "warnings": [], "snapshot": None, "worker": None}


@dataclass(frozen=True)
class Claim:
    """A run that was taken; without a plugin, a derivation of the core. `same_as`: the run whose snapshot it must be computed from, with
    what that one recorded of it."""

    run: int
    worker: str
    kind: str
    plugin: str
    parameters: Mapping[str, Any]
    language: str
    attempts: int
    same_as: Mapping[str, Any] | None


@dataclass(frozen=True)
class Running:
    """A run that somebody computes, as whoever watches sees it. It is lost when `heartbeat` has not grown for the length of a lease."""

    run: int
    worker: str
    heartbeat: int


Standing = Literal["held", "cancel", "lost"]  # go on; somebody wants it stopped; another one has it, or it has ended


# -- taking --
async def waiting(reader: Reader, dialect: str, kinds: Sequence[str]) -> bool:
    """Whether a run of these analyses waits. Looking takes no lock, so a server may ask as often as it likes."""
    members = speech_of(dialect).members("kinds", text())
    query = select(JOBS.c.id).where(JOBS.c.status == JobStatus.QUEUED, JOBS.c.kind.in_(members)).limit(1)
    statement = compiled(query, speech_of(dialect).dialect)
    return bool(await reader.fetch(statement.sql, statement.bind({"kinds": list(kinds)})))


def claim(work: Change, worker: str, kinds: Sequence[str], wanted: int | None = None) -> Claim | None:
    """Takes the run that has waited longest, or the one that is wanted. Servers that claim at the same moment get different ones."""
    connection = work.session.connection()
    oldest = select(JOBS.c.id).where(JOBS.c.status == JobStatus.QUEUED, JOBS.c.kind.in_(bindparam("kinds", kinds, expanding=True)))
    oldest = oldest if wanted is None else oldest.where(JOBS.c.id == wanted)
    run = connection.scalar(oldest.order_by(JOBS.c.id).limit(1).with_for_update(skip_locked=True))
    if run is None:
        return None
    row = _updated(connection, run, _of(run).values(status=JobStatus.RUNNING, worker=worker, attempts=JOBS.c.attempts + 1,
                                                    heartbeat=JOBS.c.heartbeat + 1, started_at=utc_now()), JOBS)
    assert row is not None, "its row is locked"
    work.wrote("job", run, ["status", "started_at"])
    return Claim(run, worker, row.kind, row.plugin or "", row.parameters, row.language or "en", row.attempts, _same_as(connection, row))


def _same_as(connection: Connection, row: Any) -> dict[str, Any] | None:
    if not row.details.get("sameData") or row.rerun_of_id is None:
        return None
    return {"run": row.rerun_of_id, "snapshot": connection.scalar(select(JOBS.c.snapshot).where(JOBS.c.id == row.rerun_of_id))}


# -- reporting, by the one who holds it --
def beat(connection: Connection, run: int, worker: str) -> Standing:
    """Says that the run is being worked on, and learns whether it still should be."""
    held = _updated(connection, run, _held(run, worker).values(heartbeat=JOBS.c.heartbeat + 1), JOBS.c.cancel_requested)
    return "lost" if held is None else "cancel" if held.cancel_requested else "held"


async def wants_stop(reader: Reader, dialect: str, run: int) -> bool:
    """Whether somebody wants the run stopped, or it is there no more: a look between two beats, which takes no lock."""
    statement = compiled(select(JOBS.c.cancel_requested).where(JOBS.c.id == bindparam("run")), speech_of(dialect).dialect)
    return await reader.fetch(statement.sql, statement.bind({"run": run})) != [(False,)]


def note_progress(connection: Connection, run: int, worker: str, stage: str, done: int = 0, total: int | None = None) -> bool:
    return _report(connection, run, worker, stage=stage[:64], done=done, total=total)


def note_snapshot(connection: Connection, run: int, worker: str, snapshot: Mapping[str, Any]) -> bool:
    """What was read, as the worker says it: asOf, readAt, digest, selection, rowCounts, excludedForConsent and versions."""
    return _report(connection, run, worker, snapshot=dict(snapshot))


def note_warning(connection: Connection, run: int, worker: str, warning: str) -> bool:
    """Adds a warning; the first hundred are kept."""
    held = select(JOBS.c.warnings).where(JOBS.c.id == run, JOBS.c.worker == worker).with_for_update()
    warnings = connection.scalar(held)
    return warnings is not None and _report(connection, run, worker, warnings=[*warnings, warning[:LONGEST_WARNING]][:MOST_WARNINGS])


def _report(connection: Connection, run: int, worker: str, **values: Any) -> bool:
    return connection.execute(_held(run, worker).values(**values)).rowcount == 1


# -- ending --
def succeed(work: Change, run: int, worker: str, result: Mapping[str, Any]) -> bool:
    """`result` is the worker's last word: digest, summary, metrics, charts, artifacts and environment. False: it was not his any more."""
    return _end(work, run, worker, JobStatus.SUCCEEDED, result_digest=result["digest"],
                **{name: result[name] for name in ("summary", "metrics", "charts", "artifacts", "environment")})


def fail(work: Change, run: int, worker: str, code: str, message: str) -> bool:
    return _end(work, run, worker, JobStatus.FAILED, error_code=code, error_message=message)


def stop(work: Change, run: int, worker: str) -> bool:
    """Somebody cancelled it, and it has stopped."""
    return _end(work, run, worker, JobStatus.CANCELLED)


def _end(work: Change, run: int, worker: str, status: JobStatus, **values: Any) -> bool:
    ended = _held(run, worker).values(status=status, finished_at=utc_now(), worker=None, **values)
    return _changed(work, run, ended, ["status", "finished_at"])


# -- looking after those that nobody works on any more --
async def running(reader: Reader, dialect: str) -> list[Running]:
    """Of any analysis, whether its plugin is here or not: no run may stand as running for ever."""
    query = select(JOBS.c.id, JOBS.c.worker, JOBS.c.heartbeat).where(JOBS.c.status == JobStatus.RUNNING, JOBS.c.worker.is_not(None))
    statement = compiled(query, speech_of(dialect).dialect)
    return [Running(*row) for row in await reader.fetch(statement.sql, statement.bind({}))]


def recover(work: Change, lost: Running) -> JobStatus | None:
    """Gives a lost run another chance, or an end. None: it is not lost after all, for it was reported on since."""
    connection = work.session.connection()
    row = connection.execute(select(JOBS).where(JOBS.c.id == lost.run, JOBS.c.worker == lost.worker,
                                                JOBS.c.heartbeat == lost.heartbeat).with_for_update()).one_or_none()
    return None if row is None else _another_chance(work, row, "run_interrupted")


def interrupt(work: Change, run: int, worker: str) -> bool:
    """What computed it for the one who holds it is gone, or its database was; and what it left is swept: another chance, or an end."""
    row = work.session.connection().execute(select(JOBS).where(JOBS.c.id == run, JOBS.c.worker == worker).with_for_update()).one_or_none()
    return row is not None and _another_chance(work, row, "run_cut_off") is not None


def _another_chance(work: Change, row: Any, why: str) -> JobStatus | None:
    """`why` is what a reader is told when there is none."""
    if row.cancel_requested:
        return JobStatus.CANCELLED if stop(work, row.id, row.worker) else None
    if row.attempts >= MOST_ATTEMPTS:
        message = say(why, row.language or "en", attempts=row.attempts)
        return JobStatus.FAILED if fail(work, row.id, row.worker, "INTERRUPTED", message) else None
    again = _held(row.id, row.worker).values(status=JobStatus.QUEUED, **AFRESH)
    return JobStatus.QUEUED if _changed(work, row.id, again, ["status"]) else None


def release(work: Change, run: int, worker: str) -> bool:
    """The server stops in good order before it has begun to compute, or while it does: the run waits again, at no cost in attempts."""
    again = _held(run, worker).values(status=JobStatus.QUEUED, attempts=JOBS.c.attempts - 1, **AFRESH)
    return _changed(work, run, again, ["status"])


def _changed(work: Change, run: int, statement: Update, fields: Sequence[str]) -> bool:
    done = work.session.connection().execute(statement).rowcount == 1
    if done:
        work.wrote("job", run, fields)
    return done


def _updated(connection: Connection, run: int, statement: Update, *wanted: Any) -> Any:
    """What the statement left in the run's row; None when it did not touch it. MariaDB has to be asked in a second statement."""
    if connection.dialect.update_returning:
        return connection.execute(statement.returning(*wanted)).one_or_none()
    if connection.execute(statement).rowcount != 1:
        return None
    return connection.execute(select(*wanted).where(JOBS.c.id == run)).one()


def _of(run: int) -> Update:
    return update(JOBS).where(JOBS.c.id == run)


def _held(run: int, worker: str) -> Update:
    return _of(run).where(JOBS.c.worker == worker, JOBS.c.status == JobStatus.RUNNING)
