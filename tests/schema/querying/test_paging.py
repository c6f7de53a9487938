"""Order and pages, held against plain Python: forwards and backwards, pages cover the list once and in order."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schema.querying.asking import Asker
from tests.schema.querying.data import World
from tests.schema.querying.oracle import Oracle, ordered

MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PAGE = """query($w: %sWhere, $o: [%sOrder!], $first: Int, $after: String, $last: Int, $before: String) {
 page: %s(where: $w, orderBy: $o, first: $first, after: $after, last: $last, before: $before) {
  totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
CUSTOMERS, RELATIONSHIPS = PAGE % ("Customer", "Customer", "customers"), PAGE % ("Relationship", "Relationship", "relationships")


async def pages(asker: Asker, query: str, variables: dict[str, Any], size: int, backwards: bool) -> list[list[str]]:
    """The ids of all pages in the order in which they were read."""
    found: list[list[str]] = []
    way, at = ("last", "before") if backwards else ("first", "after")
    more, cursor = ("hasPreviousPage", "startCursor") if backwards else ("hasNextPage", "endCursor")
    position: str | None = None
    while True:
        page = (await asker.data(query, variables | {way: size, at: position}, currency="CNY"))["page"]
        found.append([edge["node"]["id"] for edge in page["edges"]])
        if page["edges"]:
            assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
            assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        assert page["pageInfo"]["hasNextPage" if backwards else "hasPreviousPage"] is (position is not None)
        if not page["pageInfo"][more]:
            return found
        position = page["pageInfo"][cursor]


def check(found: list[list[str]], wanted: list[str], size: int, backwards: bool) -> None:
    assert [id_ for page in (reversed(found) if backwards else found) for id_ in page] == wanted
    assert {len(page) for page in found[:-1]} <= {size}
    assert found[-1] or not wanted


def sort_keys(keys: dict[str, Any], orders: list[dict[str, str]]) -> list[tuple[Any, bool]]:
    return [(keys[key], way == "DESC") for one in orders for key, way in one.items()]


def order_lists(keys: list[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(st.builds(lambda key, way: {key: way}, st.sampled_from(keys), st.sampled_from(["ASC", "DESC"])), max_size=3)


SIZES, WHERES = st.sampled_from([17, 50, 120, 1000]), st.sampled_from([
    None, {"kind": {"eq": "PERSON"}}, {"tag": {"eq": "vip"}}, {"purchaseTotal": {"isNull": True}}, {"name": {"eq": "nobody"}}])


@MANY
@given(orders=order_lists(["name", "createdAt", "updatedAt", "purchaseTotal", "lastPurchaseAt"]), size=SIZES, backwards=st.booleans(),
       where=WHERES)
async def test_customers(asker: Asker, world: World, orders: list[dict[str, str]], size: int, backwards: bool, where: Any) -> None:
    oracle = Oracle(world)
    keys = oracle.customer_orders("CNY")
    by = sort_keys(keys, orders) or [(keys["name"], False)]
    rows = [row for row in world["customers"] if where is None or oracle.where(row, where, oracle.customer_keys("CNY"))]
    wanted = [f"c_{row['id']}" for row in ordered(rows, by)]
    variables = {"o": orders} | ({"w": where} if where else {})
    check(await pages(asker, CUSTOMERS, variables, size, backwards), wanted, size, backwards)


@MANY
@given(orders=order_lists(["weight", "validFrom"]), size=SIZES, backwards=st.booleans())
async def test_relationships(asker: Asker, world: World, orders: list[dict[str, str]], size: int, backwards: bool) -> None:
    keys = Oracle(world).relationship_orders()
    wanted = [f"r_{row['id']}" for row in ordered(world["relationships"], sort_keys(keys, orders))]
    check(await pages(asker, RELATIONSHIPS, {"o": orders}, size, backwards), wanted, size, backwards)


NESTED = """query($o: [RelationshipOrder!], $first: Int, $after: String, $last: Int, $before: String) {
 customers(first: 1000) { nodes { id
  relationships(orderBy: $o, first: $first, after: $after, last: $last, before: $before) { totalCount
   edges { cursor other { id } node { id } } pageInfo { hasNextPage hasPreviousPage } } } } }"""


@pytest.mark.parametrize("orders", [[], [{"weight": "DESC"}], [{"validFrom": "ASC"}, {"weight": "ASC"}], [{"validFrom": "DESC"}]])
@pytest.mark.parametrize("backwards", [False, True])
async def test_each_customer_has_a_page_of_their_own(asker: Asker, world: World, orders: list[dict[str, str]], backwards: bool) -> None:
    keys, ties = Oracle(world).relationship_orders(), world.by_id("relationships")
    answer = await asker.data(NESTED, {"o": orders, "last" if backwards else "first": 3})
    for customer in answer["customers"]["nodes"]:
        ends = [end for end in world["relationship_ends"] if f"c_{end['customer_id']}" == customer["id"]]
        wanted = ordered([ties[end["relationship_id"]] for end in ends], sort_keys(keys, orders))
        page = customer["relationships"]
        assert page["totalCount"] == len(wanted)
        assert [edge["node"]["id"] for edge in page["edges"]] == [f"r_{row['id']}" for row in (wanted[-3:] if backwards else wanted[:3])]
        assert page["pageInfo"] == {"hasNextPage": not backwards and len(wanted) > 3, "hasPreviousPage": backwards and len(wanted) > 3}


ONE = """query($id: ID!, $after: String) { customer(ref: {id: $id}) { relationships(first: 2, after: $after, orderBy: [{validFrom: DESC}]) {
 edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }"""


async def test_pages_of_one_customers_relationships(asker: Asker, world: World) -> None:
    customer = max(range(1, 200), key=lambda id_: sum(end["customer_id"] == id_ for end in world["relationship_ends"]))
    ties = world.by_id("relationships")
    wanted = ordered([ties[end["relationship_id"]] for end in world["relationship_ends"] if end["customer_id"] == customer],
                     [(lambda row: row["valid_from"], True)])
    found, after, more = [], None, True
    while more:
        page = (await asker.data(ONE, {"id": f"c_{customer}", "after": after}))["customer"]["relationships"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == [f"r_{row['id']}" for row in wanted]
    assert len(found) > 6


def comparable(value: Any) -> Any:
    """Texts are sorted by their bytes."""
    return value.encode() if isinstance(value, str) else value


@pytest.mark.parametrize(("field", "table", "code", "column", "descending"), [
    ("products", "products", "p", "sku", False), ("transactions", "transactions", "t", "occurred_at", True),
    ("jobs", "jobs", "j", "created_at", True), ("staff", "staff", "s", "name", False),
    ("relationships", "relationships", "r", "id", False)])
async def test_the_order_of_a_list_when_none_is_given(asker: Asker, world: World, field: str, table: str, code: str, column: str,
                                                      descending: bool) -> None:
    answer = await asker.data(f"{{ {field}(first: 1000) {{ nodes {{ id }} }} }}")
    rows = ordered(world[table], [(lambda row: comparable(row[column]), descending)])
    assert [node["id"] for node in answer[field]["nodes"]] == [f"{code}_{row['id']}" for row in rows]
