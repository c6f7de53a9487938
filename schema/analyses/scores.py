"""Scores: what a run found about a customer as a number, shown, filtered by and sorted by in the database."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import strawberry
from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, String, Table, and_, cast, func, literal, select
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from schema.analyses.freshness import stale
from schema.analyses.models import PublishedRunRow
from schema.analyses.types import LazyRun
from schema.customers.types import Customer
from schema.ids import OpaqueId
from schema.jobs.models import JobRow, JobStatus
from schema.querying.attaching import joined, table_of_row
from schema.querying.declare import Column, Computed, One, argument
from schema.querying.entities import Beside, Filter, Order
from schema.querying.inputs import Operand, SortDirection, operator_input

WHICH = "The run to answer from; left out: the published one."
COMPARISONS = ("gt", "gte", "lt", "lte")
SCORE = "guanxi.score"  # the key of a score in the metadata of its field


@strawberry.type(description="What a run found about a customer, as a number.")
class Score:
    value: float = strawberry.field(description="The number.")
    rank: int | None = strawberry.field(description="Its place among all that the run gave, from 1, the largest.")
    percentile: float | None = strawberry.field(description="How much of all that the run gave is smaller or equal, in percent.")
    run: LazyRun = strawberry.field(description="The run that gave it: with which parameters, from which data.")
    computed_at: datetime.datetime = strawberry.field(description="When the run ended.")
    stale: bool = strawberry.field(description="Whether data of a kind that the run read was changed since.")


ScoreFilter = operator_input("ScoreFilter", float, "gt gte lt lte isNull", "Conditions on a score; all of them must hold.",
                             runId=(strawberry.ID, WHICH))


@strawberry.input(description="Sorts by a score. Who has none comes last either way.")
class ScoreOrder:
    direction: SortDirection = strawberry.field(description="Which way.")
    run_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=WHICH)


def run_argument() -> Any:
    """The argument of a field that answers from a run."""
    return argument("run_id", strawberry.ID | None, WHICH)


def published(analysis: str, slot: str | ColumnElement[str]) -> ColumnElement[Any]:
    """The number of the run that answers for a slot of an analysis, or NULL."""
    runs = PublishedRunRow.__table__.alias("published")
    return select(runs.c.run_id).where(runs.c.kind == analysis, runs.c.slot == slot).scalar_subquery()


def given_or_published(operand: Operand, analysis: str, slot: str | ColumnElement[str]) -> ColumnElement[Any]:
    """The number of the run that the caller names in `runId`, else of the published one. NULL when that is none of this analysis that
    has succeeded: what is still being written is nobody's to see. Bad ids are refused when they are bound."""
    if not isinstance(operand.value, Mapping) or "runId" not in operand.value:
        return published(analysis, slot)
    runs = JobRow.__table__.alias("run")
    wanted = cast(operand.parameter("runId", OpaqueId("j", "AnalysisRun")), BigInteger)
    chosen = runs.c.id == func.coalesce(wanted, published(analysis, slot))
    return select(runs.c.id).where(chosen, runs.c.kind == analysis, runs.c.status == JobStatus.SUCCEEDED).scalar_subquery()


@dataclass(frozen=True)
class SlotArgument:
    """An argument of a score's field that says by the id of a record, which is the slot's name, whose run answers: `name` in Python."""

    name: str
    id: OpaqueId
    description: str


