"""`clusterToSegment`: the members of a cluster become those of a segment, which can be filtered by and written to."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import strawberry
from sqlalchemy import BigInteger, bindparam, select

from guanxi import InvalidParameters, Mutation, Segment, UserError, argument, fill_segment, id_number, no_errors, question, raw, referred
from guanxi.tables import JobRow
from plugins.segmentation.models import ClusterRow, MemberRow
from plugins.segmentation.names import READ


@strawberry.input(description="Which cluster is to fill which segment.")
class ClusterToSegmentInput:
    cluster_id: strawberry.ID = strawberry.field(description="The cluster, or the leaf of a tree, of a run that has succeeded.")
    name: str = strawberry.field(description=(
        "What the segment is called. One that an analysis filled before is filled again: who is no longer in it leaves it now."))


@strawberry.type(description="What became of a cluster that was to fill a segment.")
class ClusterToSegmentPayload:
    segment_id: strawberry.Private[int | None] = None
    segment: Segment | None = referred("segment_id", "The segment with its new members.")
    user_errors: list[UserError] = no_errors()


@cache
def found(dialect: str) -> Any:
    cluster = ClusterRow
    query = select(cluster.run_id).join(JobRow, JobRow.id == cluster.run_id)
    return question(query.where(cluster.id == bindparam("cluster", type_=BigInteger()), JobRow.status == "SUCCEEDED"), dialect)


async def to_segment(context: Any, input: Mapping[str, Any]) -> ClusterToSegmentPayload:
    number = id_number(input["clusterId"], "sc", "Cluster")
    runs = await found(context.dialect).ask(context, {"cluster": number})
    if not runs:
        raise InvalidParameters(f"There is no cluster {input['clusterId']} of a run that has succeeded.", "clusterId")
    members = select(MemberRow.customer_id).where(MemberRow.run_id == runs[0][0], MemberRow.cluster_id == number)
    return ClusterToSegmentPayload(segment_id=await fill_segment(context, "clusterToSegment", name=input["name"], run=runs[0][0],
                                                                 members=members))


FIELDS: Mapping[type, Mapping[str, Any]] = {Mutation: {"cluster_to_segment": raw(
    to_segment, "Fills a segment with the members of a cluster.", payload=ClusterToSegmentPayload, cost=10,
    type_=ClusterToSegmentPayload | None, requires=["segments.write", *READ],
    arguments=[argument("input", ClusterToSegmentInput, "Which cluster, and which segment.")])}}
