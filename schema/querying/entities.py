"""The declared types of one schema: what each field is, which filter and order keys there are, and what guards them."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table
from strawberry.types.base import StrawberryContainer, StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField

from schema.querying.declare import Column, Declaration, Variant, declared
from schema.querying.inputs import Operand


@dataclass(frozen=True)
class Beside:
    """At most one row of another table for each row: the one for which `match(here, there, operand)` holds. Keys with the same `same`
    and without any of the arguments `given` share a join."""

    table: Table
    match: Callable[[FromClause, FromClause, Operand], ColumnElement[bool]]
    same: Hashable
    given: tuple[str, ...]

    def place(self, operand: Operand) -> Hashable:
        own = isinstance(operand.value, Mapping) and not operand.value.keys().isdisjoint(self.given)
        return self.same, operand.path if own else None


@dataclass(frozen=True)
class Filter:
    """A key of a type's `Where` input: `condition(row, operand)` holds for the rows that match. With `beside`, it is given that row,
    whose columns are all NULL where there is none."""

    on: type
    name: str
    input: Any
    condition: Callable[[FromClause, Operand], ColumnElement[bool]]
    description: str
    requires: tuple[str, ...] = ()
    plugin: str | None = None
    beside: Beside | None = None


@dataclass(frozen=True)
class Order:
    """A key of a type's `Order` input: `expression(row, operand)` is what is sorted by. With `beside`, it is given that row, and is
    NULL just where there is none."""

    on: type
    name: str
    expression: Callable[[FromClause, Operand], ColumnElement[Any]]
    description: str
    input: Any = None  # None: a SortDirection; else an input with a `direction`
    nullable: bool = True
    requires: tuple[str, ...] = ()
    plugin: str | None = None
    beside: Beside | None = None


@dataclass(frozen=True)
class Entity:
    """A declared type in one schema, contributed fields included. Names are GraphQL names."""

    name: str
    cls: type
    table: Table
    fields: Mapping[str, Declaration | None]
    filters: Mapping[str, Filter] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    code: str | None = None
    requires: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The column that ends every order. An edge's rows have no id: the relationship's number serves."""
        return "id" if "id" in self.table.c else self.composite[-1]

    @property
    def composite(self) -> list[str]:
        return [c.name for c in self.table.primary_key]

    def identifying(self, parent: str | None) -> list[str]:
        """The columns that tell the rows of one parent apart."""
        return [self.key] if "id" in self.table.c else [name for name in self.composite if name != parent]


@dataclass(frozen=True)
class Entities:
    by_name: Mapping[str, Entity]
    variants: Mapping[str, Variant]  # interfaces whose rows share one table, by name
    by_code: Mapping[str, str]  # type code -> name of the entity or of such an interface

    def is_record(self, name: str) -> bool:
        """Whether a type is a declared one whose objects have ids."""
        return name in self.by_name and self.by_name[name].code is not None

    def tables(self) -> dict[str, str]:
        """Which entity a table's rows are, for relations that lead to it."""
        return {e.table.name: e.name for e in self.by_name.values() if e.code}


def column_filters(cls: type, fields: Mapping[str, StrawberryField]) -> dict[str, Filter]:
    found = {}
    for name, one in fields.items():
        d = declared(one)
        if isinstance(d, Column) and d.filter:
            found[name] = Filter(cls, name, None, _holds(d.name), f"By {name}.", d.requires)
    return found


def column_orders(cls: type, fields: Mapping[str, StrawberryField]) -> dict[str, Order]:
    found = {}
    for name, one in fields.items():
        d = declared(one)
        if isinstance(d, Column) and d.order:
            nullable = bool(d.table.c[d.name].nullable)
            found[name] = Order(cls, name, _reads(d.name), f"By {name}.", nullable=nullable, requires=d.requires)
    return found


def _holds(name: str) -> Callable[[FromClause, Operand], ColumnElement[bool]]:
    return lambda row, operand: operand.holds(row.c[name])


def _reads(name: str) -> Callable[[FromClause, Operand], ColumnElement[Any]]:
    return lambda row, _: row.c[name]


def unwrap(type_: Any) -> Any:
    """The class inside lists, optionals and lazy references."""
    while isinstance(type_, StrawberryContainer):
        type_ = type_.of_type
    type_ = type_.resolve_type() if hasattr(type_, "resolve_type") else type_
    return getattr(type_, "wrapped_cls", type_)


def node_of(one: StrawberryField) -> type:
    """The type that a connection's `nodes` holds."""
    definition: StrawberryObjectDefinition = get_object_definition(unwrap(one.type), strict=True)
    nodes = next(f for f in definition.fields if f.python_name == "nodes")
    found = unwrap(nodes.type)
    node: type = unwrap(definition.type_var_map.get(getattr(found, "__name__", ""), found))
    return node
