"""A shop whose customers fall into three kinds, on the karate club's office: runs are started by GraphQL and computed by real workers."""

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.changes.change import Change, change
from schema.commerce.models import TransactionKind, TransactionRow
from schema.context import SYSTEM
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow
from server.database import Database
from tests.plugins.graph.office import PUBLISH, Office, opened_office
from tests.server.runs.house import ended

NOW = datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC)
WINDOW = {"to": "2024-06-01T00:00:00Z"}
BEHAVIOUR = ["behaviour.purchaseCount", "behaviour.purchaseTotal", "behaviour.daysSincePurchase"]
# How often each kind bought, for how much each time, and how many days ago last.
REGULAR, SMALL, LOST = (12, 100, 5), (3, 10, 20), (4, 60, 300)
KINDS = (REGULAR, SMALL, LOST)
START = """
mutation Start($input: SegmentationRunStartInput!) {
  segmentationRunStart(input: $input) { run { id } estimate { rows withinLimits } userErrors { code message path } }
}"""


@asynccontextmanager
async def opened_shop(database: Database, folder: Path) -> AsyncIterator[Office]:
    """Members 1 to 34 bought as the kind of their number says (1 is regular, 2 small, 3 lost, 4 regular ...); the company never did."""
    async with opened_office(database, folder) as office:
        change(database.engine, SYSTEM, "sell", sell, key="sell")
        yield office


def sell(work: Change) -> dict[str, Any]:
    people = work.session.scalars(select(CustomerRow).where(CustomerRow.kind == CustomerKind.PERSON).order_by(CustomerRow.id)).all()
    for at, customer in enumerate(people):
        often, amount, days = KINDS[at % 3]
        for time in range(often):
            sale(work.session, customer, amount + at / 10, days + 7 * time + at % 5)
    return {}


def sale(session: Session, customer: CustomerRow, amount: float, days: int) -> None:
    session.add(TransactionRow(
        kind=TransactionKind.PURCHASE, customer_id=customer.id, occurred_at=NOW - datetime.timedelta(days=days), total_currency="GBP",
        total_amount=Decimal(str(amount)), source="shop", external_id=f"{customer.id}-{days}"))


async def started(office: Office, **given: Any) -> dict[str, Any]:
    asked = {"features": BEHAVIOUR, "window": WINDOW, "algorithm": {"kMeans": {"k": 3}}, "seed": 1} | given
    answer: dict[str, Any] = (await office.data(START, {"input": asked}))["segmentationRunStart"]
    return answer


async def run(office: Office, publish: bool = False, **given: Any) -> JobRow:
    """The row of a run that has ended."""
    answer = await started(office, **given)
    assert answer["userErrors"] == []
    row = await ended(office.database, int(answer["run"]["id"].removeprefix("j_")))
    if publish:
        assert (await office.data(PUBLISH, {"id": f"j_{row.id}"}))["analysisRunPublish"]["userErrors"] == []
    return row
