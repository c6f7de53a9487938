"""Filters in inputs that are written by hand: which rows an analysis, or another job, is about."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from sqlalchemy import select
from strawberry.types.field import StrawberryField

from schema.permissions import require
from schema.querying.databases import PostgreSQL, Speech, SQLite, speech_of
from schema.querying.declare import DECLARED, Declaration
from schema.querying.entities import Entity
from schema.querying.inputs import MOST_CONDITIONS, flatten
from schema.querying.level import Paged, check_size
from schema.querying.statement import Scope, finish


@dataclass(frozen=True, kw_only=True)
class Selection(Declaration):
    """A filter of the type that `of` gives. Its input is made for each schema, which swaps it in."""

    of: Callable[[], type]


def selection(of: Callable[[], type], description: str) -> Any:
    """In a Strawberry input: a filter such as CustomerWhere, which may be left out. Annotate it `Mapping[str, Any] | None`: it is
    given as graphql-core coerced it, for `Schema.select_ids`."""
    return StrawberryField(metadata={DECLARED: Selection(of=of)}, description=description, default=None)


def swapped(one: StrawberryField, where: Any) -> StrawberryField:
    """The copy of such a field that belongs to one schema."""
    one.type = where | None
    one.default_value = strawberry.UNSET  # left out is left out: a filter of null would be refused
    return one


def select_ids(entity: Entity, where: Mapping[str, Any], permissions: frozenset[str], reporting_currency: str,
               dialect: str) -> tuple[str, list[Any]]:
    """A statement that gives the numbers of the rows that match, in ascending order, and its parameters, which are JSON. It is in the
    words of the database's own interface: `?` on SQLite; `%s` on MariaDB; `$1` with a cast on PostgreSQL, so that a text may stand for
    a moment or a list. Raises FORBIDDEN and BAD_USER_INPUT as a list that is filtered so would."""
    speech = plain_speech(dialect)
    level = Paged(entity, entity, speech)
    values = dict(flatten(where, "where"))
    check_size("where", len(values), MOST_CONDITIONS)
    require(permissions, entity.requires)
    level.authorise(permissions, values)
    scope = Scope(level, "t")
    condition = scope.condition(where, "where")
    rows = select(scope.source.c.id).select_from(scope.tree([condition])).where(condition).order_by(scope.source.c.id)
    statement = finish(rows, speech.dialect)
    given = statement.bind(values | {"reporting_currency": reporting_currency})
    return statement.sql, [as_json(value) for value in given]


def plain_speech(dialect: str) -> Speech:
    if dialect == "sqlite":
        return SQLite()
    if dialect == "mariadb":
        return speech_of(dialect)
    from sqlalchemy.dialects.postgresql.asyncpg import dialect as numbered  # parameters as $1, each with a cast to its type

    return PostgreSQL(numbered())  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def as_json(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, list):
        return "{" + ",".join(map(array_member, value)) + "}"  # as PostgreSQL writes an array
    return value


def array_member(value: Any) -> str:
    quoted = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
