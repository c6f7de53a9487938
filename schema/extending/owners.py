"""Whose each type of a schema is: the core's, or the plugin's through whose fields and runs alone one comes to it."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType, get_named_type

from schema.querying.linking import declaration_of


def owners(schema: GraphQLSchema, runs: Mapping[str, str]) -> dict[str, str]:
    """Type name -> plugin, for types that are not the core's. `runs`: the names of run types, and whose they are."""
    found: dict[str, str | None] = {}
    core: list[tuple[Any, str | None]] = [(one, None) for one in (schema.query_type, schema.mutation_type, schema.subscription_type) if one]
    added: list[tuple[Any, str | None]] = [(schema.type_map[name], plugin) for name, plugin in runs.items()]
    for waiting in (core, added):  # both grow while they are walked: what the core leads to is the core's
        for type_, whose in waiting:
            if type_.name in found:
                continue
            found[type_.name] = whose
            for next_, plugin in led_to(type_):
                (added if plugin else waiting).append((next_, plugin or whose))
    return {name: plugin for name, plugin in found.items() if plugin}


def led_to(type_: Any) -> Iterator[tuple[Any, str | None]]:
    """The types that a type's fields have, with the plugin that contributes the field."""
    if isinstance(type_, GraphQLUnionType):
        yield from ((part, None) for part in type_.types)
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for field in type_.fields.values():
            declaration = declaration_of(field)
            yield get_named_type(field.type), declaration.plugin if declaration else None
