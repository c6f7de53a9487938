"""From a driver's value straight to what is sent, without a Python value in between where that is known to give the same.

The rules of GraphQL's own scalars hold: what they would refuse makes the answer stand aside, and graphql-core words the error.
"""

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLEnumType, GraphQLNonNull, is_leaf_type
from sqlalchemy import Column, Dialect, Enum, Float, String
from sqlalchemy.types import TypeEngine

from schema.querying.finishing import Aside
from schema.rows import SCALE, Instant, Scaled

Convert = Callable[[Any], Any]
SMALLEST, LARGEST = -(2**31), 2**31 - 1
CENTS = SCALE // 100
# How a value `v` is written; `f` is the function, or the table, that goes with it. The checks stand here and not in the function
# because a call costs more than all of them.
AS_IT_IS, CALLED, LOOKED_UP = "{v}", "{f}({v})", "{f}[{v}]"
WHOLE = f"({{v}} if {{v}}.__class__ is int and {SMALLEST} <= {{v}} <= {LARGEST} else {{f}}({{v}}))"
FINITE = "({v} if {v}.__class__ is float and {v} - {v} == 0 else {f}({v}))"
IN_UTC = "({v} if {v} is not None and {v}.tzinfo is UTC else {f}({v}))"  # moments may go out as they are
# RFC 3339 as SQLite keeps it, without a fraction or with one of six digits that are not all 0
KEPT = "({v} if {v} is not None and (len({v}) == 25 or len({v}) == 32 and {v}[19:26] != '.000000') else {f}({v}))"


@dataclass(frozen=True)
class Wired:
    """A piece of source, and what its `f` stands for."""

    source: str = AS_IT_IS
    function: Any = None


def wired(column: Column[Any], process: Convert | None, type_: Any, dialect: Dialect, *, present: bool) -> Wired:
    """For a column whose driver's value `process` would make Python's, in a field of the GraphQL type. `present`: the row it stands
    in is there for sure."""
    required, leaf = isinstance(type_, GraphQLNonNull), type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if not is_leaf_type(leaf):
        raise Aside
    found = leaf_wired(column.type, process, leaf, dialect)
    if required and (column.nullable or not present):
        return Wired(CALLED, never_null(found))
    return found


def leaf_wired(stored: TypeEngine[Any], process: Convert | None, leaf: Any, dialect: Dialect) -> Wired:
    """A shorter way for the pairs of stored type and scalar that there are most of."""
    match stored, leaf.name:
        case Enum(), _ if isinstance(leaf, GraphQLEnumType):
            return Wired(LOOKED_UP, {None: None, **by_stored(stored, dialect, leaf.serialize)})
        case Instant(), "DateTime":
            return Wired(IN_UTC, moment) if dialect.name == "postgresql" else Wired(KEPT, moment_text)
        case Scaled(), "Decimal":
            return Wired(CALLED, decimal)
        case String(), "String" if process is None:
            return Wired()
        case Float(), "Float" if process is None:
            return Wired(FINITE, number)
        case _, "Int" if process is None:
            return Wired(WHOLE, whole)
    return Wired(CALLED, serialized(leaf.serialize, process))


def never_null(found: Wired) -> Convert:
    if found.source == LOOKED_UP:
        return lambda value: given(found.function[value])
    if found.function is None:
        return given
    return lambda value: given(found.function(value))


def by_stored(stored: Enum, dialect: Dialect, make: Callable[[Any], Any]) -> dict[Any, Any]:
    """The driver's value of each member -> what is made of the member."""
    process = stored.dialect_impl(dialect).bind_processor(dialect)
    return {process(member) if process else member: make(member) for member in stored.enum_class or ()}


def given(value: Any) -> Any:
    if value is None:
        raise Aside
    return value


def serialized(serialize: Convert, process: Convert | None) -> Convert:
    if process is None:
        return lambda value: None if value is None else serialize(value)

    def convert(value: Any) -> Any:
        found = process(value)
        return None if found is None else serialize(found)

    return convert


def whole(value: Any) -> Any:
    if value is None or (value.__class__ is int and SMALLEST <= value <= LARGEST):
        return value
    raise Aside


def number(value: Any) -> Any:
    if value is None or (value.__class__ is float and math.isfinite(value)):
        return value
    raise Aside


def moment(value: datetime.datetime | None) -> datetime.datetime | None:
    """orjson writes moments as isoformat does."""
    return None if value is None else value.astimezone(datetime.UTC)


def moment_text(value: str | None) -> str | None:
    return None if value is None else datetime.datetime.fromisoformat(value).astimezone(datetime.UTC).isoformat()


def decimal(value: Any) -> str | None:
    """At least two places, at most the four that are stored, as schema.scalars.print_decimal has it."""
    if value is None:
        return None
    units, rest = divmod(abs(int(value)), SCALE)
    places = f"{rest // CENTS:02d}" if rest % CENTS == 0 else f"{rest:04d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{units}.{places}"
