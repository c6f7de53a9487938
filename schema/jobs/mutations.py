"""Mutations of jobs."""

from functools import partial
from typing import Annotated, Any

import strawberry

from schema.changes.change import Change
from schema.checking import Faults, checked_id
from schema.context import Context
from schema.errors import ErrorCode, UserError
from schema.jobs.models import JobKind, JobRow, JobStatus
from schema.jobs.types import Job
from schema.mutating import mutation, no_errors
from schema.querying.declare import referred
from schema.rows import utc_now


@strawberry.input(description="Which job to stop.")
class JobCancelInput:
    id: strawberry.ID = strawberry.field(description="The job: an analysis run or a derivation that has not ended.")


@strawberry.type(description="What became of a job to be stopped.")
class JobCancelPayload:
    job_id: strawberry.Private[int | None] = None
    job: Job | None = referred("job_id", "The job. One that was at work ends a little later.")
    user_errors: list[UserError] = no_errors()


def cancel(work: Change, id_: str) -> dict[str, Any]:
    """What waits ends at once; who works is asked to stop."""
    place = Faults().at("id")
    number = checked_id(id_, "j", "Job", place)
    row = None if number is None else work.session.get(JobRow, number, with_for_update=True)
    if row is None and number is not None:
        place.add(ErrorCode.NOT_FOUND, "no_job", id=id_)
    if row and row.plugin is None and row.kind != JobKind.DERIVE:
        place.add(ErrorCode.CONFLICT, "job_not_cancellable")
    elif row and row.status not in (JobStatus.QUEUED, JobStatus.RUNNING):
        place.add(ErrorCode.CONFLICT, "job_ended", status=row.status.name)
    place.refuse()
    assert row
    row.cancel_requested = True
    if row.status is JobStatus.QUEUED:
        row.status, row.finished_at = JobStatus.CANCELLED, utc_now()
    return {"job": row.id}


@strawberry.type
class JobMutations:
    @mutation(JobCancelPayload, requires=["analyses.run"], description=(
        "Stops an analysis run, or a derivation of relationships: one that waits at once, one that is at work within seconds. What it "
        "found so far is not kept."))
    async def job_cancel(
        self, info: strawberry.Info[Context, None], input: Annotated[JobCancelInput, strawberry.argument(description="The job.")],
    ) -> JobCancelPayload | None:
        answer = await info.context.change("jobCancel", partial(cancel, id_=input.id))
        info.context.watch.announce(answer["job"])
        return JobCancelPayload(job_id=answer["job"])
