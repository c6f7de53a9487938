"""An application on a database with a lively shop in it: runs are started by GraphQL and computed by real workers."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

from schema.changes.change import Change
from schema.commerce.models import ProductRow, TransactionKind, TransactionLineRow, TransactionRow
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow
from server.database import Database
from tests.plugins.graph.office import PUBLISH, Office, opened_office
from tests.plugins.propensity.snapshots import CATEGORIES, NOW, lively
from tests.server.runs.house import ended

BUYERS = 120
START = """
mutation Start($input: PropensityRunStartInput!) {
  propensityRunStart(input: $input) { run { id } estimate { rows withinLimits } userErrors { code message path } }
}"""


def open_shop(database: Database, folder: Path) -> AbstractAsyncContextManager[Office]:
    return opened_office(database, folder, settle)


def settle(work: Change) -> dict[str, Any]:
    """Customers 1 to 120 buy as `lively` says; 121 and 122 never do."""
    people = [CustomerRow(kind=CustomerKind.PERSON, name=f"顾客 {i:03}", search_name=f"顾客 {i:03}") for i in range(1, BUYERS + 3)]
    products = [ProductRow(sku=f"P{at}", name=f"Product {at}", category=name) for at, name in enumerate(CATEGORIES, 1)]
    work.session.add_all([*people, *products])
    work.session.flush()
    for number, one in enumerate(lively(BUYERS)):
        row = TransactionRow(
            customer_id=people[one["customer_id"] - 1].id, kind=TransactionKind.PURCHASE, occurred_at=one["occurred_at"],
            total_amount=Decimal(str(one["total"])), total_currency="CNY", source="till", external_id=str(number))
        work.session.add(row)
        work.session.flush()
        work.session.add(TransactionLineRow(
            transaction_id=row.id, position=1, product_id=products[one["product"] - 1].id, quantity=Decimal(1),
            price_amount=row.total_amount, amount=row.total_amount))
    return {}


async def started(office: Office, **given: Any) -> dict[str, Any]:
    asked = {"windowDays": 15, "asOf": NOW.isoformat(), "seed": 1} | given
    answer: dict[str, Any] = (await office.data(START, {"input": asked}))["propensityRunStart"]
    return answer


async def run(office: Office, *, publish: bool = False, **given: Any) -> JobRow:
    """The row of a run that has ended."""
    answer = await started(office, **given)
    assert answer["userErrors"] == []
    row = await ended(office.database, int(answer["run"]["id"].removeprefix("j_")))
    if publish:
        assert (await office.data(PUBLISH, {"id": f"j_{row.id}"}))["analysisRunPublish"]["userErrors"] == []
    return row
