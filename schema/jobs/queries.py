"""Root fields about jobs."""

import strawberry

from schema.jobs.models import JobRow, JobStatus
from schema.jobs.types import Job, JobConnection
from schema.querying.declare import Narrowing, lookup, many


@strawberry.type
class JobQueries:
    job: Job | None = lookup("A job by its id: ask again until it has ended.")
    jobs: JobConnection | None = many(None, "Jobs, newest first.", default_order=[(JobRow.created_at, True)], narrowings={
        "status": Narrowing(JobStatus, lambda base, _, operand: operand.holds(base.c.status), "Only jobs that stand there.")})
