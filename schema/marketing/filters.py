"""How customers are filtered by the segments that they are in."""

from dataclasses import replace

from sqlalchemy import FromClause, Table, and_, exists, not_, select
from sqlalchemy.sql import ColumnElement

from schema.customers.types import Customer
from schema.ids import OpaqueId
from schema.marketing.models import SegmentMemberRow
from schema.querying.entities import Filter
from schema.querying.inputs import IdFilter, Operand

SEGMENT = OpaqueId("sg", "Segment")


def in_segment(customer: FromClause, operand: Operand) -> ColumnElement[bool]:
    """Who is in it now. `isNull` asks for those who are in no segment, or in one at least."""
    table: Table = SegmentMemberRow.__table__  # type: ignore[assignment]
    stay = table.alias("stay")
    given = dict(operand.value)
    alone = given.pop("isNull", None)
    found: list[ColumnElement[bool]] = []
    if given or alone is None:
        chosen = replace(operand, value=given).holds(stay.c.segment_id, SEGMENT)
        found.append(customer.c.id.in_(select(stay.c.customer_id).where(chosen, stay.c.until.is_(None))))
    if alone is not None:
        present = exists(select(1).where(stay.c.customer_id == customer.c.id, stay.c.until.is_(None)).correlate(customer))
        found.append(not_(present) if alone else present)
    return and_(*found)


FILTERS = (Filter(Customer, "segmentId", IdFilter, in_segment, "By a segment that they are in now."),)
