"""What MariaDB wants said differently from the two databases in `databases.py`."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Dialect,
    Float,
    Integer,
    Select,
    String,
    TypeDecorator,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.types import TypeEngine

from schema.mariadb.dialect import COLLATION
from schema.mariadb.dialect import Dialect as MariaDBDialect
from schema.querying.databases import JsonList, Split

TEXT = f"LONGTEXT CHARACTER SET utf8mb4 COLLATE {COLLATION}"


class NumberList(TypeDecorator[Any]):
    """Whole numbers as the list after IN, which the driver writes out. An empty one holds nothing that could be equal."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return tuple(map(int, value)) or (None,)


@dataclass(frozen=True)
class MariaDB:
    dialect: Dialect = field(default_factory=lambda: MariaDBDialect(paramstyle="format"))
    lateral: bool = False
    ranked: bool = True

    def members(self, name: str, element: TypeEngine[Any], split: Split = None) -> Select[Any]:
        return select(elements(name, JsonList(element, split), stored(element, self.dialect)).table_valued("value").c.value)

    def rows(self, name: str) -> Any:
        return elements(name, JsonList(BigInteger()), "BIGINT").table_valued("value", name=name)

    def among(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        return column.bool_op("IN")(bindparam(name, type_=NumberList()))

    def month(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        return func.substr(cast(moment, String), 1, 7)


def elements(name: str, type_: JsonList, kept: str) -> Any:
    return func.json_table(bindparam(name, type_=type_), literal_column(f"'$[*]' COLUMNS (value {kept} PATH '$')"))


def stored(element: TypeEngine[Any], dialect: Dialect) -> str:
    """The type that a list's elements have in the statement."""
    match element.load_dialect_impl(dialect) if isinstance(element, TypeDecorator) else element:
        case Boolean():
            return "TINYINT"
        case Integer():
            return "BIGINT"
        case Float():
            return "DOUBLE"
        case Date():
            return "DATE"
    return TEXT
