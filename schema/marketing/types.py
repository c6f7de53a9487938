"""Types of segments."""

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Annotated

import strawberry
from sqlalchemy import BigInteger, FromClause, and_, func, or_, select
from sqlalchemy.sql import ColumnElement

from schema.analyses.types import AnalysisRun
from schema.context import Context
from schema.marketing.models import SegmentKind, SegmentMemberRow, SegmentRow
from schema.querying.connection import Connection, Node
from schema.querying.databases import speech_of
from schema.querying.declare import Narrowing, column, computed, key, many, one
from schema.querying.inputs import Operand
from schema.querying.reading import Question, question

if TYPE_CHECKING:
    from schema.customers.types import Customer

READ = ["customers.read"]
LazyCustomer = Annotated["Customer", strawberry.lazy("schema.customers.types")]
LazySegment = Annotated["Segment", strawberry.lazy("schema.marketing.types")]


def stayed(_: FromClause, stay: FromClause, operand: Operand) -> ColumnElement[bool]:
    moment = operand.parameter(type_=stay.c.since.type)
    return and_(stay.c.since <= moment, or_(stay.c.until.is_(None), stay.c.until > moment))


AS_OF = {"asOf": Narrowing(datetime.datetime, stayed, "Only stays that lasted at this moment; left out: ended ones too.")}


@strawberry.type(description="A stay of a customer in a segment.")
class SegmentMembership(Node):
    id: strawberry.ID = key(SegmentMemberRow.id, code="sm", requires=READ)
    segment: LazySegment = one(SegmentMemberRow.segment_id, "The segment.")
    customer: LazyCustomer = one(SegmentMemberRow.customer_id, "The customer.")
    since: datetime.datetime = column(SegmentMemberRow.since, "When it began.", order=True)
    until: datetime.datetime | None = column(SegmentMemberRow.until, "When it ended; null while it lasts.", order=True)


SegmentMembershipConnection = Connection[SegmentMembership]


@cache
def counting(dialect: str) -> Question:
    stay = SegmentMemberRow
    query = select(stay.segment_id, func.count()).where(stay.segment_id.in_(speech_of(dialect).members("segments", BigInteger())),
                                                        stay.until.is_(None))
    return question(query.group_by(stay.segment_id), dialect)


async def sizes(context: Context, segments: Sequence[int]) -> Mapping[int, int]:
    found: dict[int, int] = dict(await counting(context.dialect).ask(context, {"segments": segments}))
    return {segment: found.get(segment, 0) for segment in segments}


@strawberry.type(description="A named group of customers.")
class Segment(Node):
    id: strawberry.ID = key(SegmentRow.id, code="sg", requires=READ)
    name: str = column(SegmentRow.name, "What it is called; no other is called the same.", filter="operators", order=True)
    description: str | None = column(SegmentRow.description, "What it is for.")
    kind: SegmentKind = column(SegmentRow.kind, "Where its members come from.", filter="value")
    run: AnalysisRun | None = one(SegmentRow.run_id, "The run that it was last filled from.")
    computed_at: datetime.datetime | None = column(SegmentRow.computed_at, "When it was last filled from a run.")
    created_at: datetime.datetime = column(SegmentRow.created_at, "When it was made.", order=True)
    revision: int = column(SegmentRow.revision, "Grows with every change of its name or description: give it as expectedRevision.")
    size: int | None = computed(sizes, "How many customers are in it now.", cost=5)
    members: SegmentMembershipConnection | None = many(SegmentMemberRow.segment_id, "Who is in it, and who was, the latest first.",
                                                       narrowings=AS_OF, default_order=[(SegmentMemberRow.since, True)])


SegmentConnection = Connection[Segment]
