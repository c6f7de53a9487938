"""What next purchases add to customers: a field, a filter and an order."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import strawberry
from sqlalchemy import FromClause, Table, and_, exists, not_, select
from sqlalchemy.sql import ColumnElement

from guanxi import Customer, Filter, Order, SortDirection, given_or_published, joined, operator_input, run_argument
from plugins.forecast.next_purchase.models import NextPurchaseRow
from plugins.forecast.next_purchase.start import NAME, SLOT
from plugins.forecast.next_purchase.types import NextPurchase

READ = ("commerce.read",)
RUN = "The run to answer from; left out: the published one."
ROWS: Table = NextPurchaseRow.__table__  # type: ignore[assignment]  # SQLAlchemy calls it a FromClause

NextPurchaseFilter: Any = operator_input(
    "NextPurchaseFilter", datetime.datetime, "gte lt isNull", "Conditions on when a customer is expected to buy next; all of them must "
    "hold.", runId=(strawberry.ID, RUN))


@strawberry.input(description="Sorts by when customers are expected to buy next. Who has no date comes last either way.")
class NextPurchaseOrder:
    direction: SortDirection = strawberry.field(description="Which way.")
    run_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description=RUN)


def belongs(customer: FromClause, row: FromClause, operand: Any) -> ColumnElement[bool]:
    return and_(row.c.customer_id == customer.c.id, row.c.run_id == given_or_published(operand, NAME, SLOT))


def holds(customer: FromClause, operand: Any) -> ColumnElement[bool]:
    """Without a condition but the run: who has a date in it."""
    row = ROWS.alias("expected")
    compared = {name: value for name, value in operand.value.items() if name in ("gte", "lt")}
    given = [replace(operand, value=compared).holds(row.c.expected_at)] if compared else []
    found = exists().where(belongs(customer, row, operand), row.c.expected_at.is_not(None), *given)
    return not_(found) if operand.value.get("isNull") else found


def expected(customer: FromClause, operand: Any) -> ColumnElement[Any]:
    row = ROWS.alias("coming")
    return select(row.c.expected_at).where(belongs(customer, row, operand)).scalar_subquery()


FIELDS: Mapping[type, Mapping[str, Any]] = {Customer: {"next_purchase": joined(
    NextPurchaseRow, belongs, "When the customer is expected to buy next, and of which category; null for who bought nothing.",
    type_=NextPurchase | None, arguments=[run_argument()], requires=READ)}}
FILTERS = (Filter(Customer, "nextPurchase", NextPurchaseFilter, holds, "By when they are expected to buy next.", READ),)
ORDERS = (Order(Customer, "nextPurchase", expected, "By when they are expected to buy next.", input=NextPurchaseOrder, requires=READ),)
