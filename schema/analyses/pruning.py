"""Which runs are old enough to lose their results, and how one is marked: from then on nobody is answered from it.

What a run was asked for, read and found as a whole is kept, so that history stays told: who started it, who published it, what repeats it.
"""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, null, select, update

from schema.analyses.models import PublishedRunRow
from schema.analyses.queue import JOBS
from schema.changes.change import Change
from schema.jobs.models import JobStatus

UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True)
class Choice:
    """Runs that ended before a moment, but for the newest `keep` of each analysis and slot. `analysis`: only runs of this one.
    `plugins`: those whose tables are known here; results of another one could not be found."""

    before: datetime.datetime
    keep: int
    plugins: Sequence[str]
    analysis: str | None = None


@dataclass(frozen=True)
class OldRun:
    run: int
    plugin: str
    kind: str
    finished_at: datetime.datetime
    label: str | None


def old_runs(connection: Connection, choice: Choice) -> list[OldRun]:
    """The oldest first. Runs that are published, or that somebody repeats just now, are not among them."""
    held, newer, found = set(published(connection)) | set(repeated(connection)), Counter[tuple[str, str]](), []
    query = select(JOBS.c.id, JOBS.c.plugin, JOBS.c.kind, JOBS.c.finished_at, JOBS.c.label, JOBS.c.slots).where(
        JOBS.c.status == JobStatus.SUCCEEDED, JOBS.c.plugin.in_(choice.plugins), JOBS.c.finished_at.is_not(None))
    if choice.analysis is not None:
        query = query.where(JOBS.c.kind == choice.analysis)
    for run, plugin, kind, finished_at, label, slots in connection.execute(query.order_by(JOBS.c.finished_at.desc(), JOBS.c.id.desc())):
        places = [(kind, slot) for slot in slots or ("",)]
        is_new = any(newer[place] < choice.keep for place in places)
        newer.update(places)
        if not is_new and finished_at < choice.before and run not in held:
            found.append(OldRun(run, plugin, kind, finished_at, label))
    return found[::-1]


def published(connection: Connection) -> Iterator[int]:
    yield from connection.scalars(select(PublishedRunRow.run_id))


def repeated(connection: Connection) -> Iterator[int]:
    """Runs that one which waits or is computed needs: the run that it repeats, and those whose scores that one read."""
    query = select(JOBS.c.id, JOBS.c.snapshot).where(
        JOBS.c.id.in_(select(JOBS.c.rerun_of_id).where(JOBS.c.status.in_(UNFINISHED), JOBS.c.rerun_of_id.is_not(None))))
    for run, snapshot in connection.execute(query):
        yield run
        yield from ((snapshot or {}).get("runs") or {}).values()


def expire(work: Change, run: int) -> bool:
    """False: somebody published it, or began to repeat it, in the meantime."""
    connection = work.session.connection()
    standing = select(JOBS.c.id).where(JOBS.c.id == run, JOBS.c.status == JobStatus.SUCCEEDED)
    if connection.scalar(standing.with_for_update()) is None:  # whoever publishes or repeats it holds the row too
        return False
    if run in {*published(connection), *repeated(connection)}:
        return False
    files: dict[str, Any] = {"charts": null(), "artifacts": null()}
    connection.execute(update(JOBS).where(JOBS.c.id == run).values(status=JobStatus.EXPIRED, **files))
    work.wrote("job", run, ["status"])
    return True
