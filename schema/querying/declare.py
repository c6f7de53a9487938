"""What a domain author writes: a Strawberry type whose fields say which column or relation they are.

Each function returns a Strawberry field whose `metadata` carries a declaration; querying/entities.py reads it back.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import strawberry
from sqlalchemy import ColumnElement, FromClause, Table
from sqlalchemy.orm import InstrumentedAttribute
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from schema.directives import Cost, Pii, PiiLevel, Requires

T = TypeVar("T")
DECLARED = "guanxi"  # the key of a declaration in a Strawberry field's metadata
FilterForm = Literal["operators", "value"] | None  # an input of operators, or a bare value that must be equal
Source = InstrumentedAttribute[Any]


@dataclass(frozen=True, kw_only=True)
class Declaration:
    requires: tuple[str, ...] = ()
    plugin: str | None = None  # the one that contributes the field


@dataclass(frozen=True, kw_only=True)
class Column(Declaration):
    """A value stored in the type's own row, or in the row that the foreign key `via` points at."""

    name: str
    table: Table
    via: str | None = None
    filter: FilterForm = None
    order: bool = False
    code: str | None = None  # set on the key: the type code in its opaque id
    guards: tuple[str, ...] = ()  # set on the key: the permissions that every way to this type needs


@dataclass(frozen=True, kw_only=True)
class Derived(Declaration):
    """A value worked out from columns of the row by a quick, pure function."""

    function: Callable[..., Any]
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Translated(Declaration):
    """The caller's language decides which column; the other one stands in when it is empty."""

    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Embedded(Declaration):
    """An object made of columns of the same row; null when the column `present` is NULL."""

    columns: Mapping[str, Column] | None = None  # by Python name; None: the object type declares them itself
    present: str | None = None


@dataclass(frozen=True, kw_only=True)
class Variant(Declaration):
    """Objects of the same row: the value of the column `by` says of which type. `otherwise` shows rows of a value that nobody knows,
    and null stands for a value of `others`, which belongs to another interface over the same table."""

    by: str
    types: Mapping[Any, type]
    otherwise: type | None = None
    others: frozenset[Any] = frozenset()

    @property
    def members(self) -> tuple[type, ...]:
        return (*self.types.values(), *([self.otherwise] if self.otherwise else ()))


@dataclass(frozen=True, kw_only=True)
class One(Declaration):
    """The row that a foreign key points at: joined, never a statement of its own."""

    column: str


@dataclass(frozen=True)
class Narrowing:
    """An argument of a connection beside `where`: `condition(base row, node row, operand)`."""

    type: Any
    condition: Callable[[FromClause, FromClause, Any], ColumnElement[bool]]
    description: str
    default: Any = None  # a default makes the condition hold when the argument is left out


