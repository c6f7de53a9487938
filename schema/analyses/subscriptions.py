"""Subscriptions to jobs and to what is published. What is done here, or told by the database, is seen at once; besides, whoever waits
looks for himself now and then. States that come and go in between are not told."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import strawberry
from sqlalchemy import bindparam, select

from schema import ids
from schema.analyses.models import PublishedRunRow
from schema.analyses.types import AnalysisRun
from schema.context import Alerted, Context
from schema.jobs.models import JobRow, JobStatus
from schema.jobs.types import Job
from schema.querying.answering import streamed
from schema.querying.declare import argument
from schema.querying.reading import question

READ = ["jobs.read"]
ENDED = (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.EXPIRED)


async def job_updates(context: Context, id: str) -> AsyncIterator[int]:
    """The job's number: now, and whenever it was changed, until it has ended. One that does not exist has ended already."""
    job = ids.number(id, "j", "Job")
    query = select(JobRow.status, JobRow.stage, JobRow.done, JobRow.total, JobRow.warnings, JobRow.snapshot).where(
        JobRow.id == bindparam("job"))
    looking, known = question(query, context.dialect), None
    async with Alerted(context, job) as alerted:
        while found := await looking.ask(context, {"job": job}):
            if found != known:
                known = found
                yield job
            if found[0][0] in ENDED:
                return
            await alerted.wait()


async def publications(context: Context, kind: str | None = None) -> AsyncIterator[int]:
    """The number of each run that begins to answer for a slot, from now on."""
    async with Alerted(context, None) as alerted:
        known = await published_runs(context, kind)
        while True:
            await alerted.wait()
            now = await published_runs(context, kind)
            fresh = {run for place, run in now.items() if known.get(place) != run}
            known = now
            for run in sorted(fresh):
                yield run


async def published_runs(context: Context, kind: str | None) -> Mapping[tuple[str, str], int]:
    """The run that answers for each (analysis, slot)."""
    query: Any = select(PublishedRunRow.kind, PublishedRunRow.slot, PublishedRunRow.run_id)
    if kind is not None:
        query = query.where(PublishedRunRow.kind == bindparam("kind"))
    found = await question(query, context.dialect).ask(context, {"kind": kind})
    return {(analysis, slot): run for analysis, slot, run in found}


@strawberry.type
class AnalysisSubscriptions:
    job_updated: Job | None = streamed(job_updates, "A job as it stands: now, whenever it changes, and a last time when it has ended.",
                                       requires=READ, arguments=[argument("id", strawberry.ID, "The job.")])
    analysis_run_published: AnalysisRun | None = streamed(
        publications, "Each run from which scores begin to answer.", requires=READ,
        arguments=[argument("kind", str | None, "Only runs of the analysis with this key.")])
