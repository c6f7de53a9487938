"""One schema out of the core's types and contributions to them."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLObjectType, get_named_type
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField

from schema.contributions import check_fields, claim
from schema.querying.databases import speech_of
from schema.querying.declare import Column, Embedded, Listed, Lookup, Many, Referred, Variant, argument, declared
from schema.querying.entities import Entities, Entity, Filter, Order, column_filters, column_orders, node_of, unwrap
from schema.querying.inputs import SortDirection, filter_input
from schema.querying.roads import Roads, read_answer, read_answer_or_attribute
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
    types: Sequence[type] = ()
    filters: Sequence[Filter] = ()
    orders: Sequence[Order] = ()
    variants: Mapping[Any, Variant] | None = None
    fields: Mapping[type, Mapping[str, StrawberryField]] | None = None  # contributed: by type, by Python name


class Schema(strawberry.Schema):
    """Strawberry's schema with generated inputs, contributed fields, and resolvers that read the plan's answers.

    Everything that is made for it hangs on it: two schemas with other contributions live in one process.
    """

    def __init__(self, parts: Parts, dialect: str):
        self.parts = parts
        self.enum_filters: dict[type, type] = {}
        self.inputs: dict[type, tuple[type | None, type | None]] = {}
        self.input_fields: dict[type, list[StrawberryField]] = {}
        self.keys: dict[type, tuple[dict[str, Filter], dict[str, Order]]] = {}
        self.config = StrawberryConfig(scalar_map=SCALARS, sort_schema=False)
        self._check_contributions()
        super().__init__(parts.query, parts.mutation, types=list(parts.types), config=self.config)
        self._check_reached()
        self.entities = self._entities()
        self.roads = Roads(self.entities, speech_of(dialect))
        for type_ in self._schema.type_map.values():
            if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
                self._link(type_)

    # -- checking: what fails while Strawberry builds is wrapped in errors about something else --
    def _check_contributions(self) -> None:
        for type_, fields in (self.parts.fields or {}).items():
            check_fields(get_object_definition(type_, strict=True), fields, self.config.name_converter.get_graphql_name)
        for type_ in self._with_keys():
            self._keys(type_)

    def _check_reached(self) -> None:
        """A contribution to a type that the schema does not have would be lost without a word."""
        lost = [type_ for type_ in self.parts.fields or {} if type_.__name__ not in self._schema.type_map]
        lost += [type_ for type_ in self._with_keys() if type_ not in self.inputs]
        if lost:
            raise ValueError(f"Nothing in the schema leads to {lost[0].__name__}, which has contributions")

    def _with_keys(self) -> list[type]:
        return [*[one.on for one in self.parts.filters], *[one.on for one in self.parts.orders]]

    # -- composing, called by Strawberry while it builds --
    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        if type_definition.origin in self.input_fields:
            return self.input_fields[type_definition.origin]
        fields = self._copies(type_definition)
        for one in fields:
            many = declared(one)
            if isinstance(many, Many):
                one.arguments = self._connection_arguments(one, many)
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
                self.input_fields[where] = [*_logic(where), *[_input_field(n, f.input, f.description) for n, f in filters.items()]]
            if order:
                self.input_fields[order] = [_input_field(n, o.input or SortDirection, o.description) for n, o in orders.items()]
        return self.inputs[node]

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

    # -- linking, after Strawberry has built --
    def _entities(self) -> Entities:
        found: dict[str, Entity] = {}
        for name, type_ in self._schema.type_map.items():
            definition: Any = type_.extensions.get("strawberry-definition") if isinstance(type_, GraphQLObjectType) else None
            if not isinstance(type_, GraphQLObjectType) or definition is None:
                continue
            declarations = {n: declared(f.extensions["strawberry-definition"]) for n, f in type_.fields.items()}
            tables = [d.table for d in declarations.values() if isinstance(d, Column) and not d.via]
            if not tables:
                continue
            key = next((d for d in declarations.values() if isinstance(d, Column) and d.code), None)
            filters, orders = self.keys.get(definition.origin, ({}, {}))
            found[name] = Entity(name, definition.origin, tables[0], declarations, filters, orders,
                                 key.code if key else None, key.guards if key else ())
        variants = {cls.__name__: variant for cls, variant in (self.parts.variants or {}).items()}
        shared = {t.__name__: name for name, variant in variants.items() for t in variant.types.values()}
        return Entities(found, variants, codes((e.code, shared.get(e.name, e.name)) for e in found.values() if e.code))

    def _link(self, type_: GraphQLObjectType) -> None:
        """Let graphql-core read answers instead of calling Strawberry."""
        page_part = "pageInfo" in type_.fields or "cursor" in type_.fields or type_.name == "PageInfo"
        for field in type_.fields.values():
            declaration = declared(field.extensions["strawberry-definition"])
            if isinstance(declaration, Referred):
                field.resolve = _referred(self.roads, declaration)
            elif type_ is self._schema.query_type and isinstance(declaration, Many | Listed):
                field.resolve = _listed(self.roads, declaration)
            elif isinstance(declaration, Lookup):
                field.resolve = _looked_up(self.roads, declaration)
            elif declaration or page_part:
                field.resolve = read_answer
            if isinstance(declaration, Embedded) and declaration.columns:
                embedded: Any = get_named_type(field.type)
                for inner in embedded.fields.values():  # such objects also come from ordinary resolvers
                    inner.resolve = read_answer_or_attribute


def codes(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Type code -> name. Raises ValueError when two types have the same code: their ids could not be told apart."""
    found: dict[str, str] = {}
    for code, name in pairs:
        if found.setdefault(code, name) != name:
            raise ValueError(f"{found[code]} and {name} have the same type code {code}")
    return found


def _referred(roads: Roads, declaration: Referred) -> Any:
    return lambda source, info, **_: roads.resolve_referred(declaration, source, info)


def _listed(roads: Roads, declaration: Many | Listed) -> Any:
    return lambda _, info, **__: roads.resolve_list(declaration, info)


def _looked_up(roads: Roads, declaration: Lookup) -> Any:
    return lambda _, info, **arguments: roads.resolve_lookup(declaration, info, arguments)


def _typed(f: Filter, input_: Any) -> Filter:
    return Filter(f.on, f.name, input_, f.condition, f.description, f.requires)


def _input_field(name: str, type_: Any, description: str) -> StrawberryField:
    return StrawberryField(python_name=f"{name}_", graphql_name=name, type_annotation=StrawberryAnnotation(optional(type_)),
                           default=strawberry.UNSET, description=description)


def _logic(where: type) -> Iterable[StrawberryField]:
    return (_input_field("and", list[where], "All of these hold."),  # type: ignore[valid-type]  # made at run time
            _input_field("or", list[where], "At least one of these holds."),  # type: ignore[valid-type]
            _input_field("not", where, "This does not hold; a row without the value counts as not holding."))
