"""Documents that ask for everything that a plugin adds and that can be asked for without knowing it."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull, Undefined, get_named_type, is_leaf_type
from strawberry.utils.str_converters import to_camel_case

from guanxi.testing.checking.subject import Nothing, Subject
from schema.customers.types import Customer

DEPTH = 2


def core_schema(subject: Subject) -> Any:
    return subject.at_work.application.schema._schema  # noqa: SLF001  Strawberry has no other way to it


def own_fields(subject: Subject) -> dict[str, str]:
    """The plugin's fields of customers that need no arguments, each with what is selected below it."""
    contributed = subject.admitted.contribution.fields.get(Customer, {})
    known = core_schema(subject).type_map["Customer"].fields
    names = [one.graphql_name or to_camel_case(name) for name, one in contributed.items()]
    found = {name: f"{name} {below(known[name].type, DEPTH)}".rstrip() for name in names if not needs_arguments(known[name])}
    if not found:
        raise Nothing("It adds no fields to customers that can be asked for without arguments.")
    return found


def needs_arguments(field: Any) -> bool:
    return any(isinstance(one.type, GraphQLNonNull) and one.default_value is Undefined for one in field.args.values())


def below(type_: Any, depth: int) -> str:
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if named.name.endswith("Connection"):
        return "{ totalCount }"
    fields = {name: one for name, one in getattr(named, "fields", {}).items() if not needs_arguments(one)}
    leaves = [name for name, one in fields.items() if is_leaf_type(get_named_type(one.type))]
    nested = [f"{name} {below(one.type, depth - 1)}" for name, one in fields.items() if name not in leaves] if depth > 1 else []
    return f"{{ {' '.join([*leaves[:20], *nested[:5]]) or '__typename'} }}"


def keys(subject: Subject) -> Iterator[tuple[str, str]]:
    """Each order and filter key of customers that the plugin adds, with arguments that use it."""
    types, adds = core_schema(subject).type_map, subject.admitted.contribution
    for one in adds.orders:
        if one.on is Customer:
            input_ = get_named_type(types["CustomerOrder"].fields[one.name].type)
            shown = "DESC" if isinstance(input_, GraphQLEnumType) else "{direction: DESC}"
            yield one.name, f"first: 20, orderBy: [{{{one.name}: {shown}}}]"
    for key in adds.filters:
        input_ = get_named_type(types["CustomerWhere"].fields[key.name].type) if key.on is Customer else None
        if isinstance(input_, GraphQLInputObjectType) and "isNull" in input_.fields:
            yield key.name, f"first: 20, where: {{{key.name}: {{isNull: false}}}}"
