"""What a value of a request becomes by the specification's rules: a closure for each input type, compiled once.

It gives exactly what graphql-core gives. Whatever that refuses is `Unusual` here, without a word of what is wrong.
"""

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLString,
    Undefined,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)
from graphql.pyutils import is_iterable
from graphql.type import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT
from graphql.utilities.coerce_input_value import coerce_default_value

Read = Callable[[Any], Any]  # a value as it was sent, never null -> what resolvers are given
Field = tuple[str, str, Read, bool, Any]  # name, name for resolvers, reader, may it be null, default
READ = "guanxi.read"  # where an input object type keeps its reader, among its extensions


class Unusual(Exception):
    """Input that does not fit, or is not worth compiling: graphql-core is to be asked, which has the words for what is wrong."""


def reader(type_: Any) -> Read:
    """For values that are not null, whether the type allows null or not. Raises Unusual, or whatever a scalar raises."""
    type_ = get_nullable_type(type_)
    if is_list_type(type_):
        return list_of(reader(type_.of_type), nullable=not is_non_null_type(type_.of_type))
    if is_input_object_type(type_):
        return type_.extensions.get(READ) or object_of(type_)
    if is_enum_type(type_):
        return members_of(type_)
    return BUILT_IN.get(type_.name) or type_.coerce_input_value


# -- scalars and enums: what is usual is looked at here, all else goes to graphql-core --
def read_int(value: Any) -> Any:
    if value.__class__ is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT:
        return value
    return GraphQLInt.coerce_input_value(value)


def read_float(value: Any) -> Any:
    if value.__class__ is float and isfinite(value):
        return value
    return GraphQLFloat.coerce_input_value(value)


def read_string(value: Any) -> Any:
    return value if value.__class__ is str else GraphQLString.coerce_input_value(value)


def read_id(value: Any) -> Any:
    return value if value.__class__ is str else GraphQLID.coerce_input_value(value)


BUILT_IN: Mapping[str, Read] = {"Int": read_int, "Float": read_float, "String": read_string, "ID": read_id,
                                "Boolean": GraphQLBoolean.coerce_input_value}


def members_of(type_: Any) -> Read:
    members = {name: type_.coerce_input_value(name) for name in type_.values}
    return members.__getitem__


# -- lists and objects --
def list_of(read: Read, *, nullable: bool) -> Read:
    def read_list(value: Any) -> list[Any]:
        if not isinstance(value, list):
            value = list(value) if is_iterable(value) else [value]
        if not nullable and None in value:
            raise Unusual
        return [None if one is None else read(one) for one in value]

    return read_list


def object_of(type_: GraphQLInputObjectType) -> Read:
    """Kept before its fields are compiled, for they may lead back to it; until they all are, it takes everything for unusual."""
    fields: dict[str, Field] = {}
    finish = finisher(type_)
    defaults = {name: coerce_default_value(field) for name, field in type_.fields.items()}
    optional = all(not is_non_null_type(field.type) and defaults[name] is Undefined for name, field in type_.fields.items())
    type_.extensions[READ] = read = options_of(list(type_.fields), fields, finish) if optional else whole_of(fields, finish)
    fields.update({name: (name, field.out_name or name, reader(field.type), not is_non_null_type(field.type), defaults[name])
                   for name, field in type_.fields.items()})
    return read


def options_of(names: Iterable[str], fields: Mapping[str, Field], finish: Read | None) -> Read:
    """An object of which a request gives a few fields out of many: only those are looked at, in the type's order."""
    places = {name: place for place, name in enumerate(names)}

    def read_options(value: Any) -> Any:
        if not isinstance(value, dict):
            raise Unusual
        coerced: dict[str, Any] = {}
        for name in value if len(value) == 1 else sorted(value, key=places.__getitem__):  # KeyError: it has no such field
            _, out, read, _, _ = fields[name]
            given = value[name]
            coerced[out] = None if given is None else read(given)
        return finish(coerced) if finish else coerced

    return read_options


def whole_of(fields: Mapping[str, Field], finish: Read | None) -> Read:
    def read_whole(value: Any) -> Any:
        coerced: dict[str, Any] = {}
        if not isinstance(value, dict) or not fields or fill(coerced, fields.values(), value) != len(value):  # or it has no such field
            raise Unusual
        return finish(coerced) if finish else coerced

    return read_whole


def fill(coerced: dict[str, Any], fields: Iterable[Field], given: Mapping[str, Any]) -> int:
    """How many of the fields were given."""
    found = 0
    for name, out, read, nullable, default in fields:
        value = given.get(name, Undefined)
        if value is Undefined:
            if default is not Undefined:
                coerced[out] = default
            elif not nullable:
                raise Unusual
            continue
        found += 1
        if value is not None:
            coerced[out] = read(value)
        elif nullable:
            coerced[out] = None
        else:
            raise Unusual
    return found


def finisher(type_: GraphQLInputObjectType) -> Read | None:
    """What happens to an object when its fields are there, if anything does."""
    make = type_.out_type
    if not type_.is_one_of:
        return None if make is GraphQLInputObjectType.out_type else make

    def only(coerced: dict[str, Any]) -> Any:
        if len(coerced) != 1 or None in coerced.values():
            raise Unusual
        return make(coerced)

    return only
