"""A field's arguments: constants worked out once, and closures for what the operation's variables decide."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from schema.querying.coercing import Unusual, finisher

Coerced = Mapping[str, Any]  # the variables' values
Given = Callable[[Coerced], Any]  # one value; Undefined where nothing is given
Slots = Sequence[tuple[str, Given]]  # by the names that resolvers know


class ArgumentReader:
    """One field of an operation. `constant` is what it gets whatever the variables are; None when they matter.

    Raises GraphQLError when constants do not fit, which is so only in a document that was not validated.
    """

    def __init__(self, definition: GraphQLField, node: FieldNode):
        self.definition, self.node = definition, node
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        self.constant = get_argument_values(definition, node) if all(map(fixed, given.values())) else None
        self._slots = None if self.constant is not None else compiled(definition.args, given)

    def values(self, coerced: Coerced) -> dict[str, Any]:
        """What get_argument_values gives. Raises Unusual where that raises an error."""
        if self.constant is not None:
            return self.constant
        if self._slots is None:
            raise Unusual
        try:
            return collect(self._slots, coerced)
        except GraphQLError as error:  # an input object's own check
            raise Unusual from error

    def read(self, variables: VariableValues) -> dict[str, Any]:
        """The same in the words of graphql-core: raises GraphQLError."""
        try:
            return self.values(variables.coerced)
        except Unusual:
            return get_argument_values(self.definition, self.node, variables)


def fixed(node: ValueNode) -> bool:
    """Whether no variable is in it."""
    if isinstance(node, ListValueNode):
        return all(map(fixed, node.values))
    if isinstance(node, ObjectValueNode):
        return all(fixed(field.value) for field in node.fields)
    return not isinstance(node, VariableNode)


def collect(slots: Slots, coerced: Coerced) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for out, give in slots:
        value = give(coerced)
        if value is not Undefined:
            found[out] = value
    return found


# -- compiling --
def compiled(definitions: Mapping[str, Any], given: Mapping[str, ValueNode]) -> Slots | None:
    """None when something in it can never fit."""
    try:
        return slots(definitions, given)
    except (Unusual, GraphQLError, TypeError):  # TypeError: a default of the schema that does not fit its own type
        return None


def slots(definitions: Mapping[str, Any], given: Mapping[str, ValueNode]) -> Slots:
    return [(definition.out_name or name, give) for name, definition in definitions.items()
            if (give := slot(definition, given.get(name))) is not None]


def slot(definition: Any, node: ValueNode | None) -> Given | None:
    """An argument, or a field of an input object; None when it is left out."""
    if isinstance(node, VariableNode):
        return variable(node, definition.type, coerce_default_value(definition))
    if node is not None:
        return literal(node, definition.type)
    default = coerce_default_value(definition)
    if default is Undefined and is_non_null_type(definition.type):
        raise Unusual
    return None if default is Undefined else always(default)


def always(value: Any) -> Given:
    return lambda _: value


def variable(node: VariableNode, type_: Any, absent: Any) -> Given:
    """`absent` stands in for a variable without a value. Validation has made sure that the types agree, but for null."""
    name = node.name.value
    if not is_non_null_type(type_):
        return lambda coerced: coerced.get(name, absent)

    def required(coerced: Coerced) -> Any:
        value = coerced.get(name, absent)
        if value is None or value is Undefined:
            raise Unusual
        return value

    return required


def literal(node: ValueNode, type_: Any) -> Given:
    if fixed(node):
        return always(checked(coerce_input_literal(node, type_)))
    type_ = get_nullable_type(type_)
    if is_list_type(type_):
        return items(node.values if isinstance(node, ListValueNode) else [node], type_.of_type)
    if is_input_object_type(type_):
        return entries(node, type_)
    return lambda coerced: checked(coerce_input_literal(node, type_, VariableValues({}, dict(coerced))))


def checked(value: Any) -> Any:
    if value is Undefined:
        raise Unusual
    return value


def items(nodes: Sequence[ValueNode], type_: Any) -> Given:
    gives = [variable(node, type_, None) if isinstance(node, VariableNode) else literal(node, type_) for node in nodes]
    return lambda coerced: [give(coerced) for give in gives]


def entries(node: ValueNode, type_: Any) -> Given:
    """The fields of an input object."""
    if not isinstance(node, ObjectValueNode):
        raise Unusual
    given = {field.name.value: field.value for field in node.fields}
    if not given.keys() <= type_.fields.keys() or (type_.is_one_of and len(given) != 1):
        raise Unusual
    inner, finish = slots(type_.fields, given), finisher(type_)
    return (lambda coerced: finish(collect(inner, coerced))) if finish else lambda coerced: collect(inner, coerced)
