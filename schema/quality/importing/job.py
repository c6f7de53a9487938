"""The record that an import leaves of itself: a job with its counts and its first refused rows."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from schema.errors import Problem
from schema.jobs.models import JobKind, JobRow, JobStatus, RowErrorRow
from schema.quality.importing.bulk import bulk_on, table_of
from schema.quality.importing.plan import Plan
from schema.quality.importing.rejects import Rejections
from schema.rows import utc_now

KEPT = 1_000  # refused rows kept with the job
OUTCOMES = ("created", "updated", "unchanged")


@dataclass
class Outcome:
    """How an import ended. `rows` counts rows of the file, `records` what was written by kind; `error` says why all was refused."""

    job_id: int
    rows: Counter[str]
    records: Counter[str]
    rejections: Rejections
    error: Problem | None = None
    dry_run: bool = False

    @property
    def rejected(self) -> int:
        return len(self.rejections)

    @property
    def read(self) -> int:
        return sum(self.rows[name] for name in OUTCOMES) + self.rejected


def begin(session: Session, plan: Plan, staff_id: int | None) -> JobRow:
    job = JobRow(kind=JobKind.IMPORT, status=JobStatus.RUNNING, target=plan.target, dry_run=plan.dry_run, staff_id=staff_id,
                 started_at=utc_now())
    session.add(job)
    session.flush()
    return job


def finish(session: Session, job: JobRow, outcome: Outcome, language: str) -> None:
    job.status = JobStatus.SUCCEEDED if outcome.error is None else JobStatus.FAILED
    job.finished_at = utc_now()
    if outcome.error is not None:
        job.error_code, job.error_message = outcome.error.code.name, outcome.error.text(language)
    job.created, job.updated, job.unchanged = (outcome.rows[name] for name in OUTCOMES)
    job.rejected, job.done, job.total = outcome.rejected, outcome.read, outcome.read
    job.details = {"records": dict(outcome.records)}
    session.flush()
    bulk_on(session.connection()).insert(
        table_of(RowErrorRow), ("job_id", "row", "column", "code", "message", "raw_value"),
        ((job.id, rejection.line, rejection.column, rejection.problem.code.name, rejection.problem.text(language), shown(rejection.value))
         for rejection, _ in zip(outcome.rejections, range(KEPT), strict=False)))


def shown(value: str | None) -> str | None:
    """A cell that PostgreSQL takes as text."""
    return None if value is None else value.replace("\0", "\\x00")
