"""What RFM adds to customers: a field and a filter."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import strawberry
from sqlalchemy import FromClause, Table, and_, exists, not_
from sqlalchemy.sql import ColumnElement

from guanxi import Customer, Filter, IntFilter, given_or_published, joined, operator_input, run_argument
from plugins.value.models import RfmRow
from plugins.value.rfm.segments import RfmSegment
from plugins.value.rfm.start import NAME, SLOT
from plugins.value.rfm.types import RfmScore

READ = ("commerce.read",)
ROWS: Table = RfmRow.__table__  # type: ignore[assignment]  # SQLAlchemy calls it a FromClause

RfmSegmentFilter: Any = operator_input("RfmSegmentFilter", RfmSegment, "eq in", "Conditions on a segment; all of them must hold.")


@strawberry.input(description="Conditions on what RFM says of a customer; all of them must hold.")
class RfmFilter:
    segment: RfmSegmentFilter | None = strawberry.field(default=strawberry.UNSET, description="By the segment.")
    recency_score: IntFilter | None = strawberry.field(default=strawberry.UNSET, description="By the score of recency, from 1 to 5.")  # type: ignore[valid-type]
    frequency_score: IntFilter | None = strawberry.field(default=strawberry.UNSET, description="By the score of frequency, from 1 to 5.")  # type: ignore[valid-type]
    monetary_score: IntFilter | None = strawberry.field(default=strawberry.UNSET, description="By the score of the amount, from 1 to 5.")  # type: ignore[valid-type]
    is_null: bool | None = strawberry.field(default=strawberry.UNSET, description="True: who has no scores. False: who has some.")
    run_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=(
        "The run to answer from; left out: the published one."))


COLUMNS = {"segment": "segment", "recencyScore": "recency_score", "frequencyScore": "frequency_score", "monetaryScore": "monetary_score"}


def belongs(customer: FromClause, row: FromClause, operand: Any) -> ColumnElement[bool]:
    return and_(row.c.customer_id == customer.c.id, row.c.run_id == given_or_published(operand, NAME, SLOT))


def holds(customer: FromClause, operand: Any) -> ColumnElement[bool]:
    """Without a condition but the run: who has scores in it."""
    row = ROWS.alias("rfm")
    given = [replace(operand, path=f"{operand.path}__{name}", value=operand.value[name]).holds(row.c[column])
             for name, column in COLUMNS.items() if name in operand.value]
    found = exists().where(belongs(customer, row, operand), *given)
    return not_(found) if operand.value.get("isNull") else found


FIELDS: Mapping[type, Mapping[str, Any]] = {Customer: {
    "rfm": joined(RfmRow, belongs, "How recently, how often and for how much the customer bought, scored; null for who did not buy in the "
                  "run's window.", type_=RfmScore | None, arguments=[run_argument()], requires=READ)}}
FILTERS = (Filter(Customer, "rfm", RfmFilter, holds, "By what RFM says of them.", READ),)
