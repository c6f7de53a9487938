"""Filters, held against plain Python: and, or, not with values that are missing, and every operator."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schema.querying.asking import Asker
from tests.schema.querying.data import START, World
from tests.schema.querying.oracle import Oracle
from tests.schema.querying.queries import CUSTOMER_FILTERS

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CUSTOMERS = "query($w: CustomerWhere) { customers(where: $w, first: 1000) { totalCount nodes { id } } }"
RELATIONSHIPS = "query($w: RelationshipWhere) { relationships(where: $w, first: 1000) { totalCount nodes { id } } }"


def operators(values: st.SearchStrategy[Any], names: str) -> st.SearchStrategy[Any]:
    kinds = {"in": st.lists(values, max_size=3), "isNull": st.booleans()}
    found = {name: kinds.get(name, values) for name in names.split()}
    return st.fixed_dictionaries({}, optional=found).filter(bool)


OPERATORS = "eq ne in startsWith contains isNull"
TEXTS = st.sampled_from(["王", "王伟", "a", "A", "Anna", " ", "%", "_", "'", "Bob", "vip", "Vip", "中国", "level0", "X1", "é", "~", "😀"])
MOMENTS = st.integers(-1, 91).flatmap(lambda day: st.sampled_from([
    START + datetime.timedelta(days=day), START + datetime.timedelta(days=day, microseconds=500_000)]))
TEXT = operators(TEXTS, OPERATORS)
AMOUNT = operators(st.integers(-500, 500).map(lambda n: Decimal(n) / 4), "gt gte lt lte isNull").flatmap(
    lambda found: st.sampled_from([found, found | {"currency": "CNY"}, found | {"currency": "XXX"}]))
KEYS = {
    "id": operators(st.integers(1, 260).map("c_{}".format), "eq in isNull"),
    "kind": operators(st.sampled_from(["PERSON", "ORGANIZATION"]), "eq in isNull"),
    "name": TEXT, "tag": TEXT, "country": TEXT, "externalId": TEXT, "serviceLevel": TEXT,
    "ownerId": operators(st.integers(99, 109).map("s_{}".format), "eq in isNull"), "createdAt": operators(MOMENTS, "gte lt isNull"),
    "purchaseTotal": AMOUNT,
    "relatedTo": st.fixed_dictionaries({"customerId": st.integers(1, 260).map("c_{}".format)}, optional={
        "maxHops": st.integers(1, 4), "kinds": st.lists(st.sampled_from(["trust", "knows", "supplies", "nothing"]), min_size=1, max_size=3),
        "sign": st.sampled_from(["POSITIVE", "NEUTRAL", "NEGATIVE"]), "asOf": MOMENTS}),
    "search": st.sampled_from(["王", "伟", "王伟", "伟王", "anna", "ＡＮＮＡ smith", "a b", "abc", "cb", "ss", "有限 上海"]),
}
RELATIONSHIP_KEYS = {
    "kind": operators(st.sampled_from(["trust", "knows", "t"]), OPERATORS),
    "sign": st.sampled_from(["POSITIVE", "NEUTRAL", "NEGATIVE"]), "origin": st.sampled_from(["MANUAL", "IMPORT", "DERIVED"]),
    "weight": operators(st.sampled_from([0.0, 0.1, 0.25, 1.0, 1e-7, 12.5, 0.2]), "eq gt gte lt lte isNull"),
    "otherId": operators(st.integers(1, 230).map("c_{}".format), "eq in isNull"),
}


def wheres(keys: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    flat = st.fixed_dictionaries({}, optional=keys).filter(bool).map(lambda where: dict(list(where.items())[:3]))
    return st.recursive(flat, lambda inner: st.one_of(
        st.fixed_dictionaries({"not": inner}), st.fixed_dictionaries({"or": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"and": st.lists(inner, min_size=1, max_size=2), "not": inner})), max_leaves=4)


def sent(where: Any) -> Any:
    """As a client writes it."""
    if isinstance(where, dict):
        return {name: sent(value) for name, value in where.items()}
    if isinstance(where, list):
        return [sent(value) for value in where]
    if isinstance(where, datetime.datetime):
        return where.isoformat()
    return f"{where:.2f}" if isinstance(where, Decimal) else where


async def found(asker: Asker, query: str, field: str, where: Any) -> list[str]:
    connection = (await asker.data(query, {"w": sent(where)}))[field]
    assert connection["totalCount"] == len(connection["nodes"])
    return sorted(node["id"] for node in connection["nodes"])


@MANY
@given(where=wheres(KEYS))
async def test_customers(asker: Asker, world: World, where: Any) -> None:
    oracle = Oracle(world)
    wanted = [f"c_{row['id']}" for row in world["customers"] if oracle.where(row, where, oracle.customer_keys("GBP"))]
    assert await found(asker, CUSTOMERS, "customers", where) == sorted(wanted)


@MANY
@given(where=wheres(RELATIONSHIP_KEYS))
async def test_relationships(asker: Asker, world: World, where: Any) -> None:
    oracle = Oracle(world)
    wanted = [f"r_{row['id']}" for row in world["relationships"] if oracle.where(row, where, oracle.relationship_keys())]
    assert await found(asker, RELATIONSHIPS, "relationships", where) == sorted(wanted)


async def test_the_listed_filters(asker: Asker, world: World) -> None:
    """Those of the differential test, which cannot see what both databases get wrong."""
    oracle = Oracle(world)
    for where in CUSTOMER_FILTERS:
        meant = {key: read(value) for key, value in where.items()}
        wanted = [f"c_{row['id']}" for row in world["customers"] if oracle.where(row, meant, oracle.customer_keys("GBP"))]
        assert await found(asker, CUSTOMERS, "customers", where) == sorted(wanted), where


def read(value: Any) -> Any:
    """What a client means by its texts: moments and amounts."""
    if isinstance(value, dict):
        return {name: read_leaf(name, inner) for name, inner in value.items()}
    return value


def read_leaf(name: str, value: Any) -> Any:
    if name in ("gt", "lte") and isinstance(value, str):
        return Decimal(value)
    return datetime.datetime.fromisoformat(value) if name in ("gte", "lt") and isinstance(value, str) else value


@pytest.mark.parametrize(("kind", "wanted"), [("PURCHASE", "PURCHASE"), ("RETURN", "RETURN")])
async def test_a_bare_value_must_be_equal(asker: Asker, world: World, kind: str, wanted: str) -> None:
    answer = await asker.data("query($k: TransactionKind) { transactions(where: {kind: $k}, first: 1000) { nodes { id } } }", {"k": kind})
    assert sorted(node["id"] for node in answer["transactions"]["nodes"]) == sorted(
        f"t_{row['id']}" for row in world["transactions"] if row["kind"].name == wanted)


async def test_transactions_by_their_lines(asker: Asker, world: World) -> None:
    with_product = {line["transaction_id"] for line in world["transaction_lines"] if line["product_id"] in (1, 2)}
    answer = await asker.data('{ transactions(where: {productId: {in: ["p_1", "p_2"]}}, first: 1000) { nodes { id } } }')
    assert sorted(node["id"] for node in answer["transactions"]["nodes"]) == sorted(f"t_{id_}" for id_ in with_product)
