"""One schema out of the core's types and contributions to them."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, GraphQLObjectType
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField

from schema.contributions import SameCode, check_fields, claim
from schema.directives import Plugin
from schema.extending.owners import owners
from schema.querying.databases import speech_of
from schema.querying.declare import Column, Declaration, Many, Variant, argument, declared
from schema.querying.entities import Entities, Entity, Filter, Order, column_filters, column_orders, node_of, unwrap
from schema.querying.inputs import SortDirection, filter_input
from schema.querying.linking import link
from schema.querying.roads import Roads
from schema.querying.selecting import Selection, select_ids, swapped
from schema.scalars import SCALARS

PAGING = (
    ("first", int, "How many rows to read from the beginning, or after the cursor: 1 to 1,000, 25 when left out."),
    ("after", str, "The cursor of the row before the first one wanted."),
    ("last", int, "How many rows to read from the end, or before the cursor: 1 to 1,000."),
    ("before", str, "The cursor of the row after the last one wanted."),
)


def optional(type_: Any) -> Any:
    return type_ | None


@dataclass(frozen=True)
class Parts:
    """What a schema is composed of."""

    query: type
    mutation: type | None = None
    subscription: type | None = None
    types: Sequence[type] = ()
    runs: Mapping[type, str] = field(default_factory=dict)  # types of analysis runs that plugins bring, and whose they are
    versions: Mapping[str, str] = field(default_factory=dict)  # of plugins that contribute
    filters: Sequence[Filter] = ()
    orders: Sequence[Order] = ()
    variants: Mapping[Any, Variant] | None = None
    fields: Mapping[type, Mapping[str, StrawberryField]] | None = None  # contributed: by type, by Python name


class Schema(strawberry.Schema):
    """Strawberry's schema with generated inputs, contributed fields, and resolvers that read the plan's answers.

    Everything that is made for it hangs on it: two schemas with other contributions live in one process.
    """

    def __init__(self, parts: Parts, dialect: str):
        self.parts, self.dialect = parts, dialect
        self.enum_filters: dict[type, type] = {}
        self.inputs: dict[type, tuple[type | None, type | None]] = {}
        self.input_fields: dict[type, list[StrawberryField]] = {}
        self.keys: dict[type, tuple[dict[str, Filter], dict[str, Order]]] = {}
        self.config = StrawberryConfig(scalar_map=SCALARS, sort_schema=False)
        self._check_contributions()
        super().__init__(parts.query, parts.mutation, parts.subscription, types=[*parts.types, *parts.runs], config=self.config)
        self._check_reached()
        self._tell_one_of()
        self.owners = owners(self._schema, {run.__name__: plugin for run, plugin in parts.runs.items()})
        self.entities = self._entities()
        self.roads = Roads(self.entities, speech_of(dialect))
        link(self._schema, self.roads, self.owners)

    # -- checking: what fails while Strawberry builds is wrapped in errors about something else --
    def _check_contributions(self) -> None:
        for type_, fields in (self.parts.fields or {}).items():
            check_fields(get_object_definition(type_, strict=True), fields, self.config.name_converter.get_graphql_name)
        for type_ in self._with_keys():
            self._keys(type_)

    def _check_reached(self) -> None:
        """A contribution to a type that the schema does not have would be lost without a word."""
        lost = [type_ for type_ in self.parts.fields or {} if not self._has(type_)]
        lost += [type_ for type_ in self._with_keys() if type_ not in self.inputs]
        if lost:
            raise ValueError(f"Nothing in the schema leads to {lost[0].__name__}, which has contributions")

    def _tell_one_of(self) -> None:
        """Strawberry keeps to itself which inputs take one field of several. Introspection needs to know, and graphql-core's own check,
        whose refusal names the variable."""
        for type_ in self._schema.type_map.values():
            if isinstance(type_, GraphQLInputObjectType) and (definition := type_.extensions.get("strawberry-definition")):
                type_.is_one_of = definition.is_one_of

    def _has(self, type_: type) -> bool:
        found = self._schema.type_map.get(type_.__name__)
        return bool(found and found.extensions["strawberry-definition"].origin is type_)

    @property
    def type_names(self) -> list[str]:
        return list(self._schema.type_map)

    def _with_keys(self) -> list[type]:
        return [*[one.on for one in self.parts.filters], *[one.on for one in self.parts.orders]]

    # -- composing, called by Strawberry while it builds --
    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        if type_definition.origin in self.input_fields:
            return self.input_fields[type_definition.origin]
        fields = self._copies(type_definition)
        for one in fields:
            declaration = declared(one)
            if isinstance(declaration, Many):
                one.arguments = self._connection_arguments(one, declaration)
            elif isinstance(declaration, Selection):
                swapped(one, self._inputs(declaration.of())[0])
        return fields

    def _copies(self, definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Copies, because Strawberry writes into fields while it builds: without them a second schema in the process fails."""
        fields = [copy.copy(one) for one in definition.fields]
        for name, contributed in (self.parts.fields or {}).get(definition.origin, {}).items():
            one = copy.copy(contributed)
            one.python_name = one.name = name
            fields.append(one)
        return fields

    def _connection_arguments(self, one: StrawberryField, many: Many) -> list[Any]:
        node = node_of(one)
        where, order = self._inputs(node)
        orders: Any = list[order] if order else None  # type: ignore[valid-type]  # made at run time
        found = [argument("where", optional(where), "Only rows for which all of this holds.")] if where else []
        if order:
            found.append(argument("order_by", optional(orders), "What to sort by, the first key first; the id always comes last."))
        found += [argument(name, optional(narrowing.type) if narrowing.default is None else narrowing.type, narrowing.description,
                           narrowing.default) for name, narrowing in many.narrowings.items()]
        return found + [argument(name, optional(type_), text) for name, type_, text in PAGING]

    def _inputs(self, node: type) -> tuple[type | None, type | None]:
        """The generated `Where` and `Order` of a type: empty classes whose fields get_fields supplies."""
        if node not in self.inputs:
            filters, orders = self._keys(node)
            name = node.__name__
            where = strawberry.input(type(f"{name}Where", (), {}),
                                     description=f"Which rows of {name}. Every key that is given must hold.") if filters else None
            order = strawberry.input(type(f"{name}Order", (), {}), one_of=True,
                                     description=f"One key to sort {name} by.") if orders else None
            self.inputs[node] = where, order
            if where:
                self.input_fields[where] = [*_logic(where), *[self._input_field(n, f.input, f) for n, f in filters.items()]]
            if order:
                self.input_fields[order] = [self._input_field(n, o.input or SortDirection, o) for n, o in orders.items()]
        return self.inputs[node]

    def _input_field(self, name: str, type_: Any, key: Filter | Order) -> StrawberryField:
        since = [Plugin(name=key.plugin, since=self.parts.versions[key.plugin])] if key.plugin else []
        return _input_field(name, type_, key.description, since)

    def _keys(self, node: type) -> tuple[dict[str, Filter], dict[str, Order]]:
        if node not in self.keys:
            definition = get_object_definition(node, strict=True)
            fields = {self.config.name_converter.get_graphql_name(one): one for one in self._copies(definition)}
            filters = {name: _typed(f, self._filter_input(fields[name]))
                       for name, f in column_filters(node, fields).items()}
            orders = column_orders(node, fields)
            for f in self.parts.filters:
                if f.on is node:
                    claim(filters, f)
            for o in self.parts.orders:
                if o.on is node:
                    claim(orders, o)
            self.keys[node] = filters, orders
        return self.keys[node]

    def _filter_input(self, one: StrawberryField) -> Any:
        column = declared(one)
        type_ = unwrap(one.type)
        return type_ if isinstance(column, Column) and column.filter == "value" else filter_input(type_, self.enum_filters)

    def select_ids(self, type_: type, where: Mapping[str, Any], permissions: frozenset[str],
                   reporting_currency: str) -> tuple[str, list[Any]]:
        """A statement that gives the numbers of the rows of a declared type that match a filter, as querying/selecting.py says."""
        return select_ids(self.entities.by_name[type_.__name__], where, permissions, reporting_currency, self.dialect)

    # -- linking, after Strawberry has built --
    def _declared(self, type_: str, one: StrawberryField) -> Declaration | None:
        """What a field is; on a plugin's own type it is the plugin's, unless it is inherited from the core."""
        declaration, origin = declared(one), get_object_definition(one.origin) if isinstance(one.origin, type) else None
        plugin = self.owners.get(type_)
        if declaration is None or plugin is None or (origin and origin.name not in self.owners):
            return declaration
        return replace(declaration, plugin=plugin)

    def _entities(self) -> Entities:
        found: dict[str, Entity] = {}
        for name, type_ in self._schema.type_map.items():
            definition: Any = type_.extensions.get("strawberry-definition") if isinstance(type_, GraphQLObjectType) else None
            if not isinstance(type_, GraphQLObjectType) or definition is None:
                continue
            declarations = {n: self._declared(name, f.extensions["strawberry-definition"]) for n, f in type_.fields.items()}
            tables = [d.table for d in declarations.values() if isinstance(d, Column) and not d.via]
            if not tables:
                continue
            key = next((d for d in declarations.values() if isinstance(d, Column) and d.code), None)
            filters, orders = self._keys_of(definition)
            found[name] = Entity(name, definition.origin, tables[0], declarations, filters, orders,
                                 key.code if key else None, key.guards if key else ())
        variants = interfaces(self.parts.variants or {}, found)
        widest = sorted(variants.items(), key=lambda item: len(item[1].members))
        shared = {t.__name__: name for name, variant in widest for t in variant.members}
        return Entities(found, variants, codes((e.code, shared.get(e.name, e.name)) for e in found.values() if e.code))

    def _keys_of(self, definition: StrawberryObjectDefinition) -> tuple[dict[str, Filter], dict[str, Order]]:
        """Those of the type, and those of the interfaces whose lists hold it."""
        origins = [definition.origin, *[one.origin for one in definition.interfaces]]
        found = [self.keys[origin] for origin in origins if origin in self.keys]
        return ({name: f for filters, _ in found for name, f in filters.items()},
                {name: o for _, orders in found for name, o in orders.items()})


