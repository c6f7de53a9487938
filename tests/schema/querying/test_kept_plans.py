"""Plans are kept between requests: never for another caller's permissions or language, and never without bound."""

import asyncio
from typing import Any

import pytest

from schema.compose import Schema
from schema.querying import level, operations
from tests.schema.querying.asking import EVERYTHING, Asker

CONDITIONAL = """query($a: Boolean!, $b: Boolean!) { customers(first: 1) { nodes { id name @skip(if: $a) ...F @include(if: $b) } } }
 fragment F on Customer { kind }"""


@pytest.fixture
def fresh(asker: Asker) -> Asker:
    """With a schema whose caches are empty."""
    return Asker(asker.database, Schema(asker.schema.parts, asker.database.dialect))


def levels(asker: Asker) -> int:
    return sum(len(operation.levels) for operation in asker.schema.roads.operations.kept.values())


async def test_a_plan_is_made_once(fresh: Asker) -> None:
    for size in (1, 2, 3):
        await fresh.data("query($n: Int) { customers(first: $n) { nodes { id relationships(first: 2) { nodes { id } } } } }", {"n": size})
    assert (len(fresh.schema.roads.operations.kept), levels(fresh)) == (1, 1)


@pytest.mark.parametrize("first", [EVERYTHING, EVERYTHING - {"pii.read", "commerce.read"}])
async def test_each_set_of_permissions_has_plans_of_its_own(fresh: Asker, first: frozenset[str]) -> None:
    query = """{ customers(where: {id: {eq: "c_1"}}) { nodes { name contactPoints { value } transactions(first: 1) { totalCount }
        details { ... on PersonDetails { givenName income { amount } } } } } }"""
    second = frozenset(EVERYTHING - {"pii.read", "commerce.read"} if first == EVERYTHING else EVERYTHING)
    alone = {allowed: (await Asker(fresh.database, Schema(fresh.schema.parts, fresh.database.dialect)).ask(query, allowed=allowed)).bytes()
             for allowed in (first, second)}
    assert alone[first] != alone[second]
    for allowed in (first, second, first, second):
        assert (await fresh.ask(query, allowed=allowed)).bytes() == alone[allowed]


async def test_a_refused_root_is_refused_whoever_asked_before(fresh: Asker) -> None:
    for lacking in (set(), {"customers.read"}, set(), {"customers.read"}):
        codes = [code for code, _ in await fresh.refusals("{ customers { nodes { id } } }", allowed=EVERYTHING - lacking)]
        assert codes == (["FORBIDDEN"] if lacking else [])


async def test_each_language_has_plans_of_its_own(fresh: Asker) -> None:
    query = '{ relationshipKinds { key label } }'
    for language, label in (("en", "trusts"), ("zh", "信任"), ("en", "trusts"), ("zh", "信任")):
        kinds = (await fresh.data(query, language=language))["relationshipKinds"]
        assert {kind["key"]: kind["label"] for kind in kinds}["trust"] == label


async def test_each_set_of_conditions_has_plans_of_its_own(fresh: Asker) -> None:
    for a, b in ((True, True), (True, False), (False, True), (False, False)) * 2:
        node = (await fresh.data(CONDITIONAL, {"a": a, "b": b}))["customers"]["nodes"][0]
        assert set(node) == {"id"} | ({"name"} if not a else set()) | ({"kind"} if b else set())
    assert levels(fresh) == 4


async def test_operations_of_one_document_have_plans_of_their_own(fresh: Asker) -> None:
    query = "query A { customers(first: 1) { nodes { id } } } query B { customers(first: 1) { nodes { name } } }"
    for operation, key in (("A", "id"), ("B", "name"), ("A", "id")):
        assert list((await fresh.data(query, operation=operation))["customers"]["nodes"][0]) == [key]


async def test_the_reporting_currency_is_no_part_of_a_plan(fresh: Asker) -> None:
    query = "{ customers(orderBy: [{purchaseTotal: DESC}], first: 3) { nodes { id } } }"
    found = [await fresh.data(query, currency=currency) for currency in ("GBP", "CNY", "GBP")]
    assert found[0] == found[2] != found[1]


async def test_kept_operations_are_bounded(fresh: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "KEPT_OPERATIONS", 5)
    for i in range(12):
        await fresh.data(f"{{ a{i}: serviceLevels {{ id }} }}")
        await fresh.data("{ serviceLevels { key } }")
    assert len(fresh.schema.roads.operations.kept) == 5
    assert ("{ serviceLevels { key } }", None) in fresh.schema.roads.operations.kept  # the one that is asked for all the time


async def test_kept_levels_are_bounded(fresh: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "KEPT_PLANS", 4)
    names = [f"v{i}" for i in range(4)]
    fields = " ".join(f"{name}: id @include(if: ${name})" for name in names)
    query = f"query({', '.join(f'${name}: Boolean!' for name in names)}) {{ customers(first: 1) {{ nodes {{ name {fields} }} }} }}"
    for bits in range(16):
        answer = await fresh.data(query, {name: bool(bits >> i & 1) for i, name in enumerate(names)})
        assert len(answer["customers"]["nodes"][0]) == 1 + bits.bit_count()
        assert levels(fresh) <= 4


async def test_kept_statements_are_bounded(fresh: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(level, "KEPT_STATEMENTS", 4)
    query = "query($w: CustomerWhere) { customers(where: $w) { totalCount } }"
    for count in range(1, 12):
        await fresh.data(query, {"w": {"or": [{"name": {"eq": "x"}}] * count}})
    operation, = fresh.schema.roads.operations.kept.values()
    assert all(len(one.statements) <= 4 for one in operation.levels.values())


async def test_twenty_requests_at_once_share_plans_safely(fresh: Asker) -> None:
    async def ask(i: int) -> Any:
        allowed = EVERYTHING - ({"pii.read"} if i % 2 else set())
        query = """query($n: Int, $w: CustomerWhere) { customers(first: $n, where: $w) { totalCount nodes { id
            contactPoints { value masked } relationships(first: 2) { edges { direction other { name } } } } } }"""
        where = [{"kind": {"eq": "PERSON"}}, {"tag": {"eq": "vip"}}, {"search": "王伟"}][i % 3]
        return (await fresh.ask(query, {"n": 1 + i % 4, "w": where}, allowed=allowed, language=("en", "zh")[i % 2])).bytes()

    together = await asyncio.gather(*[ask(i) for i in range(20)])
    assert together == [await ask(i) for i in range(20)]
