"""Schemas put together from the core and contributions to it: several in one process, none of which sees the others' keys."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
import strawberry
from sqlalchemy import FromClause, func, select
from sqlalchemy.sql import ColumnElement
from strawberry.types.field import StrawberryField

from schema.commerce.models import ProductRow, ReviewRow
from schema.commerce.types import Product
from schema.compose import Parts, Schema
from schema.context import Context
from schema.customers.models import CustomerRow
from schema.customers.types import Customer
from schema.money import Money, MoneyInput
from schema.querying.declare import argument, column, computed, key
from schema.querying.entities import Filter, Order
from schema.querying.inputs import IntFilter, Operand
from schema.querying.reading import question
from schema.roots import core
from server.database import Database
from tests.populating import populate
from tests.schema.querying.asking import EVERYTHING, Asker


def reviews_of(customer: FromClause) -> ColumnElement[Any]:
    return select(func.count()).where(ReviewRow.customer_id == customer.c.id).scalar_subquery()


async def review_counts(context: Context, customers: Sequence[int], least: int = 1) -> Mapping[int, int]:
    query = select(ReviewRow.customer_id, func.count()).where(ReviewRow.score >= least).group_by(ReviewRow.customer_id)
    return {customer: count for customer, count in await question(query, context.dialect).ask(context, {}) if customer in customers}


def contributed() -> dict[type, dict[str, StrawberryField]]:
    @strawberry.type
    class Holder:
        review_count: int | None = computed(review_counts, "How many reviews.", requires=["commerce.read"],
                                            arguments=[argument("least", int, "Of this score at least.", 1)])
        family: str | None = column(CustomerRow.family_name, "The family name.", filter="operators", order=True)

    fields = Holder.__strawberry_definition__.fields  # type: ignore[attr-defined]  # Strawberry adds it
    return {Customer: {one.python_name: one for one in fields}}


FILTER = Filter(Customer, "reviewCount", IntFilter, lambda row, operand: operand.holds(reviews_of(row)), "By how many reviews.",
                ("commerce.read",))
ORDER = Order(Customer, "reviewCount", lambda row, _: reviews_of(row), "By how many reviews.", nullable=False, requires=("commerce.read",))


def plain() -> Parts:
    return replace(core(), mutation=None)


def extended() -> Parts:
    return replace(plain(), fields=contributed(), filters=(*core().filters, FILTER), orders=(*core().orders, ORDER))


@pytest.fixture
def filled(database: Database) -> Database:
    populate(database)
    return database


QUERY = """query($o: CustomerOrder!) { customers(where: {or: [{reviewCount: {gte: 1}}, {family: {isNull: true}}]}, orderBy: [$o]) {
 totalCount pageInfo { endCursor } nodes { name reviewCount high: reviewCount(least: 9) family } } }"""


@pytest.mark.parametrize("key", ["reviewCount", "family", "name"])
async def test_contributed_fields_filters_and_orders(filled: Database, key: str) -> None:
    asker = Asker(filled, Schema(extended(), filled.dialect))
    found = (await asker.data(QUERY, {"o": {key: "DESC"}}))["customers"]
    assert found["totalCount"] == 2
    assert {node["name"]: (node["reviewCount"], node["high"], node["family"]) for node in found["nodes"]} == {
        "王伟": (1, None, None), "Anna": (None, None, None)}


async def test_contributions_are_guarded_like_the_core(filled: Database) -> None:
    asker = Asker(filled, Schema(extended(), filled.dialect))
    allowed = EVERYTHING - {"commerce.read"}
    for query, path in (("{ customers { nodes { id reviewCount } } }", ["customers", "nodes", 0, "reviewCount"]),
                        ("{ customers(where: {reviewCount: {eq: 1}}) { nodes { id } } }", ["customers"]),
                        ("{ customers(orderBy: [{reviewCount: ASC}]) { nodes { id } } }", ["customers"])):
        assert (await asker.refusals(query, allowed=allowed))[0] == ("FORBIDDEN", path)


@pytest.mark.parametrize("plain_first", [True, False])
async def test_schemas_of_one_process_do_not_see_each_other(filled: Database, plain_first: bool) -> None:
    made = [plain(), extended()] if plain_first else [extended(), plain()]
    schemas = [Schema(parts, filled.dialect) for parts in made]
    without, with_ = schemas if plain_first else reversed(schemas)
    query = "{ customers(where: {reviewCount: {eq: 1}}) { nodes { name } } }"
    assert await Asker(filled, with_).data(query) == {"customers": {"nodes": [{"name": "王伟"}]}}
    assert [code for code, _ in await Asker(filled, without).refusals(query)] == ["BAD_USER_INPUT"]
    assert not {"reviewCount", "family"} & {*without.keys[Customer][0], *without.keys[Customer][1]}
    assert "reviewCount" not in without.entities.by_name["Customer"].fields
    assert without.as_str() == Schema(plain(), filled.dialect).as_str()


def same_code() -> type:
    @strawberry.type
    class Thing:
        id: strawberry.ID = key(ProductRow.id, code="p")

    return Thing


def taken(name: str) -> Parts:
    return replace(plain(), fields={Customer: {name: contributed()[Customer]["review_count"]}})


@pytest.mark.parametrize(("parts", "said"), [
    (lambda: taken("name"), "Customer.name is taken: the core has it, tests.schema.test_compose adds it"),
    (lambda: taken("created_at"), "Customer.createdAt is taken"),
    (lambda: taken("createdAt"), "Customer.createdAt is taken"),
    (lambda: replace(plain(), filters=(*core().filters, FILTER, FILTER)), "Customer's filter key reviewCount is taken"),
    (lambda: replace(plain(), filters=(*core().filters, replace(FILTER, name="name"))),
     "the core has it, tests.schema.test_compose adds it"),
    (lambda: replace(plain(), filters=(*core().filters, replace(FILTER, name="not"))), "cannot have a filter key not"),
    (lambda: replace(plain(), filters=(*core().filters, replace(FILTER, name="a__b"))), "a__b"),
    (lambda: replace(plain(), orders=(*core().orders, replace(ORDER, name="purchaseTotal"))),
     "Customer's order key purchaseTotal is taken: the core has it"),
    (lambda: replace(plain(), filters=(*core().filters, replace(FILTER, on=Money))), "Nothing in the schema leads to Money"),
    (lambda: replace(plain(), orders=(*core().orders, replace(ORDER, on=Money))), "Nothing in the schema leads to Money"),
    (lambda: replace(plain(), fields={MoneyInput: {}}), "Nothing in the schema leads to MoneyInput"),
    (lambda: replace(plain(), types=(*core().types, same_code())), "Product and Thing have the same type code p"),
])
def test_names_that_are_taken_or_lead_nowhere(parts: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Schema(parts(), "sqlite")


def test_a_contribution_to_one_type_leaves_others_alone() -> None:
    schema = Schema(extended(), "sqlite")
    assert "reviewCount" in schema.entities.by_name["Customer"].fields
    assert "reviewCount" not in schema.entities.by_name["Product"].fields
    assert all(one.on is not Product for one in schema.keys[Customer][0].values())


def test_operands_name_their_parameters() -> None:
    """Two contributed conditions on the same path may use several parameters: they are told apart by what follows a tilde."""
    operand = Operand("where__reviewCount", {"gte": 1}, lambda *_: None)
    assert operand.parameter("gte").key == "where__reviewCount__gte"
    assert operand.parameter("missing", default="reporting_currency").key == "reporting_currency"


async def test_of_an_input_that_takes_one_field_of_several(filled: Database) -> None:
    asker = Asker(filled, Schema(plain(), filled.dialect))
    told = await asker.data('{ ref: __type(name: "CustomerRef") { isOneOf } where: __type(name: "CustomerWhere") { isOneOf } }')
    assert told == {"ref": {"isOneOf": True}, "where": {"isOneOf": False}}
    query = "query Of($ref: CustomerRef!) { customer(ref: $ref) { name } }"
    for ref in ({}, {"id": None}, {"id": "c_1", "email": "a@b.example"}):
        assert [code for code, _ in await asker.refusals(query, {"ref": ref})] == ["BAD_USER_INPUT"]
    assert await asker.data(query, {"ref": {"id": "c_1"}}) is not None
