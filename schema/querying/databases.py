"""What the databases want said differently: how a list is passed, and how parameters are written. MariaDB has a file of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import orjson
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, Select, String, Text, TypeDecorator, any_, bindparam, cast, func, select
from sqlalchemy.dialects.sqlite import dialect as sqlite
from sqlalchemy.types import TypeEngine

Split = Callable[[Any], list[Any]] | None


class Converted(TypeDecorator[Any]):
    """A parameter that is made of what was given."""

    impl = String
    cache_ok = False

    def __init__(self, stored: TypeEngine[Any], convert: Callable[[Any], Any]):
        super().__init__()
        self.stored, self.convert = stored, convert

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(self.stored)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return self.convert(value)


class Speech(Protocol):
    """A database as the statements see it."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def lateral(self) -> bool: ...

    @property
    def ranked(self) -> bool:
        """Whether the rows of each parent must be numbered to take the first ones, because nothing else is understood; no index serves
        to compare rows of values either."""

    def members(self, name: str, element: TypeEngine[Any], split: Split = None) -> Any:
        """A list parameter as a sub-select of its elements, the column `value`. `split` makes the list of what was given."""

    def rows(self, name: str) -> Any:
        """A list of numbers as a row source with the one column `value`."""

    def among(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """Whether a column's number is in a list parameter."""

    def month(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        """The month of a moment in UTC, such as 2024-05."""


class JsonList(TypeDecorator[Any]):
    """A list as one parameter for json_each."""

    impl = String
    cache_ok = False

    def __init__(self, element: TypeEngine[Any], split: Split = None):
        super().__init__()
        self.element, self.split = element, split

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        process = self.element.dialect_impl(dialect).bind_processor(dialect)
        value = self.split(value) if self.split else value
        return orjson.dumps([process(v) for v in value] if process else list(value)).decode()


class ArrayList(TypeDecorator[Any]):
    """A list as one array parameter, each element converted as its column would."""

    impl = ARRAY(Text)
    cache_ok = False

    def __init__(self, element: TypeEngine[Any], split: Split = None):
        super().__init__()
        self.element, self.split = element, split

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        process = self.element.dialect_impl(dialect).bind_processor(dialect)
        value = self.split(value) if self.split else value
        return [process(v) for v in value] if process else list(value)


@dataclass(frozen=True)
class SQLite:
    dialect: Dialect = field(default_factory=lambda: sqlite(paramstyle="qmark"))
    lateral: bool = False
    ranked: bool = False

    def members(self, name: str, element: TypeEngine[Any], split: Split = None) -> Select[Any]:
        return select(func.json_each(bindparam(name, type_=JsonList(element, split))).table_valued("value").c.value)

    def rows(self, name: str) -> Any:
        return func.json_each(bindparam(name, type_=JsonList(BigInteger()))).table_valued("value", name=name)

    def among(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        return column.in_(self.members(name, BigInteger()))

    def month(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        return func.substr(cast(moment, String), 1, 7)


def postgres() -> Dialect:
    from sqlalchemy.dialects.postgresql.base import PGDialect  # a tenth of a second that an installation on SQLite need not pay

    return PGDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


@dataclass(frozen=True)
class PostgreSQL:
    dialect: Dialect = field(default_factory=postgres)
    lateral: bool = True
    ranked: bool = False

    def members(self, name: str, element: TypeEngine[Any], split: Split = None) -> Select[Any]:
        stored = element.load_dialect_impl(self.dialect) if isinstance(element, TypeDecorator) else element
        stored = Text() if isinstance(stored, String) else stored  # unnest(unknown) is ambiguous to PostgreSQL
        values = cast(bindparam(name, type_=ArrayList(element, split)), ARRAY(stored))
        return select(func.unnest(values).table_valued("value").render_derived().c.value)

    def rows(self, name: str) -> Any:
        numbers = cast(bindparam(name, type_=ArrayList(BigInteger())), ARRAY(BigInteger))
        return func.unnest(numbers).table_valued("value", name=name).render_derived()

    def among(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """Half the price of a sub-select, and PostgreSQL keeps the plan."""
        return column == any_(cast(bindparam(name, type_=ArrayList(BigInteger())), ARRAY(BigInteger)))

    def month(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        return func.to_char(func.timezone("UTC", moment), "YYYY-MM")


@cache
def speech_of(dialect: str) -> Speech:
    """How this database speaks; `dialect` is "sqlite", "postgresql" or "mariadb"."""
    if dialect == "mariadb":
        from schema.querying.mariadb import MariaDB  # and SQLAlchemy's dialect, which no other installation needs

        return MariaDB()
    return PostgreSQL() if dialect == "postgresql" else SQLite()


def members(name: str, element: TypeEngine[Any], dialect: str) -> Any:
    """A list parameter as a sub-select of its elements, for `column.in_(...)`, in the words of one database."""
    return speech_of(dialect).members(name, element)
