"""A pytest plugin: every query of the tests takes both roads, and the plan's answer must be graphql-core's, byte for byte.

An application in this process asks its plan first anyway; here a schema that is asked directly does so too. What the plan has
answered is then asked of graphql-core in the same transaction. Mutations are performed once.
"""

import re
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from inspect import isawaitable
from typing import Any
from unittest import mock

import graphql
import orjson
import pytest
from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, OperationType, parse, validate
from strawberry.types import ExecutionResult

from schema.compose import Schema
from schema.context import Context
from schema.querying import roads
from schema.querying.roads import Roads
from server.graphql.context import RequestContext
from server.graphql.documents import RULES

ASIDE = ("errors", "introspection", "unplanned")  # graphql-core's answer had errors; was about the schema; neither
SIGNATURE = re.compile(rb'(/files/[^"?]*)\?[^"]*')  # an address of a file holds the minute until which it is good


@dataclass
class Tally:
    """What the tests asked so far. `last` is the road of the last operation, `unplanned` those that no plan answers and might."""

    counts: Counter[str] = field(default_factory=Counter)
    unplanned: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    last: str = ""
    alone: int = 0  # > 0: nothing is asked twice

    def planned(self, node: OperationDefinitionNode) -> None:
        self.last = "plan"
        self.counts[f"{node.operation.value} by plan"] += 1

    def stood_aside(self, node: OperationDefinitionNode, errors: bool) -> None:
        fields = [one.name.value for one in node.selection_set.selections if isinstance(one, FieldNode)]
        self.last = "errors" if errors else "introspection" if any(name.startswith("__") for name in fields) else "unplanned"
        self.counts[f"{node.operation.value} {self.last}"] += 1
        if self.last == "unplanned":
            self.unplanned.append(graphql.print_ast(node)[:500])

    def compare(self, node: OperationDefinitionNode, given: Any, planned: Any, executed: Any) -> None:
        """`executed`: graphql-core's result, of whatever kind."""
        self.counts["compared"] += 1
        if not same(planned, executed):
            self.differences.append(f"{graphql.print_ast(node)}\n{given}\nby the plan: {planned}\nby graphql-core: {executed.data}\n"
                                    f"{executed.errors or ''}")


TALLY = Tally()
answer_by_plan, execute_by_strawberry = Roads.answer, Schema.execute


def sent(data: Any) -> bytes:
    return SIGNATURE.sub(rb"\1", orjson.dumps(data))


def same(planned: Any, executed: Any) -> bool:
    return not executed.errors and sent(planned) == sent(executed.data)


class Held:
    """A reader whose transaction stays open, so that both roads see the same moment."""

    def __init__(self, reader: Any):
        self.reader = reader

    async def fetch(self, sql: str, parameters: Any) -> Any:
        return await self.reader.fetch(sql, parameters)

    async def renew(self) -> None:
        await self.reader.renew()

    def single(self) -> None:
        """The statement will have others after it."""


@contextmanager
def one_road() -> Iterator[None]:
    """Nothing is asked twice meanwhile: for what counts statements, say."""
    TALLY.alone += 1
    try:
        yield
    finally:
        TALLY.alone -= 1


def again(context: Context, performed: dict[str, Any], reader: Any = None) -> Any:
    """The context of the same request on the other road."""
    return replace(context, reader=reader or context.reader, loaders={}, pending=[], variables=None, performed=performed)


async def answer(self: Roads, schema: Any, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode],
                 context: Context, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """`Roads.answer`, as an application calls it."""
    data = await answer_by_plan(self, schema, node, fragments, context, given)
    if data is None:
        return None
    TALLY.planned(node)
    if node.operation is OperationType.QUERY and not TALLY.alone:
        executed = await by_core(schema, node, fragments, again(context, context.performed), given)
        if not same(data, executed):  # a statement that was sent alone has a moment of its own, after which others may have written
            held = again(context, context.performed, Held(context.reader))
            await held.reader.renew()
            TALLY.counts["asked again"] += 1
            data = await answer_by_plan(self, schema, node, fragments, held, given)
            executed = await by_core(schema, node, fragments, held, given)
        TALLY.compare(node, given, data, executed)
    return data


async def by_core(schema: Any, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode], context: Context,
                  given: Mapping[str, Any]) -> Any:
    document = DocumentNode(definitions=(node, *fragments.values()))
    found = graphql.execute(schema, document, context_value=context, variable_values=dict(given))
    return await found if isawaitable(found) else found


