"""Records that plain Python names by their numbers: in computed lists, in unions, within objects, by either road."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import pytest
import strawberry

from schema.commerce.types import Product
from schema.customers.types import Customer
from schema.extending.composing import compose
from schema.extending.contribution import Contribution
from schema.querying.declare import argument, computed
from schema.querying.records import Record
from schema.roots import core
from server.database import Database
from tests.populating import populate
from tests.schema.querying.asking import EVERYTHING, Asker
from tests.schema.querying.test_statements import sent


@strawberry.type(description="Something made.")
class Wish:
    words: str = strawberry.field(description="What.")


Present = Annotated[Customer | Product | Wish, strawberry.union("Present", description="What one can give.")]


@strawberry.type(description="A box.")
class Box:
    content: Present | None = strawberry.field(description="What is in it.")
    others: list[Customer] | None = strawberry.field(description="Whom else it was for.")


async def friends(context: Any, ids: Sequence[int]) -> Mapping[int, list[Record]]:
    return {number: [Record(Customer, number), Record(Customer, 1)] for number in ids}


async def presents(context: Any, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    return {number: [Wish(words=f"for {number}"), Record(Customer, number), Record(Product, 1)] for number in ids}


async def box(context: Any, ids: Sequence[int], kind: str) -> Mapping[int, Any]:
    content: Any = {"wish": Wish(words="x"), "gone": Record(Customer, 999), "none": None, "other": Record(Product, 1)}.get(kind)
    others: Any = [Record(Product if kind == "wrong" else Customer, 1)]
    return {number: Box(content=content, others=others) for number in ids}


@pytest.fixture
def asker(database: Database) -> Asker:
    populate(database)
    fields = {"friends": computed(friends, "Friends.", type_=list[Customer] | None),
              "presents": computed(presents, "Presents.", type_=list[Present] | None),
              "box": computed(box, "A box.", type_=Box | None, arguments=[argument("kind", str, "Which.", "none")])}
    schema, refused = compose(core(), [Contribution("gifts", "1", fields={Customer: fields})], database.dialect)
    assert refused == {}
    return Asker(database, schema)


GIVEN = """{ customers(first: 100) { nodes { id
  friends { id name friends { id } } presents { __typename ... on Wish { words } ... on Product { sku } ... on Customer { name tags } }
  box(kind: "other") { content { ... on Product { id } } others { name } } } } }"""


async def test_they_are_read_like_any_other_however_many_name_them(asker: Asker) -> None:
    nodes = (await asker.data(GIVEN))["customers"]["nodes"]
    assert len(nodes) > 1
    names = {node["id"]: node["friends"][0]["name"] for node in nodes}
    for node in nodes:
        assert [friend["id"] for friend in node["friends"]] == [node["id"], "c_1"]
        assert [friend["id"] for friend in node["friends"][1]["friends"]] == ["c_1", "c_1"]
        wish, customer, product = node["presents"]
        assert wish == {"__typename": "Wish", "words": f"for {node['id'].removeprefix('c_')}"}
        assert (customer["__typename"], customer["name"], product["__typename"]) == ("Customer", names[node["id"]], "Product")
        assert node["box"] == {"content": {"id": "p_1"}, "others": [{"name": names["c_1"]}]}


async def test_each_place_takes_one_statement(asker: Asker) -> None:
    one = await sent(asker, GIVEN.replace("100", "1"))
    many = await sent(asker, GIVEN)
    assert len(one) == len(many) == 8  # customers; friends and theirs; presents: customers, their tags, products; the box's two


async def test_what_is_gone_and_what_is_none_is_null(asker: Asker) -> None:
    found = await asker.ask('{ customers(first: 1) { nodes { box(kind: "gone") { content { ... on Customer { id } } } } } }')
    assert found.data == {"customers": {"nodes": [{"box": {"content": None}}]}}
    empty = await asker.data('{ customers(first: 1) { nodes { box { content { __typename } } } } }')
    assert empty["customers"]["nodes"] == [{"box": {"content": None}}]


async def test_a_record_of_another_type_is_the_plugins_mistake(asker: Asker) -> None:
    found = await asker.ask('{ customers(first: 1) { nodes { id box(kind: "wrong") { others { name } } } } }')
    assert found.refusals == [("PLUGIN_ERROR", ["customers", "nodes", 0, "box", "others"])]
    assert found.data is not None
    assert found.data["customers"]["nodes"][0]["box"] == {"others": None}


async def test_their_type_keeps_its_guard(asker: Asker) -> None:
    blind = EVERYTHING - {"commerce.read"}
    found = await asker.ask("{ customers(first: 1) { nodes { id presents { ... on Product { sku } } } } }", allowed=blind)
    assert {code for code, _ in found.refusals} == {"FORBIDDEN"}
    assert found.data is not None
    assert found.data["customers"]["nodes"][0]["presents"] is None
