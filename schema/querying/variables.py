"""The variables of an operation, coerced by closures that are compiled once."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
    get_named_type,
    is_input_object_type,
    is_input_type,
    is_non_null_type,
    type_from_ast,
)
from graphql.execution.values import VariableValues
from graphql.utilities.coerce_input_value import coerce_input_literal

from schema.querying.coercing import Field, Read, Unusual, fill, reader

NESTING = (dict, list)
DEEPEST = 50  # objects and lists within each other; graphql-core bears about 200


class Variables:
    """The variables of one operation. Raises Unusual when one has no input type, or a default that does not fit it."""

    def __init__(self, schema: GraphQLSchema, definitions: Iterable[VariableDefinitionNode]):
        try:
            self.fields = [field(schema, definition) for definition in definitions]
        except GraphQLError as error:  # an input object's own check of a default
            raise Unusual from error

    def read(self, raw: Mapping[str, Any]) -> VariableValues:
        """What get_variable_values gives, without the sources: they matter only to lists and objects that are written where a
        built-in scalar belongs, and those are refused whatever they hold.

        Raises Unusual where that tells of errors, and for input that is nested deeper than anybody needs.
        """
        coerced: dict[str, Any] = {}
        try:
            fill(coerced, self.fields, raw)
        except Unusual:
            raise
        except Exception as error:  # scalars raise what they like
            raise Unusual from error
        return VariableValues({}, coerced)


def field(schema: GraphQLSchema, definition: VariableDefinitionNode) -> Field:
    name, type_ = definition.variable.name.value, type_from_ast(schema, definition.type)
    if not is_input_type(type_):
        raise Unusual
    default = coerce_input_literal(definition.default_value, type_) if definition.default_value else Undefined
    if definition.default_value and default is Undefined:
        raise Unusual
    read = reader(type_)
    return name, name, shallow(read) if is_input_object_type(get_named_type(type_)) else read, not is_non_null_type(type_), default


def shallow(read: Read) -> Read:
    """Input objects may hold themselves: what a request sends could lead as deep as it likes."""

    def checked(value: Any) -> Any:
        level: list[Any] = [[value]]
        for _ in range(DEEPEST + 1):
            level = [one for outer in level for one in (outer.values() if outer.__class__ is dict else outer) if one.__class__ in NESTING]
            if not level:
                return read(value)
        raise Unusual

    return checked
