"""The plan answers with graphql-core's bytes, whoever asks in whichever language, and leaves to graphql-core whatever has errors."""

from typing import Any

import orjson
import pytest
from graphql import OperationDefinitionNode, parse

from schema.context import Caller, Context
from schema.customers.models import CustomerRow
from schema.querying import plan
from schema.querying.finishing import Aside
from server.database import Database
from tests import roads
from tests.schema.customers.asking import Asking
from tests.schema.querying.asking import EVERYTHING, Asker
from tests.schema.querying.queries import ALL, LOOKUPS, SUMMED, WHOLE, WRITINGS, Q

SOME = [*WHOLE, *WRITINGS, *LOOKUPS, *SUMMED]
VIEWPOINTS: list[tuple[list[Q], str, str, frozenset[str]]] = [
    (ALL, "en", "GBP", EVERYTHING), (WHOLE, "zh", "CNY", EVERYTHING), (SOME, "zh", "GBP", EVERYTHING - {"pii.read", "staff.read"}),
    (SOME, "en", "CNY", frozenset({"customers.read", "relationships.read"})), (WHOLE, "zh", "GBP", frozenset())]


@pytest.mark.parametrize(("queries", "language", "currency", "allowed"), VIEWPOINTS)
async def test_both_roads_answer_the_same(asker: Asker, queries: list[Q], language: str, currency: str, allowed: frozenset[str]) -> None:
    """The plan stands aside for errors, and for nothing else."""
    for query, variables in queries:
        planned, executed = await asker.both(query, variables, allowed=allowed, language=language, currency=currency)
        if executed.errors:
            assert planned is None, (query, variables)
        else:
            assert orjson.dumps(planned) == orjson.dumps(executed.data), (query, variables)


@pytest.mark.parametrize(("query", "variables"), [
    ("{ customers(first: 0) { totalCount } }", {}), ('{ node(id: "x_1") { id } }', {}), ('{ product(id: "c_1") { id } }', {}),
    ("query($n: Int) { customers(first: $n) { totalCount } }", {"n": "many"}),
    ("query($n: Int!) { customers(first: $n) { totalCount } }", {}),
    ("query($o: [CustomerOrder!]) { customers(orderBy: $o) { totalCount } }", {"o": [{"name": "ASC", "createdAt": "ASC"}]}),
    ('{ customers(after: "noise") { totalCount } }', {}), ('{ customer(ref: {email: "someone1@example.test"}) { id } }', {})])
async def test_what_has_errors_is_left_to_graphql_core(asker: Asker, query: str, variables: dict[str, Any]) -> None:
    planned, executed = await asker.both(query, variables)
    assert planned is None
    assert executed.errors


async def test_the_asker_of_these_tests_asks_the_plan_first(asker: Asker) -> None:
    """So filters, order, pages and permissions are held against plain Python on the road that servers take."""
    for query, road in (("{ customers { totalCount } }", "plan"), ("{ customers(first: 0) { totalCount } }", "errors")):
        await asker.ask(query)
        assert roads.TALLY.last == road


CREATE = 'mutation { a: customerCreate(input: {name: "王伟", details: {person: {}}}) { customer { name } userErrors { code } } }'


@pytest.mark.parametrize("failure", [Aside(), RuntimeError("afterwards")])
async def test_a_mutation_whose_plan_fails_afterwards_is_not_done_again(database: Database, monkeypatch: pytest.MonkeyPatch,
                                                                       failure: Exception) -> None:
    async def fail(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(plan, "settle", fail)
    asking, [node] = Asking(database), parse(CREATE).definitions
    assert isinstance(node, OperationDefinitionNode)
    async with database.reader() as reader:
        context = Context(reader, database.writer, Caller("staff:1", EVERYTHING, staff_id=1), dialect=database.dialect)
        assert await roads.answer_by_plan(asking.schema.roads, asking.schema._schema, node, {}, context, {}) is None
        result: Any = await roads.execute_by_strawberry(asking.schema, CREATE, None, context)
    assert (result.errors, result.data) == (None, {"a": {"customer": {"name": "王伟"}, "userErrors": []}})
    assert len(asking.rows(CustomerRow)) == 1


async def test_a_mutation_that_failed_is_not_tried_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    async def fail(*given: Any, **_: Any) -> Any:
        tries.append("tried")
        raise RuntimeError("the disk is full")

    asking, [node] = Asking(database), parse(CREATE).definitions
    assert isinstance(node, OperationDefinitionNode)
    async with database.reader() as reader:
        context = Context(reader, database.writer, Caller("staff:1", EVERYTHING, staff_id=1), dialect=database.dialect)
        monkeypatch.setattr(context, "change", fail)
        assert await roads.answer_by_plan(asking.schema.roads, asking.schema._schema, node, {}, context, {}) is None
        result: Any = await roads.execute_by_strawberry(asking.schema, CREATE, None, context)
    assert [str(error.original_error) for error in result.errors] == ["the disk is full"]
    assert tries == ["tried"]
