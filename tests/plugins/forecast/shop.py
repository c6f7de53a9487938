"""An application on a database with a shop in it: runs of forecasts are started by GraphQL and computed by real workers."""

import datetime
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

from schema.changes.change import Change
from schema.commerce.models import ProductRow, TransactionKind, TransactionLineRow, TransactionRow
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow
from schema.marketing.models import SegmentKind, SegmentMemberRow, SegmentRow
from server.database import Database
from tests.plugins.graph.office import PUBLISH, Office, opened_office
from tests.server.runs.house import row_of, until

MONDAY = datetime.datetime(2024, 1, 1, 9, tzinfo=datetime.UTC)
WEEKS = 26
PATIENCE = 180  # seconds: its libraries take long to load on a busy machine
PRICES = (Decimal(10), Decimal(4))  # of tea and of cups
START = """
mutation Start($input: ForecastRunStartInput!) {
  forecastRunStart(input: $input) { run { id slots } estimate { rows withinLimits } userErrors { code message path } }
}"""


def open_shop(database: Database, folder: Path) -> AbstractAsyncContextManager[Office]:
    return opened_office(database, folder, settle)


def pieces(week: int) -> tuple[int, int]:
    """Of tea and of cups, in a week."""
    return 5 + week % 4 + week // 5, 3 + week % 3


def settle(work: Change) -> dict[str, Any]:
    """Two customers: the first one buys tea and cups every week; the second one tea, every third week. Both are regulars. Nobody known
    buys a cup on the last Sunday, which ends the last week."""
    session = work.session
    people = [CustomerRow(kind=CustomerKind.PERSON, name=f"顾客 {i}", search_name=f"顾客 {i}") for i in (1, 2)]
    goods = [ProductRow(sku="TEA", name="茶", category="饮料"), ProductRow(sku="CUP", name="杯", category="器皿")]
    segment = SegmentRow(name="常客", kind=SegmentKind.STATIC)
    session.add_all([*people, *goods, segment])
    session.flush()
    session.add_all([SegmentMemberRow(segment_id=segment.id, customer_id=one.id) for one in people])
    for week in range(WEEKS):
        tea, cups = pieces(week)
        bought(work, week, people[0].id, [(goods[0], tea), (goods[1], cups)])
        if week % 3 == 0:
            bought(work, week, people[1].id, [(goods[0], 2)], day=2)
    bought(work, WEEKS - 1, None, [(goods[1], 1)], day=6)
    return {}


def bought(work: Change, week: int, customer: int | None, lines: list[tuple[ProductRow, int]], day: int = 0) -> None:
    prices = {"TEA": PRICES[0], "CUP": PRICES[1]}
    row = TransactionRow(
        customer_id=customer, kind=TransactionKind.PURCHASE, occurred_at=MONDAY + datetime.timedelta(days=7 * week + day),
        total_amount=sum((prices[product.sku] * count for product, count in lines), Decimal(0)), total_currency="CNY", source="till",
        external_id=f"{week}-{customer}-{day}")
    row.lines = [TransactionLineRow(position=at, product_id=product.id, quantity=Decimal(count), price_amount=prices[product.sku],
                                    amount=prices[product.sku] * count) for at, (product, count) in enumerate(lines)]
    work.session.add(row)


async def started(office: Office, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await office.data(START, {"input": {"seed": 1, **given}}))["forecastRunStart"]
    return answer


async def run(office: Office, *, publish: bool = False, **given: Any) -> JobRow:
    """The row of a run that has ended."""
    answer = await started(office, **given)
    assert answer["userErrors"] == []
    number = int(answer["run"]["id"].removeprefix("j_"))
    await until(lambda: row_of(office.database, number).finished_at, PATIENCE)
    row = row_of(office.database, number)
    if publish:
        assert (await office.data(PUBLISH, {"id": f"j_{row.id}"}))["analysisRunPublish"]["userErrors"] == []
    return row
