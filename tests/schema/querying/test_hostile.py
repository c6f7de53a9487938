"""Documents that are allowed and strange: keys, merged fields, empty and missing rows, very many aliases."""

import gc
import time
from typing import Any

import pytest

from tests.schema.querying.asking import Asker
from tests.schema.querying.data import World

KEYS = ["__proto__", "constructor", "toString", "answers_", "_", "__class__", "nodes", "A" * 5000]


@pytest.mark.parametrize("key", KEYS)
async def test_strange_response_keys(asker: Asker, key: str) -> None:
    answer = await asker.data(f"""{{ {key}: customers(first: 1) {{ {key}: nodes {{ {key}: id
        k{key}: relationships {{ {key}: edges {{ {key}: cursor }} }} }} }} }}""")
    assert answer[key][key][0][key].startswith("c_")


@pytest.mark.parametrize("key", ['x"y', "x'y", "名", "x y", "x-y"])
async def test_keys_that_graphql_does_not_know_are_refused(asker: Asker, key: str) -> None:
    assert [code for code, _ in await asker.refusals(f"{{ {key}: customers {{ totalCount }} }}")] == ["BAD_USER_INPUT"]


async def test_fields_are_merged_at_every_depth(asker: Asker) -> None:
    scattered = """{ customers(first: 3) { nodes { relationships(first: 2) { edges { other { id } } } } }
        customers(first: 3) { nodes { id relationships(first: 2) { edges { other { name } direction } totalCount } } ...F } }
        fragment F on CustomerConnection { nodes { ... on Node { id } ... on Customer { owner { id } } } nodes { owner { name } } }"""
    whole = """{ customers(first: 3) { nodes { relationships(first: 2) { edges { other { id name } direction } totalCount } id
        owner { id name } } } }"""
    assert await asker.data(scattered) == await asker.data(whole)


async def test_a_key_may_mean_another_field_on_another_type(asker: Asker) -> None:
    query = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { x: name r: relationships(first: 1) { totalCount } }
        ... on Product { x: sku r: reviews(first: 1) { nodes { id } } } ... on ImportJob { y: created } ... on DeriveJob { y: ended } } }"""
    found = (await asker.data(query, {"ids": ["c_1", "p_1", "j_1", "j_3"]}))["nodes"]
    assert [set(node) for node in found] == [{"x", "r"}, {"x", "r"}, {"y"}, {"y"}]
    assert (set(found[0]["r"]), set(found[1]["r"]), found[2]["y"], found[3]["y"]) == ({"totalCount"}, {"nodes"}, 3, 0)


async def test_lists_below_a_missing_row(asker: Asker) -> None:
    query = """{ transactions(first: 1000) { nodes { customer { relationships { totalCount } tags behaviour { purchaseCount } } cancels {
        lines { id } customer { transactions(first: 1) { nodes { id } } } } } } }"""
    nodes = (await asker.data(query))["transactions"]["nodes"]
    assert {node["customer"] is None for node in nodes} == {True, False}
    assert {node["cancels"] is None for node in nodes} == {True, False}


async def test_customers_without_any_relationship_have_an_empty_page(asker: Asker, world: World) -> None:
    loners = {row["id"] for row in world["customers"]} - {end["customer_id"] for end in world["relationship_ends"]}
    query = """query($w: CustomerWhere) { customers(where: $w) { nodes { relationships(orderBy: [{weight: ASC}]) { totalCount nodes { id }
        edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }"""
    found = await asker.data(query, {"w": {"id": {"in": [f"c_{id_}" for id_ in loners]}}})
    empty = {"totalCount": 0, "nodes": [], "edges": [],
             "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}}
    assert [node["relationships"] for node in found["customers"]["nodes"]] == [empty] * min(25, len(loners))


@pytest.mark.parametrize("text", ["'; DROP TABLE t; --", "%s", "%(a)s", ":a", "?", "$1", "{}", "\\", "\u202e", "🏳️‍🌈", "a" * 100_000, "\n"])
async def test_strange_texts_are_only_texts(asker: Asker, text: str) -> None:
    where = [{"name": {"eq": text}}, {"name": {"contains": text}}, {"name": {"startsWith": text}}, {"tag": {"in": [text]}}]
    assert (await asker.data("query($w: CustomerWhere) { customers(where: $w) { totalCount } }", {"w": {"or": where}}))["customers"] == {
        "totalCount": 0}


async def test_a_long_search_is_answered_quickly(asker: Asker) -> None:
    for text in ("王伟" * 20_000, " ".join(["王伟"] * 5_000), " ".join(f"王{i}" for i in range(5_000))):
        begin = time.perf_counter()
        await asker.data("query($w: CustomerWhere) { customers(where: $w) { totalCount } }", {"w": {"search": text}})
        assert time.perf_counter() - begin < 5


async def spent(asker: Asker, query: str, variables: dict[str, Any] | None = None) -> float:
    """CPU seconds of compiling and answering, without those of looking through what other tests left in memory."""
    gc.collect()
    gc.disable()
    try:
        begin = time.process_time()
        await asker.data(query, variables)
        return time.process_time() - begin
    finally:
        gc.enable()


async def test_work_grows_with_the_number_of_fields_and_not_with_its_square(asker: Asker) -> None:
    for field in ("name", "owner { name }", "details { ... on PersonDetails { gender } }", "tags"):
        few, many = (f"{{ customers(first: 1) {{ nodes {{ {' '.join(f'a{i}: {field}' for i in range(n))} }} }} }}" for n in (50, 500))
        await spent(asker, few)
        assert await spent(asker, many) < 40 * max(await spent(asker, few + " "), 0.005)
