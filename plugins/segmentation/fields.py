"""What the plugin adds to customers, to `Query`, and to what customers are filtered and sorted by."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import strawberry
from sqlalchemy import FromClause, Table, and_, bindparam, exists, not_, select
from sqlalchemy.sql import ColumnElement

from guanxi import (
    Customer,
    Filter,
    IdFilter,
    InsufficientData,
    InvalidParameters,
    One,
    OpaqueId,
    Order,
    Query,
    argument,
    given_or_published,
    id_number,
    inquire,
    joined,
    published,
    question,
    raw,
    read_input,
    run_argument,
)
from guanxi.tables import JobRow
from plugins.segmentation.models import MemberRow
from plugins.segmentation.names import NAME, READ, SLOT
from plugins.segmentation.types import ClusterAssignment, ClusterProposal

MOST_ASSIGNED = 1000
NUMBERS = 2**32  # a run has so many numbers for its rows


def belongs(customer: FromClause, member: FromClause, operand: Any) -> ColumnElement[bool]:
    return and_(member.c.customer_id == customer.c.id, member.c.run_id == given_or_published(operand, NAME, SLOT))


def in_cluster(customer: FromClause, operand: Any) -> ColumnElement[bool]:
    """A cluster's id says of which run it is; `isNull` asks about the published one."""
    table: Table = MemberRow.__table__  # type: ignore[assignment]
    member = table.alias("clustered")
    given = dict(operand.value)
    missing = given.pop("isNull", None)
    found: list[ColumnElement[bool]] = []
    if given or missing is None:
        chosen = replace(operand, value=given).holds(member.c.cluster_id, OpaqueId("sc", "Cluster"))
        found.append(customer.c.id.in_(select(member.c.customer_id).where(chosen)))
    if missing is not None:
        ours = and_(member.c.customer_id == customer.c.id, member.c.run_id == published(NAME, SLOT))
        present = exists(select(1).where(ours).correlate(customer))
        found.append(not_(present) if missing else present)
    return and_(*found)


def distance(customer: FromClause, _: Any) -> ColumnElement[Any]:
    member = MemberRow.__table__.alias("measured")
    ours = and_(member.c.customer_id == customer.c.id, member.c.run_id == published(NAME, SLOT))
    return select(member.c.distance).where(ours).scalar_subquery()


@strawberry.input(description="Who is to be put into the clusters of which model.")
class ClusterAssignInput:
    customer_ids: list[strawberry.ID] = strawberry.field(description="The customers, at most 1,000.")
    run_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=(
        "The run whose model decides, K-means or a tree; left out: the published segmentation."))

    def __post_init__(self) -> None:
        if not 1 <= len(self.customer_ids) <= MOST_ASSIGNED:
            raise InvalidParameters(f"customerIds takes from 1 to {MOST_ASSIGNED:,} ids, not {len(self.customer_ids):,}.", "customerIds")


@cache
def model_of(dialect: str, given: bool) -> Any:
    wanted = bindparam("run", type_=OpaqueId("j", "AnalysisRun")) if given else published(NAME, SLOT)
    query = select(JobRow.id, JobRow.parameters, JobRow.summary)
    return question(query.where(JobRow.id == wanted, JobRow.kind == NAME, JobRow.status == "SUCCEEDED"), dialect)


async def assign(context: Any, input: dict[str, Any]) -> list[ClusterProposal]:
    given = read_input(ClusterAssignInput, input, ("input",))
    numbers = [id_number(id_, "c", "Customer") for id_ in given.customer_ids]
    run = await model_of(context.dialect, bool(given.run_id)).ask(context, {"run": given.run_id or None})
    if not run:
        raise InsufficientData("No segmentation that has succeeded is published, or has this id.")
    (number, parameters, summary), = run
    if summary.get("model") is None:
        raise InvalidParameters("This run has no model: only K-means and trees know where somebody new belongs.", "input", "runId")
    found = await inquire(context, NAME, "assign", {"parameters": parameters, "model": summary["model"], "customers": numbers},
                          features=parameters["features"])
    return [ClusterProposal(customer_id=customer, distance=one["distance"],
                            cluster_id=None if one["cluster"] is None else number * NUMBERS + one["cluster"])
            for customer, one in zip(numbers, found, strict=True)]


FIELDS: Mapping[type, Mapping[str, Any]] = {
    Customer: {"cluster": joined(
        MemberRow, belongs, "The cluster that the customer belongs to; null for who was left out, or is noise.",
        columns={"cluster": One(column="cluster_id"), "distance": MemberRow.distance, "run": One(column="run_id")},
        type_=ClusterAssignment | None, arguments=[run_argument()], requires=READ)},
    Query: {"cluster_assignments": raw(
        assign, "To which clusters of a finished segmentation customers belong as they are now, without a new run.", requires=READ, cost=20,
        arguments=[argument("input", ClusterAssignInput, "Who, and by which model.")], type_=list[ClusterProposal] | None)},
}
FILTERS = (Filter(Customer, "clusterId", IdFilter, in_cluster, "By the cluster that they belong to.", READ),)
ORDERS = (Order(Customer, "clusterDistance", distance, "By how far they are from the centre of their cluster in the published run.",
                requires=READ),)
