"""An application on a database with a small shop in it: runs are started by GraphQL and computed by real workers."""

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, update

from schema.changes.change import Change, change
from schema.commerce.models import ProductRow, TransactionKind, TransactionLineRow, TransactionRow
from schema.context import SYSTEM
from schema.customers.models import ConsentRow, CustomerRow
from schema.jobs.models import JobRow
from server.database import Database
from tests.plugins.graph.office import PUBLISH, Office, opened_office
from tests.server.runs.house import ended

START = """
mutation Start($input: RuleMiningRunStartInput!) {
  ruleMiningRunStart(input: $input) { run { id } estimate { rows withinLimits } userErrors { code path message } }
}"""
MAY = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
TEA, POT, CUP, FAN, SILK = range(1, 6)
CATEGORIES = {TEA: "饮品", POT: "茶具", CUP: "茶具", FAN: None, SILK: "织物"}
# Customer, day, products. Members are customers 1 to 34 of the office.
SALES: list[tuple[int | None, int, list[int]]] = [
    (1, 0, [TEA, POT]), (1, 9, [CUP]), (2, 0, [TEA, POT, CUP]), (3, 1, [TEA, POT, CUP]), (4, 1, [TEA, POT, CUP]), (5, 2, [TEA, POT]),
    (6, 2, [FAN]), (7, 3, [SILK, FAN]), (None, 3, [SILK, FAN]), (8, 4, [TEA]), (9, 5, [POT, CUP]), (10, 5, [SILK])]


@asynccontextmanager
async def opened_shop(database: Database, folder: Path, **runs: Any) -> AsyncIterator[Office]:
    async with opened_office(database, folder, **runs) as office:
        change(database.engine, SYSTEM, "stock", stock, key="stock")
        yield office


def stock(work: Change) -> dict[str, Any]:
    session = work.session
    session.add_all([ProductRow(id=id_, sku=f"S{id_}", name=f"货品 {id_}" if id_ != SILK else "", category=category)
                     for id_, category in CATEGORIES.items()])
    session.flush()
    for number, (customer, day, products) in enumerate(SALES, 1):
        sell(session, number, customer, day, products)
    sell(session, len(SALES) + 1, 8, 6, [TEA], quantity=-1)
    return {}


def sell(session: Any, number: int, customer: int | None, day: int, products: list[int], quantity: int = 1) -> None:
    kind = TransactionKind.PURCHASE if quantity > 0 else TransactionKind.RETURN
    session.add(TransactionRow(id=number, kind=kind, customer_id=customer, occurred_at=MAY + datetime.timedelta(days=day),
                               total_amount=Decimal(len(products)), total_currency="CNY", source="test", external_id=str(number)))
    session.flush()
    session.add_all([TransactionLineRow(transaction_id=number, position=position, product_id=product, quantity=Decimal(quantity),
                                        price_amount=Decimal(1), amount=Decimal(quantity)) for position, product in enumerate(products, 1)])
    session.flush()


def sell_the_same(database: Database, products: int, times: int) -> None:
    """To nobody known, every one of so many more products each time: there are 2 to that power sets of them that are often bought."""
    def stock_and_sell(work: Change) -> dict[str, Any]:
        work.session.add_all([ProductRow(id=100 + i, sku=f"M{i}", name=f"样品 {i}") for i in range(products)])
        work.session.flush()
        for number in range(1_000, 1_000 + times):
            sell(work.session, number, None, 7, [100 + i for i in range(products)])
        return {}

    change(database.engine, SYSTEM, "stock and sell", stock_and_sell)


def refuse(database: Database, customer: int, *words: bool) -> None:
    """What a customer says of analytics, one word a day."""
    def say(work: Change) -> dict[str, Any]:
        work.session.execute(insert(ConsentRow), [
            {"customer_id": customer, "purpose": "analytics", "granted": word, "recorded_at": MAY + datetime.timedelta(days=day)}
            for day, word in enumerate(words)])
        work.session.execute(update(CustomerRow).where(CustomerRow.id == customer).values(revision=CustomerRow.revision + 1))
        return {}

    change(database.engine, SYSTEM, "say", say)


def forget_sales(database: Database) -> None:
    def forget(work: Change) -> dict[str, Any]:
        work.session.execute(delete(TransactionLineRow))
        work.session.execute(delete(TransactionRow))
        return {}

    change(database.engine, SYSTEM, "forget", forget)


async def started(office: Office, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await office.data(START, {"input": {"minimumSupport": 0.2} | given}))["ruleMiningRunStart"]
    return answer


async def run(office: Office, *, publish: bool = False, **given: Any) -> JobRow:
    """The row of a run that has ended."""
    answer = await started(office, **given)
    assert answer["userErrors"] == []
    row = await ended(office.database, int(answer["run"]["id"].removeprefix("j_")))
    if publish:
        assert (await office.data(PUBLISH, {"id": f"j_{row.id}"}))["analysisRunPublish"]["userErrors"] == []
    return row
