"""Tables of jobs."""

import datetime
import enum
from typing import Any

import strawberry
from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from schema.rows import Key, Reference, Row, named, text, utc_now


class JobKind(enum.StrEnum):
    """The kinds that the core brings. The kind of an analysis run is the analysis's name."""

    IMPORT = "IMPORT"
    DERIVE = "DERIVE"


@strawberry.enum(description="Where a job stands.")
class JobStatus(enum.Enum):
    QUEUED = strawberry.enum_value("QUEUED", description="It waits.")
    RUNNING = strawberry.enum_value("RUNNING", description="It is at work.")
    SUCCEEDED = strawberry.enum_value("SUCCEEDED", description="It is done.")
    FAILED = strawberry.enum_value("FAILED", description="It could not be done; its error says why.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="Somebody stopped it.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="It succeeded once; its results were removed to make room.")


@strawberry.enum(description="What an import brings in.")
class ImportTarget(enum.Enum):
    CUSTOMERS = strawberry.enum_value("CUSTOMERS", description="Customers.")
    RELATIONSHIPS = strawberry.enum_value("RELATIONSHIPS", description="Relationships.")
    TRANSACTIONS = strawberry.enum_value("TRANSACTIONS", description="Transactions, one line a row.")
    BROWSE_EVENTS = strawberry.enum_value("BROWSE_EVENTS", description="Browse events.")
    REVIEWS = strawberry.enum_value("REVIEWS", description="Reviews.")
    SURVEY_RESPONSES = strawberry.enum_value("SURVEY_RESPONSES", description="Responses to a survey, one column a question.")
    PRODUCTS = strawberry.enum_value("PRODUCTS", description="Products.")


OPTIONAL = JSON(none_as_null=True)


class JobRow(Row):
    __tablename__ = "jobs"
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(text(64))
    status: Mapped[JobStatus] = mapped_column(named(JobStatus), index=True)
    stage: Mapped[str | None] = mapped_column(text(64))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    created_at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime.datetime | None]
    finished_at: Mapped[datetime.datetime | None]
    staff_id: Mapped[Reference | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    error_code: Mapped[str | None] = mapped_column(text(64))
    error_message: Mapped[str | None] = mapped_column(text())
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    dry_run: Mapped[bool] = mapped_column(default=False)
    target: Mapped[ImportTarget | None] = mapped_column(named(ImportTarget))
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what a kind keeps of itself: a derivation's sample

    # Analysis runs only.
    plugin: Mapped[str | None] = mapped_column(text(64))
    plugin_version: Mapped[str | None] = mapped_column(text(64))
    plugin_api: Mapped[str | None] = mapped_column(text(16))
    analysis_version: Mapped[int | None]
    label: Mapped[str | None] = mapped_column(text(200))
    slots: Mapped[list[str] | None] = mapped_column(OPTIONAL)
    parameters: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL)  # as a client would send them
    seed: Mapped[int | None] = mapped_column(BigInteger)
    estimate: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL)
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL)
    environment: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL)
    summary: Mapped[dict[str, Any] | None] = mapped_column(OPTIONAL)  # the figures that describe the result as a whole
    metrics: Mapped[list[dict[str, Any]] | None] = mapped_column(OPTIONAL)
    charts: Mapped[list[dict[str, Any]] | None] = mapped_column(OPTIONAL)
    artifacts: Mapped[list[dict[str, Any]] | None] = mapped_column(OPTIONAL)
    result_digest: Mapped[str | None] = mapped_column(text(64))
    rerun_of_id: Mapped[Reference | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), index=True)
    language: Mapped[str | None] = mapped_column(text(8))  # of whoever asked for it: what its warnings and error are worded in
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(text(64))  # who computes it: the only one that may report on it
    heartbeat: Mapped[int] = mapped_column(default=0)  # grows while that one lives; whoever watches times it by a clock of its own
    cancel_requested: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_jobs_kind_id", "kind", "id"),)


class RowErrorRow(Row):
    """A row of an import that was refused, and why."""

    __tablename__ = "row_errors"
    id: Mapped[Key]
    job_id: Mapped[Reference] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    row: Mapped[int]
    column: Mapped[str | None] = mapped_column(text(200))
    code: Mapped[str] = mapped_column(text(32))
    message: Mapped[str] = mapped_column(text())
    raw_value: Mapped[str | None] = mapped_column(text())

    __table_args__ = (Index("ix_row_errors_job_id_id", "job_id", "id"),)
