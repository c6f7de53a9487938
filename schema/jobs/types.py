"""Types of jobs. Every kind of job is a row of one table; the column `kind` says which type shows it."""

import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema.errors import ErrorCode
from schema.jobs.models import ImportTarget, JobRow, JobStatus, RowErrorRow
from schema.querying.connection import Connection, Node
from schema.querying.declare import column, derived, key, many, one, referred
from schema.staff.types import Staff

if TYPE_CHECKING:
    from schema.customers.types import Customer

HERE = "schema.jobs.types"
READ = ["jobs.read"]
LazyCustomer = Annotated["Customer", strawberry.lazy("schema.customers.types")]


@strawberry.type(description="How far a job has come.")
class JobProgress:
    stage: str = strawberry.field(description="What it is at.")
    done: int = strawberry.field(description="How many rows are done.")
    total: int | None = strawberry.field(description="How many there are, when that is known.")
    fraction: float | None = strawberry.field(description="From 0 to 1, when the total is known.")


@strawberry.type(description="Why a job failed.")
class JobError:
    code: str = strawberry.field(description="The reason, for programs.")
    message: str = strawberry.field(description="The reason, for people.")
    retryable: bool = strawberry.field(description="Whether trying again may help.")


def progress(stage: str | None, done: int, total: int | None) -> JobProgress | None:
    return None if stage is None else JobProgress(stage=stage, done=done, total=total, fraction=done / total if total else None)


def error(code: str | None, message: str | None) -> JobError | None:
    return None if code is None else JobError(code=code, message=message or "", retryable=code in ("UNAVAILABLE", "INTERRUPTED"))


def as_list(warnings: list[str]) -> list[str]:
    return warnings


@strawberry.interface(description="Work that takes longer than a request.")
class Job(Node):
    id: strawberry.ID = key(JobRow.id, code="j", requires=READ)
    status: JobStatus = column(JobRow.status, "Where it stands.")
    progress: JobProgress | None = derived(progress, JobRow.stage, JobRow.done, JobRow.total, description="How far it has come.")
    created_at: datetime.datetime = column(JobRow.created_at, "When it was asked for.")
    started_at: datetime.datetime | None = column(JobRow.started_at, "When it began.")
    finished_at: datetime.datetime | None = column(JobRow.finished_at, "When it ended, well or not.")
    requested_by: Staff | None = one(JobRow.staff_id, "Who asked for it.")
    error: JobError | None = derived(error, JobRow.error_code, JobRow.error_message, description="Why it failed.")
    warnings: list[str] = derived(as_list, JobRow.warnings, description="What its reader should know.")


@strawberry.type(description="A row of an import that was refused.")
class RowError(Node):
    id: strawberry.ID = key(RowErrorRow.id, code="re", requires=READ)
    row: int = column(RowErrorRow.row, "The line of the file on which the row begins, from 1.")
    code: ErrorCode = derived(lambda code: ErrorCode[code], RowErrorRow.code, description="The reason, for programs.")
    message: str = column(RowErrorRow.message, "The reason, for people.")
    raw_value: str | None = column(RowErrorRow.raw_value, "What stood there, cut to 200 characters.", requires=["pii.read"])
    column: str | None = column(RowErrorRow.column, "The column at fault; null when it is the row as a whole.")



RowErrorConnection = Connection[RowError]


@strawberry.type(description="A file that was read in.")
class ImportJob(Job):
    target: ImportTarget = column(JobRow.target, "What it brought in.")  # type: ignore[assignment]  # never NULL for an import
    dry_run: bool = column(JobRow.dry_run, "Whether it only tried.")
    created: int = column(JobRow.created, "How many records are new.")
    updated: int = column(JobRow.updated, "How many records changed.")
    unchanged: int = column(JobRow.unchanged, "How many rows said nothing new.")
    rejected: int = column(JobRow.rejected, "How many rows were refused.")
    row_errors: RowErrorConnection | None = many(RowErrorRow.job_id, "The first 1,000 refused rows.")


@strawberry.type(description="Two customers and the relationship that was, or would be, derived between them.")
class DerivedPair:
    from_id: strawberry.Private[int]
    to_id: strawberry.Private[int]
    weight: float = strawberry.field(description="The relationship's weight.")
    evidence_count: int = strawberry.field(description="How many products, or other evidence, they share.")
    from_: LazyCustomer = referred("from_id", "The one.", name="from")
    to: LazyCustomer = referred("to_id", "The other.")


def sample(details: dict[str, Any]) -> list[DerivedPair]:
    return [DerivedPair(from_id=a, to_id=b, weight=weight, evidence_count=count) for a, b, weight, count in details.get("sample", ())]


@strawberry.type(description="Relationships that were derived from what customers did.")
class DeriveJob(Job):
    dry_run: bool = column(JobRow.dry_run, "Whether it only tried.")
    created: int = column(JobRow.created, "How many relationships are new.")
    updated: int = column(JobRow.updated, "How many have another weight or evidence.")
    ended: int = column(JobRow.ended, "How many no longer hold.")
    unchanged: int = column(JobRow.unchanged, "How many stayed as they are.")
    sample: list[DerivedPair] = derived(sample, JobRow.details, description="The strongest pairs, at most 20.")


JobConnection = Connection[Annotated["Job", strawberry.lazy(HERE)]]
