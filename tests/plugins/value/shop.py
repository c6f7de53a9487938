"""An application on a database with a shop in it: runs of the value plugin are started by GraphQL and computed by real workers."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

from schema.changes.change import Change
from schema.commerce.models import TransactionKind, TransactionRow
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow
from server.database import Database
from tests.plugins.graph.office import PUBLISH, Office, opened_office
from tests.plugins.value.snapshots import Sale, regulars, sale
from tests.server.runs.house import ended

BUYERS = 40
START = """
mutation Start($rfm: RfmRunStartInput!, $value: LifetimeValueRunStartInput!, $which: Boolean!) {
  rfmRunStart(input: $rfm) @include(if: $which) { run { id } estimate { rows withinLimits } userErrors { code message path } }
  lifetimeValueRunStart(input: $value) @skip(if: $which) { run { id } estimate { rows withinLimits } userErrors { code message path } }
}"""


def sold() -> list[Sale]:
    """Of forty who buy, and of three more: 41 bought in dollars, 42 gave something back, 43 did nothing."""
    return [*regulars(BUYERS), sale(41, 5, currency="USD"), sale(42, 6, -2, "RETURN"), sale(0, 7)]


def open_shop(database: Database, folder: Path) -> AbstractAsyncContextManager[Office]:
    return opened_office(database, folder, settle)


def settle(work: Change) -> dict[str, Any]:
    people = [CustomerRow(kind=CustomerKind.PERSON, name=f"顾客 {i:02}", search_name=f"顾客 {i:02}") for i in range(1, BUYERS + 4)]
    work.session.add_all(people)
    work.session.flush()
    for number, one in enumerate(sold()):
        work.session.add(TransactionRow(
            customer_id=people[one["customer_id"] - 1].id if one["customer_id"] else None, kind=TransactionKind[one["kind"]],
            occurred_at=one["occurred_at"], total_amount=Decimal(str(one["total"])), total_currency=one["currency"], source="till",
            external_id=str(number)))
    return {}


async def started(office: Office, analysis: str, **given: Any) -> dict[str, Any]:
    rfm = analysis == "rfm"
    asked = {"rfm": given if rfm else {}, "value": {} if rfm else given, "which": rfm}
    answer: dict[str, Any] = (await office.data(START, asked))[f"{analysis}RunStart"]
    return answer


async def run(office: Office, analysis: str, *, publish: bool = False, **given: Any) -> JobRow:
    """The row of a run that has ended."""
    answer = await started(office, analysis, **given)
    assert answer["userErrors"] == []
    row = await ended(office.database, int(answer["run"]["id"].removeprefix("j_")))
    if publish:
        assert (await office.data(PUBLISH, {"id": f"j_{row.id}"}))["analysisRunPublish"]["userErrors"] == []
    return row
