"""What customers did, summed up: one statement for each source, however many customers."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import strawberry
from sqlalchemy import BigInteger, bindparam, case, func, select

from schema.commerce.models import BrowseEventRow, ReviewRow, TransactionKind, TransactionRow
from schema.context import Context
from schema.money import Money
from schema.querying.databases import speech_of
from schema.querying.reading import Question, question


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


@dataclass(frozen=True)
class Questions:
    """What is asked of each source: rows by customer, within a window whose given ends belong to the statement."""

    transactions: Question
    browsing: Question
    reviews: Question


@cache
def questions(dialect: str, has_from: bool, has_to: bool) -> Questions:
    def by_customer(customer: Any, at: Any, *columns: Any, by: Sequence[Any] = ()) -> Question:
        query = select(customer, *columns).where(customer.in_(speech_of(dialect).members("customers", BigInteger())))
        query = query.where(at >= bindparam("from", type_=at.type)) if has_from else query
        query = query.where(at < bindparam("to", type_=at.type)) if has_to else query
        return question(query.group_by(customer, *by), dialect)

    t, b, r = TransactionRow, BrowseEventRow, ReviewRow
    return Questions(
        by_customer(t.customer_id, t.occurred_at, t.total_currency, func.count(case((IS_PURCHASE, 1))), func.count(case((~IS_PURCHASE, 1))),
                    func.sum(t.total_amount, type_=t.total_amount.type),
                    func.max(case((IS_PURCHASE, t.occurred_at)), type_=t.occurred_at.type),
                    by=(t.total_currency,)),
        by_customer(b.customer_id, b.started_at, func.count(), func.coalesce(func.sum(b.duration_seconds), 0)),
        by_customer(r.customer_id, r.created_at, func.count(), func.sum(r.score)))


async def behaviour(context: Context, customers: Sequence[int], window: dict[str, Any] | None = None) -> dict[int, BehaviourSummary]:
    """A summary for each customer, empty for those who did nothing."""
    given = {name: at for name, at in (window or {}).items() if at is not None}
    asked, values = questions(context.dialect, "from" in given, "to" in given), {"customers": customers, **given}
    found = {customer: BehaviourSummary() for customer in customers}
    for customer, currency, purchases, others, amount, last in await asked.transactions.ask(context, values):
        add_purchases(found[customer], currency, purchases, others, amount, last)
    for customer, count, seconds in await asked.browsing.ask(context, values):
        found[customer].browse_count, found[customer].browse_seconds = count, int(seconds)
    for customer, count, total in await asked.reviews.ask(context, values):
        found[customer].review_count, found[customer].mean_review_score = count, int(total) / count
    return found


def add_purchases(summary: BehaviourSummary, currency: str, purchases: int, others: int, amount: Decimal,
                  last: datetime.datetime | None) -> None:
    summary.purchase_count += purchases
    summary.return_count += others
    summary.purchase_total.append(Money(amount=amount, currency=currency))
    summary.purchase_total.sort(key=lambda money: money.currency)
    summary.last_purchase_at = max(filter(None, (summary.last_purchase_at, last)), default=None)
