"""What the two databases want said differently: how a list is passed, and how parameters are written."""

from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from sqlalchemy import ARRAY, BigInteger, Dialect, Select, String, Text, TypeDecorator, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite import dialect as sqlite
from sqlalchemy.types import TypeEngine


class Speech(Protocol):
    """A database as the statements see it."""

    dialect: Dialect
    lateral: bool

    def members(self, name: str, element: TypeEngine[Any]) -> Any:
        """A list parameter as a sub-select of its elements."""

    def rows(self, name: str) -> Any:
        """A list of numbers as a row source with the one column `value`."""


class JsonList(TypeDecorator[Any]):
    """A list as one parameter for json_each."""

    impl = String
    cache_ok = True

    def __init__(self, element: TypeEngine[Any]):
        super().__init__()
        self.element = element

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        process = self.element.dialect_impl(dialect).bind_processor(dialect)
        return orjson.dumps([process(v) for v in value] if process else list(value)).decode()


class ArrayList(TypeDecorator[Any]):
    """A list as one array parameter, each element converted as its column would."""

    impl = ARRAY(Text)
    cache_ok = True

    def __init__(self, element: TypeEngine[Any]):
        super().__init__()
        self.element = element

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        process = self.element.dialect_impl(dialect).bind_processor(dialect)
        return [process(v) for v in value] if process else list(value)


@dataclass(frozen=True)
class SQLite:
    dialect: Dialect = sqlite(paramstyle="qmark")
    lateral: bool = False

    def members(self, name: str, element: TypeEngine[Any]) -> Select[Any]:
        return select(func.json_each(bindparam(name, type_=JsonList(element))).table_valued("value").c.value)

    def rows(self, name: str) -> Any:
        return func.json_each(bindparam(name, type_=JsonList(BigInteger()))).table_valued("value", name=name)


@dataclass(frozen=True)
class PostgreSQL:
    dialect: Dialect = PGDialect(paramstyle="format")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    lateral: bool = True

    def members(self, name: str, element: TypeEngine[Any]) -> Select[Any]:
        stored = element.load_dialect_impl(self.dialect) if isinstance(element, TypeDecorator) else element
        stored = Text() if isinstance(stored, String) else stored  # unnest(unknown) is ambiguous to PostgreSQL
        return select(func.unnest(cast(bindparam(name, type_=ArrayList(element)), ARRAY(stored))).column_valued())

    def rows(self, name: str) -> Any:
        numbers = cast(bindparam(name, type_=ArrayList(BigInteger())), ARRAY(BigInteger))
        return func.unnest(numbers).table_valued("value", name=name).render_derived()


SPEECHES: dict[str, Speech] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}
