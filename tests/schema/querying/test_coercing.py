"""Compiled coercion against graphql-core's: for every input type and every field with arguments, equal values or a refusal by both."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    is_input_type,
    is_required_argument,
    parse,
    parse_type,
    type_from_ast,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.manager import Choices, Plugins
from schema.querying.arguments import ArgumentReader
from schema.querying.coercing import READ, Unusual
from schema.querying.variables import DEEPEST, Variables
from server.application import compose_all
from tests.schema.querying.inputs import literals, values, variable_values

WHOLE = compose_all(Plugins(Choices()), "sqlite").schema._schema
WRAPPED = ("{}", "{}!", "[{}]", "[{}!]!", "[[{}!]]")


def corners() -> GraphQLSchema:
    """What the real schema has none of, and a plugin may bring."""
    schema = build_schema("""
        enum Colour { RED GREEN }
        input Point { x: Float!, y: Float = 2.5, label: String! = "p" }
        input Tree { value: Int = 1, left: Tree, right: [Tree!], tags: [[String!]] = [["a"]], origin: Point! = {x: 1}, any: [Choice] }
        input Choice @oneOf { name: String, tree: Tree, many: [Choice!] }
        type Query {
            field(tree: Tree, points: [Point!]! = [{x: 0}], colour: Colour! = RED, choice: Choice, number: Int!, rows: [[Int]],
                  ids: [ID!]): Int
        }
    """)
    point: Any = schema.type_map["Point"]
    point.fields["x"].out_name = "across"
    point.out_type = lambda fields: tuple(fields.items())
    return schema


CORNERS = corners()
TYPES = [(schema, name) for schema in (WHOLE, CORNERS) for name, type_ in schema.type_map.items()
         if is_input_type(type_) and not name.startswith("__")]
FIELDS = [(f"{name}.{field}", definition) for schema in (WHOLE, CORNERS) for name, type_ in schema.type_map.items()
          if not name.startswith("__") and not isinstance(type_, GraphQLInputObjectType)
          for field, definition in getattr(type_, "fields", {}).items() if definition.args]


def definitions(text: str) -> Any:
    operation, = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation.variable_definitions


def call(text: str) -> FieldNode:
    operation, = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    field, = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    return field


def unusual(work: Callable[[], Any]) -> bool:
    try:
        work()
    except Unusual:
        return True
    return False


# -- variables --
def check_variables(schema: GraphQLSchema, text: str, raw: dict[str, Any]) -> None:
    nodes = definitions(text)
    if unusual(lambda: Variables(schema, nodes)):
        assert isinstance(get_variable_values(schema, nodes, {}), list)  # a default that does not fit
        return
    variables, expected = Variables(schema, nodes), get_variable_values(schema, nodes, raw)
    if isinstance(expected, list):
        assert unusual(lambda: variables.read(raw)), expected
    else:
        assert repr(variables.read(raw).coerced) == repr(expected.coerced)  # which tells True from 1, and one order from another


@pytest.mark.parametrize(("schema", "name"), TYPES, ids=[name for _, name in TYPES])
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_variables_of_every_type(schema: GraphQLSchema, name: str, data: st.DataObject) -> None:
    written = data.draw(st.sampled_from(WRAPPED)).format(name)
    type_: Any = type_from_ast(schema, parse_type(written))
    default = " = " + data.draw(literals(type_, holes=0)) if data.draw(st.integers(0, 3)) == 3 else ""
    raw = {} if data.draw(st.integers(0, 9)) == 9 else {"v": data.draw(values(type_)), "unknown": 1}
    check_variables(schema, f"query ($v: {written}{default}, $other: Int = 3) {{ f }}", raw)


@pytest.mark.parametrize(("type_", "value", "coerced"), [
    ("Int", 2.0, 2), ("Float", 3, 3.0), ("ID", 7, "7"), ("ID", "7", "7"), ("String", None, None), ("[Int!]", 5, [5]),
    ("[[Int]]", [1, [2, None]], [[1], [2, None]]), ("Colour!", "RED", "RED"), ("Choice", {"name": "a"}, {"name": "a"}),
    ("Point", {"x": 1}, (("across", 1.0), ("y", 2.5), ("label", "p"))),
    ("Tree", {"left": {"value": None}}, {
        "value": 1, "left": {"value": None, "tags": [["a"]], "origin": (("across", 1.0), ("y", 2.5), ("label", "p"))},
        "tags": [["a"]], "origin": (("across", 1.0), ("y", 2.5), ("label", "p"))}),
])
def test_what_a_variable_becomes(type_: str, value: Any, coerced: Any) -> None:
    read = Variables(CORNERS, definitions(f"query ($v: {type_}) {{ f }}")).read({"v": value})
    assert repr(read.coerced) == repr({"v": coerced})


@pytest.mark.parametrize(("type_", "value"), [
    ("Int", True), ("Int", 1.5), ("Int", 2**31), ("Int", "1"), ("Float", "1"), ("Float", True), ("Float", 10**400), ("String", 1),
    ("ID", 1.5), ("ID", False), ("Boolean", 1), ("Colour", "BLUE"), ("Colour", ["RED"]), ("String!", None), ("[Int!]", [None]),
    ("Point", {}), ("Point", {"x": 1, "z": 2}), ("Point", "x"),
    ("Choice", {}), ("Choice", {"name": None}), ("Choice", {"name": "a", "tree": {}}),
])
def test_what_no_variable_may_be(type_: str, value: Any) -> None:
    nodes = definitions(f"query ($v: {type_}) {{ f }}")
    assert isinstance(get_variable_values(CORNERS, nodes, {"v": value}), list)
    with pytest.raises(Unusual):
        Variables(CORNERS, nodes).read({"v": value})


def test_filters_come_in_the_order_of_their_type() -> None:
    variables = Variables(WHOLE, definitions("query ($v: CustomerWhere) { f }"))
    filters = {"name": {"startsWith": "A"}, "id": {"eq": "c_1"}, "kind": {"eq": "PERSON"}}
    both = [variables.read({"v": {name: filters[name] for name in order}}).coerced for order in (filters, sorted(filters))]
    assert repr(both[0]) == repr(both[1])  # so that they share a statement


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for _ in range(1, depth):
        tree = {"left": tree}
    return tree


def test_input_that_leads_on_and_on_is_left_to_graphql_core() -> None:
    nodes = definitions("query ($v: Tree) { f }")
    variables, expected = Variables(CORNERS, nodes), get_variable_values(CORNERS, nodes, {"v": nested(DEEPEST)})
    assert not isinstance(expected, list)
    assert variables.read({"v": nested(DEEPEST)}).coerced == expected.coerced
    for depth in (DEEPEST + 1, 300):
        with pytest.raises(Unusual):
            variables.read({"v": nested(depth)})


def test_a_type_is_compiled_once_for_all_operations() -> None:
    schema = corners()
    Variables(schema, definitions("query ($v: Tree!) { f }"))
    readers = {name: schema.type_map[name].extensions[READ] for name in ("Tree", "Point", "Choice")}
    Variables(schema, definitions("query ($other: [Choice!]) { g }"))
    assert {name: schema.type_map[name].extensions[READ] for name in readers} == readers


# -- arguments --
def outcome(work: Callable[[], Any]) -> tuple[str, str]:
    """What it gives, or the error that it raises."""
    try:
        return "value", repr(work())
    except GraphQLError as error:
        return "error", error.message


def check_arguments(definition: GraphQLField, text: str, coerced: dict[str, Any]) -> None:
    node, variables = call(text), VariableValues({}, coerced)
    kind, expected = outcome(lambda: get_argument_values(definition, node, variables))
    assert outcome(lambda: ArgumentReader(definition, node).read(variables)) == (kind, expected)
    if kind == "value":
        reader = ArgumentReader(definition, node)
        assert repr(reader.values(coerced)) == expected
        assert (reader.constant is None) == ("$" in text)
    elif "$" in text:
        assert unusual(lambda: ArgumentReader(definition, node).values(coerced)), text


@pytest.mark.parametrize("definition", [definition for _, definition in FIELDS], ids=[name for name, _ in FIELDS])
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_arguments_of_every_field(definition: GraphQLField, data: st.DataObject) -> None:
    chosen = [(name, argument.type) for name, argument in definition.args.items()
              if data.draw(st.integers(0, 9)) < (9 if is_required_argument(argument) else 5)]
    text = ", ".join(f"{name}: {data.draw(literals(type_, holes=25))}" for name, type_ in chosen)
    check_arguments(definition, f"{{ f({text}) }}" if text else "{ f }", data.draw(variable_values))


FIELD: GraphQLField = dict(FIELDS)["Query.field"]


@pytest.mark.parametrize(("text", "coerced"), [
    ("number: $a", {"a": None}), ("number: $a", {}), ("number: 1, colour: $a", {"a": None}), ("number: $a, points: [{x: $b}]", {"a": 1}),
    ("number: 1, points: [$a]", {"a": None}), ("number: 1, choice: {name: $a}", {"a": None}), ("number: 1, choice: {name: $a}", {}),
    ("number: $a, choice: {name: 3}", {"a": 1}), ("number: 1, rows: [[{x: $a}]]", {"a": 1}), ("number: 1, tree: {nope: $a}", {"a": 1}),
])
def test_arguments_that_do_not_fit(text: str, coerced: dict[str, Any]) -> None:
    node = call(f"{{ f({text}) }}")
    with pytest.raises(Unusual):
        ArgumentReader(FIELD, node).values(coerced)
    with pytest.raises(GraphQLError, match="Argument '"):
        ArgumentReader(FIELD, node).read(VariableValues({}, coerced))


def test_variables_without_a_value_leave_the_default_or_nothing() -> None:
    reader = ArgumentReader(FIELD, call("{ f(number: 1, colour: $a, tree: $b, rows: [$c], points: $c) }"))
    origin = (("across", 0.0), ("y", 2.5), ("label", "p"))
    assert repr(reader.values({})) == repr({"points": [origin], "colour": "RED", "number": 1, "rows": [None]})  # Undefined equals None


def test_constant_arguments_are_worked_out_once() -> None:
    reader = ArgumentReader(FIELD, call("{ f(number: 1, tree: {left: {value: 3}}) }"))
    assert reader.values({}) is reader.values({"a": 1}) is reader.constant
