"""A small network of customers for tests of snapshots: the same on both databases, ids and moments included.

The database is closed again after every change: in the process of a test ADBC may touch the file only when nothing else has it open.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, update

from schema.changes.change import Change, change
from schema.commerce.models import BrowseEventRow, ProductRow, ReviewRow, TransactionKind, TransactionLineRow, TransactionRow
from schema.context import SYSTEM
from schema.customers.models import AddressRow, Channel, ConsentRow, CustomerKind, CustomerRow, TagRow
from schema.relationships.models import ProvenanceOrigin, RelationshipKindRow, RelationshipRow, RelationshipSign
from server.database import Database, open_database

MOMENT = datetime.datetime(2024, 5, 1, 8, 30, tzinfo=datetime.UTC)
YEAR = datetime.timedelta(days=365)
TRUST, SUPPLIES = 101, 102
POSITIVE, NEUTRAL, NEGATIVE = RelationshipSign.POSITIVE, RelationshipSign.NEUTRAL, RelationshipSign.NEGATIVE
# from, to, kind, directed, sign, weight, valid from, valid to
TIES: list[tuple[int, int, int, bool, RelationshipSign, float, datetime.datetime | None, datetime.datetime | None]] = [
    (1, 2, TRUST, True, POSITIVE, 1.0, None, None),
    (2, 3, TRUST, False, NEUTRAL, 2.5, None, None),
    (3, 4, SUPPLIES, True, NEGATIVE, 0.1, MOMENT, None),
    (4, 1, SUPPLIES, True, POSITIVE, 4.0, None, MOMENT + YEAR),
    (1, 2, SUPPLIES, True, POSITIVE, 0.5, MOMENT + datetime.timedelta(microseconds=7), MOMENT + YEAR),
]


@contextmanager
def opened_for_change(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.engine.dispose()


def change_data(url: str, *performs: Callable[[Any], Any]) -> None:
    def perform(work: Change) -> dict[str, Any]:
        for one in performs:
            one(work)
        return {}

    with opened_for_change(url) as database:
        change(database.engine, SYSTEM, "test", perform)


def populate(url: str) -> None:
    change_data(url, _fill)


def _fill(work: Change) -> None:
    connection = work.session.connection()
    customers = [{"id": id_, "kind": CustomerKind.ORGANIZATION if id_ == 3 else CustomerKind.PERSON, "name": f"客户 {id_}",
                  "search_name": "", "revision": 1, "created_at": MOMENT + id_ * YEAR, "updated_at": MOMENT} for id_ in range(1, 6)]
    connection.execute(insert(CustomerRow), customers)
    kinds = [{"id": id_, "key": key, "directed": True, "default_sign": POSITIVE, "from_person": True, "from_organization": True,
              "to_person": True, "to_organization": True} for id_, key in ((TRUST, "test_trusts"), (SUPPLIES, "test_supplies"))]
    connection.execute(insert(RelationshipKindRow), kinds)
    connection.execute(insert(RelationshipRow), [_tie(at, *tie) for at, tie in enumerate(TIES, 1)])
    for kind in ("customer", "relationshipKind", "relationship"):
        work.bulk(kind)


def _tie(id_: int, from_id: int, to_id: int, kind_id: int, directed: bool, sign: RelationshipSign, weight: float,
         valid_from: datetime.datetime | None, valid_to: datetime.datetime | None) -> dict[str, Any]:
    return {"id": id_, "from_id": from_id, "to_id": to_id, "kind_id": kind_id, "directed": directed, "sign": sign, "weight": weight,
            "valid_from": valid_from, "valid_to": valid_to, "revision": 1, "origin": ProvenanceOrigin.IMPORT, "recorded_at": MOMENT}


def word(customer: int, granted: bool, *, purpose: str = "analytics", channel: Channel | None = None,
         days: int = 0) -> Callable[[Change], None]:
    """What a customer says about a purpose, so many days after the moment."""
    recorded = MOMENT + datetime.timedelta(days=days)
    return lambda work: work.session.add(ConsentRow(customer_id=customer, purpose=purpose, channel=channel, granted=granted,
                                                    recorded_at=recorded))


def bought(customer: int | None, kind: TransactionKind, amount: str, currency: str, *, days: int = 0,
           lines: Sequence[tuple[int, str, str]] = ()) -> Callable[[Change], None]:
    """A transaction so many days after the moment; lines are product, quantity and price."""
    at = MOMENT + datetime.timedelta(days=days)

    def buy(work: Change) -> None:
        parts = [TransactionLineRow(position=position, product_id=product, quantity=Decimal(quantity), price_amount=Decimal(price),
                                    amount=Decimal(quantity) * Decimal(price))
                 for position, (product, quantity, price) in enumerate(lines, 1)]
        work.session.add(TransactionRow(customer_id=customer, kind=kind, occurred_at=at, total_amount=Decimal(amount),
                                        total_currency=currency, source="till", external_id=f"{customer} {kind.name} {currency} {days}",
                                        lines=parts))

    return buy


def on_offer(*products: tuple[int, str, str | None]) -> Callable[[Change], None]:
    """Products: number, name and category."""
    def offer(work: Change) -> None:
        work.session.add_all([ProductRow(id=id_, sku=f"P{id_}", name=name, category=category) for id_, name, category in products])
        work.session.flush()  # what is sold next refers to them

    return offer


def looked_at(customer: int, product: int | None, seconds: int | None) -> Callable[[Change], None]:
    return lambda work: work.session.add(BrowseEventRow(customer_id=customer, product_id=product, started_at=MOMENT,
                                                        duration_seconds=seconds, source="web", external_id=f"{customer} {product}"))


def reviewed(customer: int, product: int | None, score: int) -> Callable[[Change], None]:
    return lambda work: work.session.add(ReviewRow(customer_id=customer, product_id=product, score=score, created_at=MOMENT, source="web",
                                                   external_id=f"{customer} {product}"))


def described(customer: int, *, tags: Sequence[str] = (), industry: str | None = None,
              places: Sequence[tuple[str | None, str | None]] = ()) -> Callable[[Change], None]:
    """What a customer is like; places are countries and cities."""
    def describe(work: Change) -> None:
        work.session.add_all([TagRow(customer_id=customer, name=name) for name in tags])
        work.session.add_all([AddressRow(customer_id=customer, country=country, city=city) for country, city in places])
        work.session.execute(update(CustomerRow).where(CustomerRow.id == customer).values(industry=industry))
        work.bulk("customer")

    return describe


def erased(customer: int) -> Callable[[Change], None]:
    def erase(work: Change) -> None:
        work.session.connection().execute(delete(CustomerRow).where(CustomerRow.id == customer))
        for kind in ("customer", "relationship", "transaction"):
            work.bulk(kind)

    return erase
