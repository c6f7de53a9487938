"""Filter and order keys of analysis runs."""

from sqlalchemy import ColumnElement, FromClause, exists, select

from schema.analyses.models import PublishedRunRow
from schema.analyses.types import AnalysisRun
from schema.jobs.models import JobStatus
from schema.querying.entities import Filter, Order
from schema.querying.inputs import DateTimeFilter, Operand, StringFilter


def of_kind(row: FromClause, operand: Operand) -> ColumnElement[bool]:
    return operand.holds(row.c.kind)


def of_status(row: FromClause, operand: Operand) -> ColumnElement[bool]:
    return operand.holds(row.c.status)


def created(row: FromClause, operand: Operand) -> ColumnElement[bool]:
    return operand.holds(row.c.created_at)


def creation(row: FromClause, _: Operand) -> ColumnElement[object]:
    return row.c.created_at


def is_published(row: FromClause, operand: Operand) -> ColumnElement[bool]:
    found = exists(select(1).where(PublishedRunRow.run_id == row.c.id).correlate(row))
    return found if operand.value else ~found


FILTERS = (
    Filter(AnalysisRun, "kind", StringFilter, of_kind, "By the analysis's key."),
    Filter(AnalysisRun, "status", JobStatus, of_status, "Only runs that stand there."),
    Filter(AnalysisRun, "published", bool, is_published, "Only runs that scores answer from, or only the others."),
    Filter(AnalysisRun, "createdAt", DateTimeFilter, created, "By when it was asked for."),
)
ORDERS = (Order(AnalysisRun, "createdAt", creation, "By when it was asked for.", nullable=False),)
