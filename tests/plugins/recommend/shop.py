"""An application on a database with a small shop in it: runs are started by GraphQL and computed by real workers."""

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import select

from plugins.manager import Choices, Plugins
from schema.changes.change import Change, change
from schema.commerce.models import ProductRow, TransactionKind, TransactionLineRow, TransactionRow
from schema.context import SYSTEM
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow
from schema.relationships.models import RelationshipKindRow, RelationshipSign
from server import migrations
from server.application import assemble, owners
from server.database import Database
from server.runs.assembly import dispatcher_of, means_of
from server.runs.hub import Hub
from server.runs.selecting import Selections
from server.settings import Settings
from tests.plugins.graph.office import PUBLISH, Office, tie
from tests.server.runs.house import ended

# What customers 1 to 12 bought on days 1 and 9, a letter a product; 11 and 12 bought nothing.
BASKETS = ("abc d", "abc e", "ab c", "ab d", "abe c", "fg h", "fg h", "fgh i", "fh g", "fi h")
CUSTOMERS, PRODUCTS = 12, 9
FIRST = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
START = """
mutation Start($input: RecommendationRunStartInput!) {
  recommendationRunStart(input: $input) { run { id } estimate { rows withinLimits } userErrors { code message path } }
}"""


@asynccontextmanager
async def opened_shop(database: Database, folder: Path) -> AsyncIterator[Office]:
    plugins = Plugins(Choices())
    for owner in owners(plugins).values():
        migrations.upgrade(database, owner)
    change(database.engine, SYSTEM, "stock", stock, key="stock")
    application, hub = assemble(plugins, database), Hub()
    settings = Settings(files=folder / "files", runs={"workers": 1})
    means = means_of(settings, database, application.catalogue, Selections(application.schema, application.catalogue, "GBP"), hub)
    async with dispatcher_of(settings, application.catalogue, means):
        yield Office(database, application, hub)


async def run(office: Office, publish: bool = False, **given: Any) -> JobRow:
    """The row of a run that has ended."""
    answer = (await office.data(START, {"input": given}))["recommendationRunStart"]
    assert answer["userErrors"] == []
    row = await ended(office.database, int(answer["run"]["id"].removeprefix("j_")))
    if publish:
        assert (await office.data(PUBLISH, {"id": f"j_{row.id}"}))["analysisRunPublish"]["userErrors"] == []
    return row


def stock(work: Change) -> dict[str, Any]:
    """12 is a partner of 11 and of 1, and competes with 6."""
    session = work.session
    people = [CustomerRow(kind=CustomerKind.PERSON, name=f"顾客 {i:02}", search_name=f"顾客 {i:02}", industry=None)
              for i in range(1, CUSTOMERS + 1)]
    goods = [ProductRow(sku=f"S{i}", name=f"商品 {i}") for i in range(1, PRODUCTS + 1)]
    kinds = [RelationshipKindRow(key="ally", directed=False, default_sign=RelationshipSign.POSITIVE),
             RelationshipKindRow(key="fights", directed=False, default_sign=RelationshipSign.NEGATIVE)]
    session.add_all([*people, *goods, *kinds])
    session.flush()
    for person, baskets in zip(people, BASKETS, strict=False):
        for day, basket in zip((1, 9), baskets.split(" "), strict=True):
            session.add(sale(person, day, [goods[ord(letter) - ord("a")] for letter in basket]))
    session.flush()
    for other, kind in ((10, kinds[0]), (0, kinds[0]), (5, kinds[1])):
        tie(session, people[11], people[other], kind)
    return {}


def settle_more(work: Change, count: int) -> dict[str, Any]:
    """So many more customers, who buy what the others do."""
    people = [CustomerRow(kind=CustomerKind.PERSON, name=f"新顾客 {i:03}", search_name=f"新顾客 {i:03}") for i in range(count)]
    work.session.add_all(people)
    work.session.flush()
    goods = work.session.scalars(select(ProductRow).order_by(ProductRow.id)).all()
    for person, baskets in zip(people, cycle(BASKETS), strict=False):
        work.session.add_all([sale(person, day, [goods[ord(letter) - ord("a")] for letter in basket])
                              for day, basket in zip((1, 9), baskets.split(" "), strict=True)])
    return {}


def sale(person: CustomerRow, day: int, goods: list[ProductRow]) -> TransactionRow:
    one = Decimal(1)
    return TransactionRow(
        kind=TransactionKind.PURCHASE, customer_id=person.id, occurred_at=FIRST + datetime.timedelta(days=day),
        total_amount=Decimal(len(goods)), total_currency="GBP", source="till", external_id=f"{person.id}-{day}",
        lines=[TransactionLineRow(position=place, product_id=product.id, quantity=one, price_amount=one, amount=one)
               for place, product in enumerate(goods, 1)])