@dataclass(frozen=True)
class ScoreOf:
    """A score of customers as a table of a plugin holds it: the field, and the keys that go with it. Made by `score`."""

    table: Table
    analysis: str
    slot: str
    match: Mapping[str, Any]
    requires: tuple[str, ...]
    by: SlotArgument | None = None
    field: Any = field(repr=False, default=None)

    def filter(self, name: str, description: str) -> Filter:
        return Filter(Customer, name, ScoreFilter, holds, description, self.requires, beside=self.beside)

    def order(self, name: str, description: str) -> Order:
        return Order(Customer, name, lambda there, _: there.c.value, description, input=ScoreOrder, requires=self.requires,
                     beside=self.beside)

    def published(self) -> Select[Any]:
        """SQL that gives customer_id, value, rank and percentile of the published run: a subquery for whoever reads the score."""
        there = self.table
        columns = (there.c.customer_id, there.c.value, there.c.rank, there.c.percentile)
        return select(*columns).where(there.c.run_id == published(self.analysis, self.slot),
                                      *[there.c[name] == value for name, value in self.match.items()])

    @property
    def beside(self) -> Beside:
        """The score's row of each customer."""
        return Beside(self.table, self.belongs, (self.table.name, self.analysis, self.slot, *self.match.items()), "runId")

    def of_run(self, there: FromClause, operand: Operand) -> ColumnElement[bool]:
        """The rows of the run that is asked for."""
        return and_(there.c.run_id == given_or_published(operand, self.analysis, self.slot_of(operand)),
                    *[there.c[name] == value for name, value in self.match.items()])

    def slot_of(self, operand: Operand) -> str | ColumnElement[str]:
        """That which the caller names, else the score's own."""
        name = self.by and to_camel_case(self.by.name)
        if not (self.by and name) or not isinstance(operand.value, Mapping) or name not in operand.value:
            return self.slot
        number = cast(operand.parameter(name, self.by.id), BigInteger)
        return func.coalesce(literal(f"{self.by.id.code}_") + cast(number, String), self.slot)

    def belongs(self, here: FromClause, there: FromClause, operand: Operand) -> ColumnElement[bool]:
        return and_(there.c.customer_id == here.c.id, self.of_run(there, operand))


def holds(there: FromClause, operand: Operand) -> ColumnElement[bool]:
    compared = {name: value for name, value in operand.value.items() if name in COMPARISONS}
    missing = operand.value.get("isNull")
    found = [replace(operand, value=compared).holds(there.c.value)] if compared or missing is None else []
    return and_(*found, *([] if missing is None else [there.c.value.is_(None) if missing else there.c.value.is_not(None)]))


def score(row: Any, *, analysis: str, slot: str, description: str, match: Mapping[str, Any] | None = None,
          requires: Sequence[str] = (), by: SlotArgument | None = None) -> ScoreOf:
    """A score of customers out of a plugin's table with the columns run_id, customer_id, value, rank and percentile.

    `match` are constants that tell its rows from others of the table, such as {"metric": "pageRank"}: with them, run and customer
    must be unique. `by` lets the field be asked about another slot. `score(...).field` is the field, `.filter(name, description)` and
    `.order(name, description)` the keys.
    """
    made = ScoreOf(table_of_row(row), analysis, slot, dict(match or {}), tuple(requires), by)
    given = [run_argument(), *([argument(by.name, strawberry.ID | None, by.description)] if by else [])]
    shown_as = joined(row, made.belongs, description, columns=shown(row), type_=Score | None, arguments=given, requires=requires)
    shown_as.metadata = {**shown_as.metadata, SCORE: made}
    return replace(made, field=shown_as)


def score_of(field: StrawberryField) -> ScoreOf | None:
    """The score that a field shows, if it shows one."""
    metadata: Mapping[Any, Any] = field.metadata or {}
    return metadata.get(SCORE)


def own_score(row: Any, description: str) -> Any:
    """On a type made of rows of such a table, as in a list of the highest scores of a run: the row's own score."""
    keys = list(table_of_row(row).primary_key.columns.keys())

    def same(here: FromClause, there: FromClause, _: Operand) -> ColumnElement[bool]:
        return and_(*[there.c[key] == here.c[key] for key in keys])

    return joined(row, same, description, columns=shown(row))


def shown(row: Any) -> dict[str, Any]:
    """Where each field of a `Score` comes from."""
    return {"value": row.value, "rank": row.rank, "percentile": row.percentile, "run": One(column="run_id"),
            "computed_at": Column(name="finished_at", table=table_of_row(JobRow), via="run_id"),
            "stale": Computed(load=stale, column="run_id")}
