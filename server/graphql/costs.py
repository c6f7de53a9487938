"""What a query costs, in points, before it is executed: the weights of its fields times the sizes of its pages.

The weights come from `@cost(weight, multipliers)` on the schema's fields. Without it a field that leads to an object costs 1 and a
scalar nothing. A cost is kept as a sum whose parts may be multiplied by variables, so that it is worked out once for a
document and only filled in for a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_object_type,
)

PAGE = 25  # what a page holds when neither the query nor the schema says how much
LARGEST = 10**9  # a longer number is no page size; Python refuses to read the longest
# The whole schema takes a tenth of a second to answer, so no operation may ask for it three times.
INTROSPECTION = {"__schema": 5_000, "__type": 100, "__typename": 0}


class Variable(NamedTuple):
    """A page size that a variable gives, and what holds without it."""

    name: str
    otherwise: int


Size = int | Variable
Sizes = tuple[Size, ...]  # the largest of them counts


@dataclass
class Cost:
    """`constant` + the sum of size x cost over `terms`."""

    constant: int = 0
    terms: list[tuple[Sizes, "Cost"]] = field(default_factory=list)

    def add(self, sizes: Sizes, cost: "Cost") -> None:
        if cost.terms or any(isinstance(size, Variable) for size in sizes):
            self.terms.append((sizes, cost))
        else:
            self.constant += largest(sizes, {}) * cost.constant

    def total(self, variables: Mapping[str, Any], known: dict[int, int] | None = None) -> int:
        # A fragment's cost is shared by all its spreads: each is worked out once.
        known = {} if known is None else known
        if id(self) not in known:
            known[id(self)] = self.constant + sum(largest(sizes, variables) * cost.total(variables, known) for sizes, cost in self.terms)
        return known[id(self)]


def largest(sizes: Sizes, variables: Mapping[str, Any]) -> int:
    return max(size if isinstance(size, int) else extent(variables.get(size.name), size.otherwise) for size in sizes)


def extent(value: Any, otherwise: int) -> int:
    """How many a value asks for: a number itself, a list its length. What is neither fails later, when variables are coerced."""
    if isinstance(value, list):
        return max(1, len(value))
    return max(1, value) if isinstance(value, int) else otherwise


class FieldCost(NamedTuple):
    weight: int
    multipliers: dict[str, Any]  # argument -> its default in the schema
    target: str | None  # the type that the field leads to

    def sizes(self, node: FieldNode, defaults: Mapping[str, ValueNode]) -> Sizes:
        """The pages that the arguments may ask for; `defaults` are those of the operation's variables."""
        if not self.multipliers:
            return (1,)
        given = [argument.value for argument in node.arguments or () if argument.name.value in self.multipliers]
        fallback = max((value for value in self.multipliers.values() if isinstance(value, int)), default=PAGE)
        return tuple(stated(value, fallback, defaults) for value in given) or (fallback,)


def stated(value: ValueNode, fallback: int, defaults: Mapping[str, ValueNode]) -> Size:
    if isinstance(value, VariableNode):
        default = defaults.get(value.name.value)
        return Variable(value.name.value, fallback if default is None else literal(default, fallback))
    return literal(value, fallback)


def literal(value: ValueNode, fallback: int) -> int:
    if isinstance(value, ListValueNode):
        return max(1, len(value.values))
    if isinstance(value, IntValueNode):
        return max(1, int(value.value)) if len(value.value) < 10 else LARGEST
    return fallback


UNKNOWN = FieldCost(1, {}, None)  # a field that the schema does not have: validation will say so


class Prices:
    """The costs of a schema's fields, by type and field."""

    def __init__(self, schema: GraphQLSchema):
        self._fields = {name: {key: price(field) for key, field in kind.fields.items()} for name, kind in schema.type_map.items()
                        if is_object_type(kind) or is_interface_type(kind)}

    def of(self, parent: str | None, name: str) -> FieldCost:
        if name in INTROSPECTION:
            return FieldCost(INTROSPECTION[name], {}, None)
        return self._fields.get(parent or "", {}).get(name, UNKNOWN)


def price(of: GraphQLField) -> FieldCost:
    target = get_named_type(of.type)
    marked = next((mark for mark in directives_of(of) if hasattr(mark, "weight") and hasattr(mark, "multipliers")), None)
    if marked is None:
        return FieldCost(int(is_composite_type(target)), {}, target.name)
    defaults = {name: of.args[name].default_value for name in marked.multipliers if name in of.args}
    return FieldCost(marked.weight, defaults, target.name)


def directives_of(of: GraphQLField) -> list[Any]:
    declared = of.extensions.get("strawberry-definition")
    return list(declared.directives) if declared is not None else []
