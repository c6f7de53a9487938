"""Which operations have a plan: all that the composed schema can be asked, but for those that are listed here with their reasons."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
)
from graphql.execution.values import VariableValues

from schema.compose import Schema
from schema.querying.collect import Collector
from schema.querying.compiler import Compiler, Viewpoint
from schema.querying.declare import Lookup, declared
from schema.querying.dicts import Dicts
from schema.querying.finishing import Aside
from schema.querying.plan import Planner
from tests.demo import application
from tests.schema.querying.asking import EVERYTHING

ROOT = Path(__file__).resolve().parents[3]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
WRITTEN = {path.name: path.read_text() for path in sorted((ROOT / "web" / "graphiql" / "examples").glob("*.graphql"))} | {
    f"{page.relative_to(ROOT)} {i}": text for page in PAGES
    for i, text in enumerate(re.findall(r"```graphql\n(.*?)```", page.read_text(), re.DOTALL))}
# Type.field.field. Customers are counted by groups where the list starts at the root; elsewhere `groups` is refused.
NO_PLAN = ["Community.members.groups", "Component.members.groups", "Cluster.members.groups", "SatisfactionGroup.members.groups"]


@pytest.fixture(scope="module")
def schema() -> Schema:
    return application("sqlite").schema


def planned(schema: Schema, document: DocumentNode) -> bool:
    """Whether the document's operations have plans, for somebody who may do everything."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            collector = Collector(schema._schema, node, fragments, VariableValues({}, {}))
            compiler = Compiler(collector, schema.entities, schema.roads.speech, Viewpoint(EVERYTHING, "zh"), Dicts(), set())
            try:
                Planner(compiler).plan()
                look_up(schema, compiler)
            except Aside:
                return False
    return True


def look_up(schema: Schema, compiler: Compiler) -> None:
    """What root fields look up by ids is compiled when the type is known: here for each that there is."""
    collector = compiler.collector
    root: Any = schema._schema.get_root_type(collector.operation.operation)
    for group in collector.fields(root, [collector.operation]).values():
        definition = root.fields.get(group[0].name.value)
        if definition and isinstance(declared(definition.extensions["strawberry-definition"]), Lookup):
            wanted: Any = get_named_type(definition.type)
            for name in set(schema.entities.by_code.values()):
                type_: Any = schema._schema.type_map[name]
                if type_ is wanted or (is_abstract_type(wanted) and schema._schema.is_sub_type(wanted, type_)):
                    compiler.single(type_, group)


@pytest.mark.parametrize("name", sorted(name for name, text in WRITTEN.items() if not text.startswith("subscription")))
def test_what_the_documentation_and_the_tabs_of_graphiql_ask_has_a_plan(schema: Schema, name: str) -> None:
    document = parse(WRITTEN[name])
    if any(one.operation is OperationType.SUBSCRIPTION for one in document.definitions if isinstance(one, OperationDefinitionNode)):
        assert name == "19-follow-a-run.graphql"
        return
    assert validate(schema._schema, document) == []
    assert planned(schema, document)


Step = tuple[str, Any, str | None]  # a field, its definition, and the type that a fragment narrows its object to


class Walk:
    """Every field of every type that queries and mutations lead to."""

    def __init__(self, schema: Any):
        self.schema, self.declared = schema, list[str]()
        self.ways: dict[str, tuple[str, tuple[Step, ...]]] = {"Query": ("query", ()), "Mutation": ("mutation", ())}

    def edges(self) -> Iterator[tuple[str, str, tuple[Step, ...], GraphQLObjectType]]:
        """Each field that leads to objects: its name, the kind of operation, the way, the type of the objects. Short ways first."""
        waiting = [*self.ways]
        while waiting:
            parent: Any = self.schema.type_map[waiting.pop(0)]
            kind, way = self.ways[parent.name]
            for name, definition in parent.fields.items():
                inner: Any = get_named_type(definition.type)
                for member in () if is_leaf_type(inner) else self.members(inner):
                    there = (*way, (name, definition, None if member is inner else member.name))
                    yield f"{parent.name}.{name}", kind, there, member
                    if member.name not in self.ways:
                        self.ways[member.name] = kind, there
                        waiting.append(member.name)

    def members(self, type_: Any) -> list[GraphQLObjectType]:
        return list(self.schema.get_possible_types(type_)) if is_abstract_type(type_) else [type_]

    def operation(self, kind: str, way: tuple[Step, ...], type_: GraphQLObjectType, names: Iterable[str]) -> DocumentNode:
        """These fields of the objects at the end of the way."""
        self.declared = []
        text = " ".join(self.whole(name, type_.fields[name]) for name in names)
        for name, definition, narrowed in reversed(way):
            text = f"... on {narrowed} {{ {text} }}" if narrowed else text
            text = f"{name}{self.arguments(definition)} {{ {text} }}"
        return parse(f"{kind} Q{given(self.declared)} {{ {text} }}")

    def whole(self, name: str, definition: Any) -> str:
        return f"{name}{self.arguments(definition)}{'' if is_leaf_type(get_named_type(definition.type)) else ' { __typename }'}"

    def arguments(self, definition: Any) -> str:
        """Variables for what must be given."""
        found = []
        for name, one in definition.args.items():
            if is_required_argument(one):
                found.append(f"{name}: $v{len(self.declared)}")
                self.declared.append(f"$v{len(self.declared)}: {one.type}")
        return given(found)


def given(parts: list[str]) -> str:
    return f"({', '.join(parts)})" if parts else ""


def test_every_field_there_is_has_a_plan_wherever_it_is_asked_for(schema: Schema) -> None:
    walk, lacking, fields = Walk(schema._schema), [], 0
    for name, kind, way, type_ in walk.edges():
        fields += len(type_.fields)
        if not planned(schema, walk.operation(kind, way, type_, type_.fields)):
            lacking += [f"{name}.{one}" for one in type_.fields if not planned(schema, walk.operation(kind, way, type_, [one]))]
    assert fields > 1000
    assert lacking == NO_PLAN
