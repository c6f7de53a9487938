"""What customers did, summed up: one statement for each source, however many customers."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import strawberry
from sqlalchemy import BigInteger, Select, bindparam, case, func, select

from schema.commerce.models import BrowseEventRow, ReviewRow, TransactionKind, TransactionRow
from schema.context import Context
from schema.money import Money
from schema.querying.databases import speech_of
from schema.querying.reading import fetch_all


@strawberry.input(description="A stretch of time. An end that is left out is open.")
class TimeWindowInput:
    from_: datetime.datetime | None = strawberry.field(name="from", default=strawberry.UNSET, description="From this moment on.")
    to: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description="Before this moment.")


@strawberry.type(description="What a customer did, summed up.")
class BehaviourSummary:
    purchase_count: int = strawberry.field(default=0, description="How many purchases; returns and cancellations are not counted.")
    return_count: int = strawberry.field(default=0, description="How many returns and cancellations.")
    purchase_total: list[Money] = strawberry.field(default_factory=list,
                                                   description="What was paid, net of returns and cancellations, by currency.")
    last_purchase_at: datetime.datetime | None = strawberry.field(default=None, description="When the last purchase was.")
    browse_count: int = strawberry.field(default=0, description="How many looks at products.")
    browse_seconds: int = strawberry.field(default=0, description="How long they looked, in seconds.")
    review_count: int = strawberry.field(default=0, description="How many reviews.")
    mean_review_score: float | None = strawberry.field(default=None, description="The mean of their scores; null without reviews.")


IS_PURCHASE = TransactionRow.kind == TransactionKind.PURCHASE


def within(query: Select[Any], customer: Any, at: Any, dialect: str, window: dict[str, Any]) -> Select[Any]:
    query = query.where(customer.in_(speech_of(dialect).members("customers", BigInteger()))).group_by(customer)
    if window.get("from"):
        query = query.where(at >= bindparam("from", type_=at.type))
    return query.where(at < bindparam("to", type_=at.type)) if window.get("to") else query


async def behaviour(context: Context, customers: Sequence[int], window: dict[str, Any] | None = None) -> dict[int, BehaviourSummary]:
    """A summary for each customer, empty for those who did nothing."""
    window = window or {}
    values = {"customers": customers, **window}
    found = {customer: BehaviourSummary() for customer in customers}

    async def rows(customer: Any, at: Any, *columns: Any, by: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        query = within(select(customer, *columns), customer, at, context.dialect, window).group_by(*by)
        return await fetch_all(context, query, values)

    t = TransactionRow
    for customer, currency, purchases, others, amount, last in await rows(
            t.customer_id, t.occurred_at, t.total_currency, func.count(case((IS_PURCHASE, 1))), func.count(case((~IS_PURCHASE, 1))),
            func.sum(t.total_amount, type_=t.total_amount.type), func.max(case((IS_PURCHASE, t.occurred_at)), type_=t.occurred_at.type),
            by=(t.total_currency,)):
        add_purchases(found[customer], currency, purchases, others, amount, last)
    for customer, count, seconds in await rows(BrowseEventRow.customer_id, BrowseEventRow.started_at, func.count(),
                                               func.coalesce(func.sum(BrowseEventRow.duration_seconds), 0)):
        found[customer].browse_count, found[customer].browse_seconds = count, int(seconds)
    for customer, count, total in await rows(ReviewRow.customer_id, ReviewRow.created_at, func.count(), func.sum(ReviewRow.score)):
        found[customer].review_count, found[customer].mean_review_score = count, int(total) / count
    return found


def add_purchases(summary: BehaviourSummary, currency: str, purchases: int, others: int, amount: Decimal,
                  last: datetime.datetime | None) -> None:
    summary.purchase_count += purchases
    summary.return_count += others
    summary.purchase_total.append(Money(amount=amount, currency=currency))
    summary.purchase_total.sort(key=lambda money: money.currency)
    summary.last_purchase_at = max(filter(None, (summary.last_purchase_at, last)), default=None)
