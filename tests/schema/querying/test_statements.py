"""How many statements an operation sends, and that they read what was asked for and nothing else."""

import asyncio
import re
from contextlib import suppress
from typing import Any

import pytest

from schema.compose import Schema
from schema.context import Caller, Context
from schema.querying.level import KEPT_SIZES
from server.database.readers import Pool
from tests.databases import counted
from tests.schema.querying.asking import EVERYTHING, Asker

PAGE = """query($n: Int!) { customers(first: $n) { nodes { name
 relationships(first: 5) { edges { other { name } node { weight kind { label } } } } } } }"""


async def sent(asker: Asker, query: str, variables: dict[str, Any] | None = None) -> list[str]:
    with counted(asker.database) as count:
        await asker.data(query, variables)
    return count.reads


@pytest.mark.parametrize("size", [1, 50, 500])
async def test_a_page_with_relationships_takes_two_statements_whatever_its_size(asker: Asker, size: int) -> None:
    assert len(await sent(asker, PAGE, {"n": size})) == 2


LISTS = ("contactPoints { id }", "addresses { id }", "externalIds { value }", "tags", "consents { granted }",
         "relationships { nodes { id } }", "transactions { nodes { id } }",
         "browseEvents { nodes { id } }", "reviews { nodes { id } }", "relationships { totalCount }")


async def test_every_list_adds_one_statement(asker: Asker) -> None:
    for count in range(len(LISTS) + 1):
        query = f"{{ customers(first: 50) {{ nodes {{ id {' '.join(f'l{i}: {one}' for i, one in enumerate(LISTS[:count]))} }} }} }}"
        assert len(await sent(asker, query)) == 1 + count


async def test_joined_rows_add_none(asker: Asker) -> None:
    query = """{ relationships(first: 100) { nodes { from { name owner { name department { name } role { key } } serviceLevel { key } }
        to { name } kind { label } provenance { staff { name } job { status } } } } }"""
    assert len(await sent(asker, query)) == 1


async def test_a_list_in_a_list_in_a_list_adds_one_each(asker: Asker) -> None:
    query = """{ customers { nodes { relationships { nodes { to { transactions { nodes {
        lines { product { reviews { nodes { id } } } } } } } } } } } }"""
    assert len(await sent(asker, query)) == 5


@pytest.mark.parametrize(("query", "count"), [
    ("{ customers { totalCount } }", 1),
    ("{ customers { totalCount nodes { id } } }", 2),
    ("{ customers { groups(by: [KIND]) { count } } }", 1),
    ("{ customers { groups(by: [KIND]) { count purchaseTotal { amount } } } }", 2),
    ("{ customers { nodes { id behaviour { purchaseCount } } } }", 4),
    ("{ customers { nodes { relationships { totalCount nodes { id } } } } }", 3),
    ("{ __typename }", 0),
])
async def test_what_is_not_asked_for_is_not_read(asker: Asker, query: str, count: int) -> None:
    assert len(await sent(asker, query)) == count


async def test_lists_below_no_row_are_not_read(asker: Asker) -> None:
    query = '{ customers(where: {name: {eq: "nobody"}}) { nodes { relationships { nodes { to { transactions { nodes { id } } } } } } } }'
    assert len(await sent(asker, query)) == 1
    nobody = '{ transactions(where: {customerId: {isNull: true}}) { nodes { customer { relationships { nodes { id } } } } } }'
    assert len(await sent(asker, nobody)) == 1


def chosen(statement: str) -> set[str]:
    """The columns that a statement answers with: what stands before the first FROM."""
    return set(re.findall(r"\b[a-z]\w*\.\"?(\w+)", statement.partition("FROM")[0]))


@pytest.mark.parametrize(("query", "columns"), [
    ("{ customers { nodes { name } } }", {"name"}),
    ("{ customers { nodes { a: name b: name id } } }", {"name", "id"}),
    ("query A { customers { nodes { ...F } } } fragment F on Customer { revision ... on Customer { kind } }", {"revision", "kind"}),
    ("{ customers { nodes { serviceLevel { key } } } }", {"id", "key"}),
    ("{ customers { nodes { details { ... on PersonDetails { gender } } } } }", {"kind", "gender"}),
    ("{ transactions { nodes { total { currency } } } }", {"total_amount", "total_currency"}),
    ("{ customers { nodes { id } pageInfo { endCursor } } }", {"id", "name"}),
    ("query($n: Boolean = false) { customers { nodes { id name @include(if: $n) } } }", {"id"}),
])
async def test_only_the_columns_asked_for_are_read(asker: Asker, query: str, columns: set[str]) -> None:
    statement, = await sent(asker, query)
    assert chosen(statement) == columns
    assert "search_name" not in statement
    assert "income" not in statement


