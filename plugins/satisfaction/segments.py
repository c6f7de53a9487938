"""`satisfactionToSegment`: customers of a group, or who are not satisfied, become those of a segment, to be filtered by and written to."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import strawberry
from sqlalchemy import BigInteger, Select, bindparam, select

from guanxi import (
    InvalidParameters,
    Mutation,
    Segment,
    UserError,
    argument,
    fill_segment,
    id_number,
    no_errors,
    published,
    question,
    raw,
    referred,
)
from guanxi.tables import JobRow
from plugins.satisfaction.models import GroupRow, MemberRow, ScoreRow
from plugins.satisfaction.names import NAME, PERSONAL, SLOT

NUMBER = BigInteger()


@strawberry.input(description="Which customers of a run are to fill which segment: those of a group, those who say little, or both.")
class SatisfactionToSegmentInput:
    name: str = strawberry.field(description=(
        "What the segment is called. One that an analysis filled before is filled again: who is no longer meant leaves it now."))
    run_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=(
        "The run; left out: that of the group, or else the published one."))
    group_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="A group of a run that has succeeded.")
    at_most: float | None = strawberry.field(default=strawberry.UNSET, description=(
        "Only customers whose satisfaction is at most this, from 0 to 100; left out: all of the group."))


@strawberry.type(description="What became of customers who were to fill a segment.")
class SatisfactionToSegmentPayload:
    segment_id: strawberry.Private[int | None] = None
    segment: Segment | None = referred("segment_id", "The segment with its new members.")
    user_errors: list[UserError] = no_errors()


@cache
def found(dialect: str, by: str) -> Any:
    """The evaluation that has a group, has a number itself, or is published."""
    number = bindparam("number", type_=NUMBER)
    query = select(JobRow.id).where(JobRow.kind == NAME, JobRow.status == "SUCCEEDED")
    if by == "groupId":
        return question(query.join(GroupRow, GroupRow.run_id == JobRow.id).where(GroupRow.id == number), dialect)
    return question(query.where(JobRow.id == (number if by == "runId" else published(NAME, SLOT))), dialect)


async def run_of(context: Any, input: Mapping[str, Any]) -> tuple[int, int | None]:
    """The number of the run, and that of the group."""
    group = id_number(input["groupId"], "sf", "SatisfactionGroup") if input.get("groupId") else None
    run = id_number(input["runId"], "j", "SatisfactionRun") if input.get("runId") else None
    if group is None and input.get("atMost") is None:
        raise InvalidParameters("Name a group, or say how satisfied customers are at most.", "groupId")
    by = "groupId" if group is not None else "runId" if run is not None else "published"
    rows = await found(context.dialect, by).ask(context, {} if by == "published" else {"number": run if group is None else group})
    if not rows and by == "published":
        raise InvalidParameters("No evaluation is published: name a run.", "runId")
    if not rows:
        raise InvalidParameters(f"There is no {input[by]} of an evaluation that has succeeded.", by)
    if run not in (None, rows[0][0]):
        raise InvalidParameters(f"The group {input['groupId']} is of another run.", "runId")
    return rows[0][0], group


def chosen(run: int, group: int | None, at_most: float | None) -> Select[Any]:
    """The numbers of the customers who are meant."""
    members = select(MemberRow.customer_id).where(MemberRow.run_id == run, MemberRow.group_id == group)
    if at_most is None:
        return members
    low = select(ScoreRow.customer_id).where(ScoreRow.run_id == run, ScoreRow.value <= at_most)
    return low if group is None else low.where(ScoreRow.customer_id.in_(members))


async def to_segment(context: Any, input: Mapping[str, Any]) -> SatisfactionToSegmentPayload:
    run, group = await run_of(context, input)
    meant = chosen(run, group, input.get("atMost"))
    number = await fill_segment(context, "satisfactionToSegment", name=input["name"], run=run, members=meant)
    return SatisfactionToSegmentPayload(segment_id=number)


FIELDS: Mapping[type, Mapping[str, Any]] = {Mutation: {"satisfaction_to_segment": raw(
    to_segment, "Fills a segment with the customers of a group, or with those who are not satisfied.", cost=10,
    payload=SatisfactionToSegmentPayload, type_=SatisfactionToSegmentPayload | None, requires=["segments.write", *PERSONAL],
    arguments=[argument("input", SatisfactionToSegmentInput, "Who, and which segment.")])}}
