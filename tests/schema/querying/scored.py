"""What an analysis might add: ranks of customers by run and metric, groups of them, and the type of its runs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any

import strawberry
from sqlalchemy import BigInteger, FromClause, MetaData, String, cast, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.sql import ColumnElement

from schema.analyses.models import PublishedRunRow
from schema.commerce import filters as commerce
from schema.commerce.queries import CommerceQueries
from schema.compose import Parts
from schema.context import Context
from schema.customers import filters as customers
from schema.customers.models import CustomerRow
from schema.customers.queries import CustomerQueries
from schema.customers.types import Customer
from schema.errors import ErrorCode, Refused, UserError, problem
from schema.ids import OpaqueId
from schema.jobs.models import JobKind, JobRow, JobStatus
from schema.jobs.queries import JobQueries
from schema.jobs.types import DeriveJob, ImportJob, Job
from schema.mutating import no_errors
from schema.querying.answering import raw, streamed
from schema.querying.attaching import joined
from schema.querying.connection import Connection, Node
from schema.querying.declare import (
    Column,
    Computed,
    Narrowing,
    One,
    Variant,
    argument,
    column,
    computed,
    derived,
    key,
    lookup,
    many,
    one,
    referred,
    table_of,
)
from schema.querying.inputs import Operand
from schema.querying.selecting import selection
from schema.relationships import filters as relationships
from schema.relationships.queries import RelationshipQueries
from schema.staff import filters as staff
from schema.staff.queries import StaffQueries
from server.database import Database

KIND, GONE, FIRST_RUN = "ranking", "nobodyKnows", 500


class Base(DeclarativeBase):
    metadata = MetaData()


class GroupRow(Base):
    __tablename__ = "try_groups"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    run_id: Mapped[int] = mapped_column(BigInteger)
    index: Mapped[int]


class RankRow(Base):
    __tablename__ = "try_ranks"
    run_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    metric: Mapped[str] = mapped_column(String(32, collation="C").with_variant(String(32), "sqlite"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    value: Mapped[float]
    rank: Mapped[int]
    group_id: Mapped[int | None] = mapped_column(BigInteger)


def ranks() -> list[dict[str, Any]]:
    """Three runs; in the metric "b" the order is turned round, and only some customers have a rank. Ties in every list."""
    return [{"run_id": run, "metric": metric, "customer_id": c, "value": float((c * (7 if metric == "a" else 5) + run) % 11),
             "rank": c, "group_id": run * 10 + c % 3 if c % 2 else None}
            for run in range(FIRST_RUN, FIRST_RUN + 3) for metric in "ab" for c in range(1, 61) if metric == "a" or c % 4]


def fill_ranks(database: Database) -> None:
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(insert(JobRow), [
            {"id": FIRST_RUN + i, "kind": kind, "status": JobStatus.SUCCEEDED, "plugin": "try", "summary": {"nodes": 60 + i}}
            for i, kind in enumerate((KIND, KIND, KIND, GONE))])
        connection.execute(insert(PublishedRunRow), [{"kind": KIND, "slot": "a", "run_id": FIRST_RUN + 1}])
        connection.execute(insert(GroupRow), [{"id": run * 10 + i, "run_id": run, "index": i}
                                              for run in range(FIRST_RUN, FIRST_RUN + 3) for i in range(3)])
        connection.execute(insert(RankRow), ranks())


@strawberry.interface(description="A run.")
class Finding(Job):
    plugin: str | None = column(JobRow.plugin, "Whose it is.")


@strawberry.type(description="A place in a list.")
class Place:
    run_id: strawberry.Private[int]
    value: float = strawberry.field(description="The value.")
    rank: int | None = strawberry.field(description="The rank.")
    run: Finding | None = referred("run_id", "The run.")
    found_by: str | None = strawberry.field(description="Which plugin found it.")
    stale: bool | None = strawberry.field(description="Whether it is old.")
    customer: Annotated["Customer", strawberry.lazy("schema.customers.types")] | None = strawberry.field(description="Whose place it is.")


@strawberry.type(description="A group of customers.")
class Group(Node):
    id: strawberry.ID = key(GroupRow.id, code="tg")
    index: int = column(GroupRow.index, "Its number.")
    run: Finding | None = one(GroupRow.run_id, "The run that found it.")


async def is_stale(context: Context, runs: Sequence[int]) -> Mapping[int, bool]:
    return {run: run == FIRST_RUN for run in runs}


PLACE: dict[str, Any] = {"value": RankRow.value, "rank": RankRow.rank, "run": One(column="run_id"), "customer": One(column="customer_id"),
         "found_by": Column(name="plugin", table=table_of(JobRow.plugin), via="run_id"),
         "stale": Computed(load=is_stale, column="run_id")}


def matches(metric: str) -> Any:
    published = select(PublishedRunRow.run_id).where(PublishedRunRow.kind == KIND, PublishedRunRow.slot == "a").scalar_subquery()

    def match(here: FromClause, there: FromClause, given: Operand) -> ColumnElement[bool]:
        run = func.coalesce(cast(given.parameter("runId", OpaqueId("j", "Job")), BigInteger), published)
        return (there.c.customer_id == here.c.id) & (there.c.metric == metric) & (there.c.run_id == run)

    return match


RUN = [argument("run_id", strawberry.ID | None, "Another run than the published one.")]


def added() -> dict[str, Any]:
    return {
        "place": joined(RankRow, matches("a"), "Where it stands.", columns=PLACE, arguments=RUN, type_=Place | None),
        "other_place": joined(RankRow, matches("b"), "Where it stands otherwise.", columns=PLACE, arguments=RUN, type_=Place | None,
                              requires=["jobs.read"]),
        "group": joined(RankRow, matches("a"), "Its group.", via=RankRow.group_id, arguments=RUN, type_=Group | None),
        "double": computed(doubled, "Twice its level.", column=CustomerRow.service_level_id, type_=int | None),
    }


async def doubled(context: Context, levels: Sequence[int]) -> Mapping[int, int]:
    return {level: 2 * level for level in levels}


@strawberry.type(description="A row of a list of ranks.")
class Rank:
    metric: str = column(RankRow.metric, "What it is ranked by.")
    value: float = column(RankRow.value, "The value.", filter="operators", order=True)
    customer: Customer = one(RankRow.customer_id, "Who is ranked.")


RankConnection = Connection[Rank]
METRIC = {"metric": Narrowing(str, lambda base, _, operand: operand.holds(base.c.metric), "Only of this metric.")}


@strawberry.type(description="A ranking.")
class Ranking(Finding):
    nodes: int | None = derived(lambda summary: (summary or {}).get("nodes"), JobRow.summary, description="How many were ranked.")
    top: RankConnection | None = many(RankRow.run_id, "The ranks.", narrowings=METRIC, default_order=[(RankRow.value, True)])


@strawberry.type(description="A run whose plugin is not there.")
class LostFinding(Finding):
    label: str | None = column(JobRow.label, "What it was called.")


FindingConnection = Connection[Finding]
VARIANTS = {
    Job: Variant(by="kind", types={JobKind.IMPORT: ImportJob, JobKind.DERIVE: DeriveJob, KIND: Ranking}, otherwise=LostFinding),
    Finding: Variant(by="kind", types={KIND: Ranking}, otherwise=LostFinding)}


@strawberry.type(description="What came of it.")
class StartPayload:
    given: str | None = strawberry.field(default=None, description="What was given.")
    places: list[Place] | None = strawberry.field(default=None, description="Places that no row holds.")
    run: Ranking | None = referred("run_id", "The run.")
    user_errors: list[UserError] = no_errors()
    run_id: strawberry.Private[int | None] = None


async def start(context: Context, input: dict[str, Any]) -> StartPayload:
    if input["damping"] > 1:
        raise Refused(problem(ErrorCode.INVALID, "blank", "input", "damping"))
    place = Place(run_id=FIRST_RUN, value=0.5, rank=None, found_by=None, stale=None, customer=None)
    return StartPayload(given=f"{input['damping']} {input['statusWanted']!r} {input['scope']['where']}", places=[place], run_id=FIRST_RUN)


@strawberry.input(description="Who is ranked.")
class ScopeInput:
    where: Mapping[str, Any] | None = selection(lambda: Customer, "Only these.")


@strawberry.input(description="How to rank.")
class StartInput:
    damping: float = strawberry.field(default=0.85, description="How often one goes on.")
    status_wanted: JobStatus | None = strawberry.field(default=None, description="An enum.")
    scope: ScopeInput = strawberry.field(description="Who is ranked.")


async def watched(context: Context, id: str) -> AsyncIterator[int]:
    for number in (FIRST_RUN + 3,) * 3 if id == "again" else (FIRST_RUN, 1, FIRST_RUN + 3):
        yield number


@strawberry.type(description="What can be asked.")
class Query(CustomerQueries, RelationshipQueries, CommerceQueries, JobQueries, StaffQueries):
    node: Node | None = lookup("Anything that has an id.")
    finding: Finding | None = lookup("A run.")
    findings: FindingConnection | None = many(None, "Runs.", within=lambda row: row.c.plugin.is_not(None))


@strawberry.type(description="What can be changed.")
class Mutation:
    ranking_start: StartPayload | None = raw(start, "Starts.", payload=StartPayload, requires=["analyses.run"],
                                             arguments=[argument("input", StartInput, "How.")])


@strawberry.type(description="What can be watched.")
class Subscription:
    job_updated: Job | None = streamed(watched, "News of a job.", arguments=[argument("id", strawberry.ID, "The job.")])
    finding_updated: Finding | None = streamed(watched, "News.", arguments=[argument("id", strawberry.ID, "The job.")],
                                               requires=["analyses.run"])


def parts() -> Parts:
    return Parts(query=Query, mutation=Mutation, subscription=Subscription, types=(ImportJob, DeriveJob, Ranking, LostFinding),
                 filters=(*customers.FILTERS, *relationships.FILTERS, *commerce.FILTERS, *staff.FILTERS), orders=customers.ORDERS,
                 variants=VARIANTS, fields={Customer: added()})