@dataclass(frozen=True)
class Grouping:
    """How a connection counts by groups. `make(keys, count, {currency: amount})` gives the answer's object, `amounts(row)` the
    table, condition, amount and currency of what is summed up, `keys` an expression over the row for each key, and `requires` the
    permissions without which a key must not be grouped by. Amounts are summed up when the object's field `shown` is asked for."""

    make: Callable[[list[str | None], int, dict[str, Any]], Any]
    amounts: Callable[[FromClause], tuple[FromClause, ColumnElement[bool], ColumnElement[Any], ColumnElement[Any]]]
    keys: Mapping[Any, Callable[[FromClause, Any], ColumnElement[Any]]]
    shown: str
    requires: Mapping[Any, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A table between two types: its `parent` column leads to the one, its `child` column to the other."""

    table: Table
    parent: str
    child: str


@dataclass(frozen=True, kw_only=True)
class Many(Declaration):
    """A connection: pages by keyset. Without `column` and `through` it starts at the root."""

    column: str | None = None
    through: Link | None = None
    narrowings: Mapping[str, Narrowing] = field(default_factory=dict)
    default_order: Sequence[tuple[str, bool]] = ()  # (column of the node, descending), used when no orderBy is given
    within: Callable[[FromClause], ColumnElement[bool]] | None = None  # holds for every row of the list
    grouping: Grouping | None = None


@dataclass(frozen=True, kw_only=True)
class Listed(Declaration):
    """A list without pages, bounded by its nature. With `value`, that column alone."""

    column: str | None = None
    order: str = "id"
    value: str | None = None
    table: str | None = None


@dataclass(frozen=True, kw_only=True)
class Computed(Declaration):
    """`load(context, ids, **arguments)` answers for all rows of a level at once; a missing id is null."""

    load: Callable[..., Awaitable[Mapping[Any, Any]]]
    column: str = "id"


@dataclass(frozen=True, kw_only=True)
class Lookup(Declaration):
    """One row. `find(context, **arguments)` gives its number, or None; without it the argument `id` does."""

    find: Callable[..., Awaitable[int | None]] | None = None


@dataclass(frozen=True, kw_only=True)
class Referred(Declaration):
    """A record that a plain object refers to: `attribute` of the Python object holds its number, or None, or numbers. The caller's
    `own` record needs no permission."""

    attribute: str
    own: bool = False


def make(declaration: Declaration, description: str, *, name: str | None = None, cost: int = 0, multipliers: Sequence[str] = (),
         pii: PiiLevel | None = None,
         arguments: Sequence[StrawberryArgument] = (), type_: Any = None) -> Any:
    directives: list[object] = [Cost(weight=cost, multipliers=list(multipliers))] if cost else []
    directives += [Requires(permissions=list(declaration.requires))] if declaration.requires else []
    directives += [Pii(level=pii)] if pii else []
    made = StrawberryField(graphql_name=name, metadata={DECLARED: declaration}, description=description, directives=directives)
    made.arguments = list(arguments)
    if type_ is not None:
        made.type_annotation = StrawberryAnnotation(type_)
    return made


def argument(name: str, type_: Any, description: str, default: Any = None) -> StrawberryArgument:
    given = {} if default is None else {"default": default}
    return StrawberryArgument(name, None, StrawberryAnnotation(type_), description=description, **given)


def table_of(source: Source) -> Table:
    table = source.class_.__table__
    assert isinstance(table, Table)
    return table


def named(source: Source | None) -> str | None:
    return None if source is None else source.key


def key(source: InstrumentedAttribute[int], code: str, *, requires: Sequence[str] = ()) -> strawberry.ID:
    """The opaque id. `requires` guards every way to this type, not the field."""
    declared = Column(name=source.key, table=table_of(source), code=code, guards=tuple(requires))
    made: strawberry.ID = make(declared, "Opaque id, stable for ever.")
    return made


def column(source: InstrumentedAttribute[T], description: str, *, via: Source | None = None, filter: FilterForm = None, order: bool = False,
           requires: Sequence[str] = (), pii: PiiLevel | None = None) -> T:
    """The row's type is the field's type: mypy compares them, NULL included."""
    declared = Column(name=source.key, table=table_of(source), via=named(via), filter=filter, order=order, requires=tuple(requires))
    made: T = make(declared, description, pii=pii)
    return made


def derived(function: Callable[..., T], *sources: Source, description: str, requires: Sequence[str] = (), pii: PiiLevel | None = None) -> T:
    made: T = make(Derived(function=function, columns=tuple(s.key for s in sources), requires=tuple(requires)), description, pii=pii)
    return made


def translated(en: Source, zh: Source, description: str) -> Any:
    return make(Translated(columns={"en": en.key, "zh": zh.key}), description)


def embedded(description: str, *, present: Source | None = None, requires: Sequence[str] = (), pii: PiiLevel | None = None,
             **columns: Source) -> Any:
    """An object of the same row. `columns` names them for a type that declares none, such as Money."""
    own = {name: Column(name=s.key, table=table_of(s)) for name, s in columns.items()} or None
    return make(Embedded(columns=own, present=named(present), requires=tuple(requires)), description, pii=pii)


def money(amount: Source, currency: Source, description: str, *, via: Source | None = None, requires: Sequence[str] = (),
          pii: PiiLevel | None = None) -> Any:
    """An amount and its currency. `via` is the foreign key to the row that knows the currency, when that is another row."""
    columns = {"amount": Column(name=amount.key, table=table_of(amount)),
               "currency": Column(name=currency.key, table=table_of(currency), via=named(via))}
    return make(Embedded(columns=columns, present=amount.key, requires=tuple(requires)), description, pii=pii)


def variant(by: Source, types: Mapping[Any, type], description: str) -> Any:
    return make(Variant(by=by.key, types=types), description)


def one(via: Source, description: str, *, name: str | None = None, requires: Sequence[str] = ()) -> Any:
    """The row that the foreign key `via` of this type points at. `name` is for GraphQL names that Python keeps for itself."""
    return make(One(column=via.key, requires=tuple(requires)), description, name=name)


def many(column: Source | None, description: str, *, through: tuple[Source, Source] | None = None,
         narrowings: Mapping[str, Narrowing] | None = None,
         default_order: Sequence[tuple[Source, bool]] = (), within: Callable[[FromClause], ColumnElement[bool]] | None = None,
         grouping: Grouping | None = None, requires: Sequence[str] = (), cost: int = 2) -> Any:
    """The rows whose foreign key `column` points here; all rows of the type when it is None (on a root). `through` names the two
    columns of a table in between, the one that leads here first: each row comes once, however many links there are. `within(row)` is
    a condition on the rows of the list that always holds."""
    link = Link(table_of(through[0]), through[0].key, through[1].key) if through else None
    declared = Many(column=named(column), through=link, narrowings=narrowings or {}, within=within, grouping=grouping,
                    requires=tuple(requires),
                    default_order=[(s.key, descending) for s, descending in default_order])
    return make(declared, description, cost=cost, multipliers=["first", "last"])


def grouped(description: str, arguments: Sequence[StrawberryArgument]) -> Any:
    """On a connection type: the counts that the connection's `grouping` describes."""
    return make(Declaration(), description, cost=20, arguments=arguments)


def listed(column: Source | None, description: str, *, order: Source | None = None, value: Source | None = None,
           requires: Sequence[str] = ()) -> Any:
    declared = Listed(column=named(column), order=order.key if order else "id", value=named(value),
                      table=table_of(value).name if value else None, requires=tuple(requires))
    return make(declared, description, cost=1 if value else 5)


def computed(load: Callable[..., Awaitable[Mapping[Any, T]]], description: str, *, column: Source | None = None,
             arguments: Sequence[StrawberryArgument] = (), cost: int = 1, multipliers: Sequence[str] = (), requires: Sequence[str] = (),
             pii: PiiLevel | None = None, type_: Any = None) -> T | None:
    """A value that `load(context, keys, **arguments)` works out for all rows of a page at once. The keys are the rows' ids, or what
    is in `column`. `type_` is the field's type where no annotation says it; `multipliers` are the arguments that bound a list."""
    declaration = Computed(load=load, column=named(column) or "id", requires=tuple(requires))
    made: T | None = make(declaration, description, cost=cost, multipliers=multipliers, pii=pii, arguments=arguments, type_=type_)
    return made


def lookup(description: str, *, find: Callable[..., Awaitable[int | None]] | None = None, arguments: Sequence[StrawberryArgument] = (),
           multipliers: Sequence[str] = (), type_: Any = None) -> Any:
    """One record of the field's type on a root: the one with the argument `id`, or the one whose number `find(context, **arguments)`
    gives, None for none. `type_` is the field's type where no annotation says it."""
    given = arguments or [argument("id", strawberry.ID, "The record's id.")]
    return make(Lookup(find=find), description, cost=1, multipliers=multipliers, arguments=given, type_=type_)


def referred(attribute: str, description: str, *, name: str | None = None, own: bool = False) -> Any:
    """On a plain type (a payload, a report): the record, or the records, whose numbers the Python object holds."""
    made = make(Referred(attribute=attribute, own=own), description, name=name)
    made.init = False  # it is read from `attribute`, never given
    return made


def declared(field: StrawberryField) -> Declaration | None:
    found: Declaration | None = field.metadata.get(DECLARED) if field.metadata else None
    return found