def codes(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Type code -> name. Raises `SameCode` when two types have it: their ids could not be told apart."""
    found: dict[str, str] = {}
    for code, name in pairs:
        if found.setdefault(code, name) != name:
            raise SameCode(code, found[code], name)
    return found


def interfaces(given: Mapping[Any, Variant], entities: Mapping[str, Entity]) -> dict[str, Variant]:
    """By name. Each knows which values of its table belong to other interfaces only: their rows are not its own."""
    found = {}
    for cls, one in given.items():
        table = entities[one.members[0].__name__].table
        known = {value for other in given.values() if entities[other.members[0].__name__].table is table for value in other.types}
        found[cls.__name__] = replace(one, others=frozenset(known - set(one.types)))
    return found


def _typed(f: Filter, input_: Any) -> Filter:
    return replace(f, input=input_)


def _input_field(name: str, type_: Any, description: str, directives: Sequence[object] = ()) -> StrawberryField:
    return StrawberryField(python_name=f"{name}_", graphql_name=name, type_annotation=StrawberryAnnotation(optional(type_)),
                           default=strawberry.UNSET, description=description, directives=directives)


def _logic(where: type) -> Iterable[StrawberryField]:
    return (_input_field("and", list[where], "All of these hold."),  # type: ignore[valid-type]  # made at run time
            _input_field("or", list[where], "At least one of these holds."),  # type: ignore[valid-type]
            _input_field("not", where, "This does not hold; a row without the value counts as not holding."))