async def test_a_forbidden_column_is_not_even_read(asker: Asker) -> None:
    query = "{ customers { nodes { id details { ... on PersonDetails { givenName gender } } } } }"
    with counted(asker.database) as count:
        await asker.ask(query, allowed=EVERYTHING - {"pii.read"})
    assert chosen(count.reads[0]) == {"id", "kind", "gender"}


async def test_ids_of_one_type_share_a_statement(asker: Asker) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { name tags } ... on Product { sku } } }"
    assert len(await sent(asker, query, {"ids": [f"c_{i}" for i in range(1, 200)]})) == 2
    assert len(await sent(asker, query, {"ids": [f"{code}_{i}" for i in range(1, 99) for code in "cp"]})) == 3


async def test_records_that_a_list_of_plain_objects_refers_to_share_a_statement(asker: Asker) -> None:
    query = "{ jobs { nodes { ... on DeriveJob { sample { from { name } to { name } } } } } }"
    assert len(await sent(asker, query)) == 3


async def test_the_same_statement_is_sent_for_other_values(asker: Asker) -> None:
    query = "query($w: CustomerWhere, $n: Int) { customers(where: $w, first: $n) { nodes { id } } }"
    one = await sent(asker, query, {"w": {"name": {"in": ["x"]}, "search": "王伟"}, "n": 3})
    assert one == await sent(asker, query, {"w": {"name": {"in": ["y", "z"]}, "search": "li na tang"}, "n": 3})
    assert all("王" not in statement for statement in one)


async def test_a_few_sizes_of_pages_have_statements_of_their_own(asker: Asker) -> None:
    """PostgreSQL keeps their plans. Clients who vary the size without end share a statement."""
    fresh = Asker(asker.database, Schema(asker.schema.parts, asker.database.dialect))
    query = "query($n: Int) { customers(first: $n) { nodes { id } } }"
    statements = [statement for size in range(1, 3 * KEPT_SIZES) for statement in await sent(fresh, query, {"n": size})]
    assert len(set(statements)) == KEPT_SIZES + 1
    assert await sent(fresh, query, {"n": 900}) == statements[-1:]


async def test_nothing_is_read_after_the_answer(asker: Asker) -> None:
    """A failing sibling must not leave others at work, who would borrow a connection that nobody gives back."""
    for _ in range(30):
        async with asker.database.reader() as reader:
            context = Context(reader, asker.database.writer, Caller("staff:1", EVERYTHING - {"commerce.read"}, staff_id=1),
                              dialect=asker.database.dialect)
            result = await asker.schema.execute('{ nodes(ids: ["c_1", "p_1", "c_2"]) { id } }', context_value=context)
            assert result.errors
    assert await asker.refusals('{ nodes(ids: ["c_1", "nonsense"]) { id } }') == [("BAD_USER_INPUT", ["nodes"])]
    assert await asker.data('{ nodes(ids: ["c_1"]) { id } }') == {"nodes": [{"id": "c_1"}]}


async def test_a_request_that_is_stopped_keeps_no_connection(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of look-ups is a task of its own: once its request is over it must not go on to borrow a connection."""
    pool, take, asked, go_on = asker.database._readers, Pool.take, asyncio.Event(), asyncio.Event()
    free = pool._slots._value

    async def waiting(pool: Pool) -> Any:
        asked.set()
        await go_on.wait()
        return await take(pool)

    monkeypatch.setattr(Pool, "take", waiting)
    asking = asyncio.create_task(asker.ask('{ nodes(ids: ["c_1", "p_1", "t_1"]) { id } }'))
    await asked.wait()
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    go_on.set()
    await asyncio.sleep(0.2)
    assert pool._slots._value == free
