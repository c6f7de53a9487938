"""Lets graphql-core read the plan's answers instead of calling Strawberry: a resolver for every declared field of a schema."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type, is_union_type

from schema.querying.answering import Raw, Streamed
from schema.querying.attaching import Joined
from schema.querying.declare import Computed, Declaration, Derived, Embedded, Listed, Lookup, Many, Referred, declared
from schema.querying.failing import check_answer, explained
from schema.querying.roads import Roads, read_answer, read_answer_or


def link(schema: GraphQLSchema, roads: Roads, owners: Mapping[str, str]) -> None:
    """`owners`: the plugins that types belong to, by the types' names."""
    types = list(objects(schema))
    for type_ in types:
        page_part = "pageInfo" in type_.fields or "cursor" in type_.fields or type_.name == "PageInfo"
        for field in type_.fields.values():
            link_field(field, roads, root=type_ is schema.query_type, page_part=page_part)
            if type_ is schema.mutation_type and declaration_of(field) is None:
                field.resolve = remembered(field.resolve)
            if not page_part:
                finish(field, roads, owners.get(type_.name))
    shared: dict[str, GraphQLObjectType] = {}
    for type_ in types:
        for name, field in type_.fields.items():
            declaration = declaration_of(field)
            if isinstance(declaration, Embedded | Joined) and declaration.columns is not None:
                inner: Any = get_named_type(field.type)
                check_columns(f"{type_.name}.{name}", inner, declaration.columns)
                shared[inner.name] = inner
    for type_ in shared.values():  # such objects also come from ordinary resolvers
        for field in type_.fields.values():
            field.resolve = read_answer_or(field.resolve)


def finish(field: GraphQLField, roads: Roads, plugin: str | None) -> None:
    """What surrounds a resolver: the type's plugin answers for it, and records that it names are read."""
    if plugin:
        guard(field, plugin)
    if names_records(field, roads):
        field.resolve = roads.following(field.resolve)


def guard(field: GraphQLField, plugin: str) -> None:
    """Names the plugin when a field of an object that it made fails. What is read from rows is guarded while it is read."""
    declaration = declaration_of(field)
    if field.resolve and (declaration is None or isinstance(declaration, Referred)):
        field.resolve = guarded(field.resolve, plugin, field.type)


def names_records(field: GraphQLField, roads: Roads) -> bool:
    """Whether plain Python answers the field, and may give records by their numbers."""
    if not isinstance(declaration_of(field), Computed | Derived | None):
        return False
    type_: Any = get_named_type(field.type)
    members = type_.types if is_union_type(type_) else (type_,)
    return any(roads.entities.is_record(member.name) for member in members)


def objects(schema: GraphQLSchema) -> Iterable[GraphQLObjectType]:
    return (t for t in schema.type_map.values() if isinstance(t, GraphQLObjectType) and not t.name.startswith("__"))


def declaration_of(field: GraphQLField) -> Declaration | None:
    return declared(field.extensions["strawberry-definition"])


def check_columns(place: str, type_: GraphQLObjectType, columns: Iterable[str]) -> None:
    """Raises ValueError when a field of the type would have nothing to show."""
    names = {field.extensions["strawberry-definition"].python_name for field in type_.fields.values()}
    if names != set(columns):
        raise ValueError(f"{place}: the fields of {type_.name} are {', '.join(sorted(names))}, its columns {', '.join(sorted(columns))}")


def link_field(field: GraphQLField, roads: Roads, *, root: bool, page_part: bool) -> None:
    declaration = declaration_of(field)
    match declaration:
        case Raw():
            field.resolve = _raw(roads, field, declaration)
        case Streamed():
            field.subscribe, field.resolve = _subscribed(roads, declaration), _event(roads, declaration)
        case Referred():
            field.resolve = _referred(roads, declaration)
        case Many() | Listed() if root:
            field.resolve = _listed(roads, declaration)
        case Lookup():
            field.resolve = _looked_up(roads, declaration)
        case _ if declaration or page_part:
            field.resolve = read_answer


def _raw(roads: Roads, field: GraphQLField, declaration: Raw) -> Any:
    more = {"entities": roads.entities} if declaration.entities else {}

    async def resolve(_: Any, info: Any, **arguments: Any) -> Any:
        return await declaration.answer(info.context, arguments | more)

    found = remembered(resolve)
    return found if declaration.plugin is None else guarded(found, declaration.plugin, field.type)


def remembered(resolve: Any) -> Any:
    """A root's resolver: what the plan has done already is not done again."""

    def resolved(source: Any, info: Any, **arguments: Any) -> Any:
        performed = info.context.performed
        if info.path.key not in performed:
            return resolve(source, info, **arguments)
        if isinstance(performed[info.path.key], Exception):
            raise performed[info.path.key]
        return performed[info.path.key]

    return resolved


def guarded(resolve: Any, plugin: str, type_: Any) -> Any:
    """A plugin's resolver: its failure, or an answer that is none of the type, names the plugin."""

    def checked(found: Any) -> Any:
        check_answer(type_, found)
        return found

    async def waited(coming: Any, info: Any) -> Any:
        try:
            return checked(await coming)
        except Exception as error:
            raise explained(error, plugin, f"{info.parent_type.name}.{info.field_name}") from error

    def resolved(source: Any, info: Any, **arguments: Any) -> Any:
        try:
            found = resolve(source, info, **arguments)
            return waited(found, info) if inspect.isawaitable(found) else checked(found)
        except Exception as error:
            raise explained(error, plugin, f"{info.parent_type.name}.{info.field_name}") from error

    return resolved


def _subscribed(roads: Roads, declaration: Streamed) -> Any:
    return lambda _, info, **arguments: roads.subscribe(declaration, info, arguments)


def _event(roads: Roads, declaration: Streamed) -> Any:
    return lambda number, info, **_: roads.resolve_event(declaration, number, info)


def _referred(roads: Roads, declaration: Referred) -> Any:
    return lambda source, info, **_: roads.resolve_referred(declaration, source, info)


def _listed(roads: Roads, declaration: Many | Listed) -> Any:
    return lambda _, info, **__: roads.resolve_list(declaration, info)


def _looked_up(roads: Roads, declaration: Lookup) -> Any:
    return lambda _, info, **arguments: roads.resolve_lookup(declaration, info, arguments)
