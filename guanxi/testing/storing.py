"""A data set in the tables of a database: every row under the number that its place in the set says."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.testing.data import CURRENCY, DataSet, Person, Purchase, Tie
from schema.changes.change import Change, change
from schema.commerce.models import BrowseEventRow, ProductRow, ReviewRow, TransactionKind, TransactionLineRow, TransactionRow
from schema.context import SYSTEM
from schema.customers.models import AddressRow, ConsentRow, CustomerKind, CustomerRow, TagRow
from schema.relationships.models import ProvenanceOrigin, RelationshipEndRow, RelationshipKindRow, RelationshipRow, ends_of
from schema.surveys.models import QuestionKind, SurveyAnswerRow, SurveyQuestionRow, SurveyResponseRow, SurveyRow
from server.database import Database

SOURCE = "testing"


def store(database: Database, data: DataSet) -> None:
    """The database has been migrated and is empty."""
    if data.customers or data.products:
        change(database.engine, SYSTEM, "testingFill", lambda work: _fill(work, data))


def _fill(work: Change, data: DataSet) -> dict[str, Any]:
    session = work.session
    for row in _rows(session, data):
        session.add(row)
        session.flush()  # one by one, so that numbers follow the order
    session.add_all([ConsentRow(customer_id=number, purpose="analytics", granted=False)
                     for number, one in enumerate(data.customers, 1) if one.refuses])
    return {}


def _rows(session: Session, data: DataSet) -> Iterator[Any]:
    yield from (_customer(one, data) for one in data.customers)
    yield from (ProductRow(sku=f"T{number}", name=one.name, category=one.category, price_amount=Decimal(one.price), price_currency=CURRENCY)
                for number, one in enumerate(data.products, 1))
    kinds = {row.key: row for row in session.scalars(select(RelationshipKindRow))}
    for number, one in enumerate(data.ties, 1):
        yield from _tie(number, one, kinds[one.kind], data)
    yield from (_purchase(number, bought, data) for number, bought in enumerate(data.purchases, 1))
    yield from (BrowseEventRow(customer_id=one.customer, product_id=one.product, started_at=one.at, duration_seconds=one.seconds,
                               source=SOURCE, external_id=str(number)) for number, one in enumerate(data.visits, 1))
    yield from (ReviewRow(customer_id=one.customer, product_id=one.product, created_at=one.at, score=one.score, content=one.text,
                          source=SOURCE, external_id=str(number)) for number, one in enumerate(data.reviews, 1))
    if data.questions:
        yield SurveyRow(key=SOURCE, title_en="Testing", questions=[
            SurveyQuestionRow(key=one.key, position=number, kind=QuestionKind.SCALE, text_en=f"{one.key}?", scale_min=one.low,
                              scale_max=one.high, scale=one.scale or None) for number, one in enumerate(data.questions, 1)])
    yield from (SurveyResponseRow(survey_id=1, customer_id=one.customer, wave=one.wave, submitted_at=one.at, source=SOURCE,
                                  external_id=str(number)) for number, one in enumerate(data.responses, 1))
    yield from (SurveyAnswerRow(response_id=number, question_id=place, value=value) for number, one in enumerate(data.responses, 1)
                for place, value in enumerate(one.answers, 1) if value is not None)


def _customer(one: Person, data: DataSet) -> CustomerRow:
    addresses = [AddressRow(city=one.city, country=one.country)] if one.city or one.country else []
    return CustomerRow(kind=CustomerKind[one.kind], name=one.name, search_name=one.name.casefold(), industry=one.industry,
                       created_at=data.seen, updated_at=data.seen, tags=[TagRow(name=name) for name in one.tags], addresses=addresses)


def _tie(number: int, one: Tie, kind: RelationshipKindRow, data: DataSet) -> Iterator[Any]:
    yield RelationshipRow(from_id=one.source, to_id=one.target, kind_id=kind.id, directed=kind.directed, sign=kind.default_sign,
                          weight=one.weight, origin=ProvenanceOrigin.MANUAL, recorded_at=data.seen)
    yield from (RelationshipEndRow(customer_id=customer, relationship_id=id_, other_id=other, direction=direction)
                for customer, id_, other, direction in ends_of(number, one.source, one.target, kind.directed))


def _purchase(number: int, one: Purchase, data: DataSet) -> TransactionRow:
    prices = {product: Decimal(data.products[product - 1].price) for product, _ in one.lines}
    lines = [TransactionLineRow(position=place, product_id=product, quantity=Decimal(count), price_amount=prices[product],
                                amount=prices[product] * count) for place, (product, count) in enumerate(one.lines, 1)]
    return TransactionRow(kind=TransactionKind.PURCHASE, customer_id=one.customer, occurred_at=one.at, lines=lines,
                          total_amount=sum((line.amount for line in lines), Decimal()), total_currency=CURRENCY, source=SOURCE,
                          external_id=str(number))