async def execute(self: Schema, query: str, variable_values: dict[str, Any] | None = None, context_value: Any = None,
                  **more: Any) -> Any:
    """`Schema.execute`, as tests call it; and applications, whose plan has stood aside."""
    node, fragments = asked(self, query, more.get("operation_name"))
    if node is None or not isinstance(context_value, Context) or (TALLY.alone and not isinstance(context_value, RequestContext)):
        return await execute_by_strawberry(self, query, variable_values, context_value, **more)
    if isinstance(context_value, RequestContext):
        result = await execute_by_strawberry(self, query, variable_values, context_value, **more)
        TALLY.stood_aside(node, bool(result.errors))
        return result
    performed: dict[str, Any] = {}
    planning, executing = again(context_value, performed, Held(unheard(context_value.reader))), again(context_value, performed)
    data = await answer_by_plan(self.roads, self._schema, node, fragments, planning, variable_values or {})
    if data is not None and node.operation is OperationType.MUTATION and len(node.selection_set.selections) > 1:
        TALLY.planned(node)  # each of them shows its own moment, which does not come again
        return ExecutionResult(data, None)
    result = await execute_by_strawberry(self, query, variable_values, executing, **more)
    if data is None:
        TALLY.stood_aside(node, bool(result.errors))
    else:
        TALLY.planned(node)
        TALLY.compare(node, variable_values, data, result)
    return result


def unheard(reader: Any) -> Any:
    """The reader behind those with which tests listen: what is asked twice is heard once."""
    while hasattr(reader, "reader"):
        reader = reader.reader
    return reader


def asked(schema: Schema, text: str, name: str | None) -> tuple[OperationDefinitionNode | None, dict[str, FragmentDefinitionNode]]:
    """The query or mutation, if it is a valid one, and its fragments."""
    try:
        document = parse(text)
    except GraphQLError:
        return None, {}
    nodes = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)
             and name in (None, one.name and one.name.value)]
    if len(nodes) != 1 or nodes[0].operation is OperationType.SUBSCRIPTION or validate(schema._schema, document, RULES):
        return None, {}
    return nodes[0], {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}


# -- pytest's hooks --
PATCHES = (mock.patch.object(Roads, "answer", answer), mock.patch.object(Schema, "execute", execute),
           mock.patch.object(roads, "AVOIDED", 0.0))  # each operation of a test gets its plan


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "one_road: its queries are asked once only")
    for patch in PATCHES:
        patch.start()


def pytest_unconfigure() -> None:
    for patch in PATCHES:
        patch.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fails the test whose queries, or whose fixtures' queries, were answered differently."""
    marked = item.get_closest_marker("one_road") is not None
    TALLY.alone += marked
    try:
        result = yield
    finally:
        TALLY.alone -= marked
        differences, TALLY.differences = TALLY.differences, []
    if differences:
        pytest.fail("The plan and graphql-core answer differently:\n\n" + "\n\n".join(differences), pytrace=False)
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["roads"] = dict(TALLY.counts), TALLY.unplanned


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Sums up what the processes that share the tests have counted."""
    counts, unplanned = node.workeroutput.get("roads", ({}, [])) if hasattr(node, "workeroutput") else ({}, [])
    TALLY.counts.update(counts)
    TALLY.unplanned += unplanned


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for kind, plural in (("query", "queries"), ("mutation", "mutations")):
        planned, aside = TALLY.counts[f"{kind} by plan"], {why: TALLY.counts[f"{kind} {why}"] for why in ASIDE}
        whole = planned + sum(aside.values())
        share = f"{100 * planned / (whole - aside['errors'] or 1):.1f}"
        terminalreporter.write_line(f"{whole:,} {plural} asked: {planned:,} by plan ({share} % of those without errors); aside: "
                                    + ", ".join(f"{count:,} {why}" for why, count in aside.items()))
    terminalreporter.write_line(f"{TALLY.counts['compared']:,} of them by both roads, compared byte for byte; "
                                f"{TALLY.counts['asked again']:,} once more, because others wrote in between")
    if made := {name: count for name, count in TALLY.counts.items() if name.startswith("made up")}:
        terminalreporter.write_line(", ".join(f"{count:,} {name}" for name, count in made.items()))
    for text in dict.fromkeys(TALLY.unplanned):
        terminalreporter.write_line(f"  no plan: {' '.join(text.split())}")
