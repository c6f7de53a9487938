"""Writing rows by the thousand past the ORM, inside the transaction of the change: executemany on SQLite, COPY on
PostgreSQL, INSERTs of many rows on MariaDB.

Values go to the driver as they are, so they must be in the form the database keeps: enum names, ten-thousandths, RFC 3339 text.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar, cast

import psycopg
from psycopg import sql
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, String, Table, bindparam, insert, type_coerce, update
from sqlalchemy.types import UserDefinedType

from schema.rows import Row, Scaled
from schema.statistics import MANY, analyse

T = TypeVar("T")
KEYS = 5_000  # of one look-up


class AsIs(UserDefinedType[Any]):
    """A parameter that goes to the driver without the column's conversion."""

    cache_ok = True


class Bulk(Protocol):
    connection: Connection

    def insert(self, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None: ...

    def conclude(self) -> None:
        """At the end of an import."""


class SqliteBulk:
    def __init__(self, connection: Connection):
        self.connection = connection
        self._driver = cast("sqlite3.Connection", connection.connection.driver_connection)

    def insert(self, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        statement = insert(table).values({column: bindparam(column) for column in columns}).compile(dialect=self.connection.dialect)
        if statement.positiontup != list(columns):
            raise ValueError(f"the columns of {table.name} go in the order of the table")
        self._driver.executemany(str(statement), rows)

    def conclude(self) -> None:
        pass


class PostgresBulk:
    def __init__(self, connection: Connection):
        self.connection = connection
        self._driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        self._inserted: Counter[Table] = Counter()

    def insert(self, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns)))
        with self._driver.cursor() as cursor:
            with cursor.copy(statement) as copy:
                write = copy.write_row
                for row in rows:
                    write(row)
            self._inserted[table] += cursor.rowcount

    def conclude(self) -> None:
        analyse(self.connection, [table for table, rows in self._inserted.items() if rows >= MANY])


class MariaDBBulk:
    def __init__(self, connection: Connection):
        self.connection = connection

    def insert(self, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Raises SQLAlchemy's errors, not the driver's."""
        statement = str(insert(table).values({column: bindparam(column) for column in columns}).compile(dialect=self.connection.dialect))
        for portion in portions(rows, KEYS):
            self.connection.exec_driver_sql(statement, [tuple(row) for row in portion])

    def conclude(self) -> None:
        pass


def bulk_on(connection: Connection) -> Bulk:
    if connection.dialect.name == "mariadb":
        return MariaDBBulk(connection)
    return PostgresBulk(connection) if connection.dialect.name == "postgresql" else SqliteBulk(connection)


def table_of(row: type[Row]) -> Table:
    return cast("Table", row.__table__)


def update_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Mapping[str, Any]],
                **also: ColumnElement[Any]) -> None:
    """Set the columns of the rows by their `row_id`; `also` are expressions set on each of them."""
    if rows:
        values = {column: bindparam(f"new_{column}", type_=AsIs()) for column in columns}
        connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(values | also),
                           [{"row_id": row["row_id"]} | {f"new_{column}": row[column] for column in columns} for row in rows])


def raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as the database keeps it, without the conversion to Decimal or datetime."""
    return type_coerce(column, BigInteger if isinstance(column.type, Scaled) else String)


def portions(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while portion := list(islice(iterator, size)):
        yield portion


def look_up(connection: Connection, query: Select[Any], column: ColumnElement[Any], keys: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of `query` whose `column` is among the keys, asked for some thousands at a time."""
    for portion in portions(keys, KEYS):
        yield from map(tuple, connection.execute(query.where(column.in_(portion))))
