"""Writing the tables of a result in chunks, each in a transaction of its own, so that other writers get in between."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from schema.analyses.contract import Progress
from schema.customers.models import CustomerRow
from schema.statistics import MANY
from server.worker.database import BrokenReference, Connection, connected
from server.worker.results.fitting import LOCAL_NUMBERS, RUN, FittedTable, is_local

CHUNKS = {"sqlite": 50_000, "postgresql": 250_000, "mariadb": 50_000}  # rows; SQLite has one writer, whom the others wait for
LET_OTHERS = 0.01  # seconds between two chunks on SQLite: who waits there looks again after a while
TRIES = 3  # of a chunk some of whose customers are erased just now


def write_result(address: str, run: int, tables: Sequence[FittedTable], progress: Progress) -> None:
    """The rows are nobody's until the run has succeeded. What an earlier attempt at it left is removed first."""
    total, done = sum(one.rows.num_rows for one in tables), 0
    with connected(address) as connection:
        progress("writing", 0, total)
        with transaction(connection):
            for one in reversed(tables):
                connection.execute(f"DELETE FROM {one.table.name} WHERE {RUN} = {int(run)}")  # noqa: S608  a name of SQLAlchemy's
        for one in tables:
            for chunk in chunks(one, run, CHUNKS[connection.dialect]):
                _write(connection, one.table, chunk)
                done += chunk.num_rows
                progress("writing", done, total)
            _analyse(connection, one)


def _analyse(connection: Connection, one: FittedTable) -> None:
    """See `schema.statistics`."""
    if connection.dialect == "postgresql" and one.rows.num_rows >= MANY:
        connection.execute(f"ANALYZE {one.table.name}")


def chunks(one: FittedTable, run: int, size: int) -> Iterator[pa.Table]:
    for start in range(0, one.rows.num_rows, size):
        yield numbered(one.table, one.rows.slice(start, size), run)


def numbered(table: Table, rows: pa.Table, run: int) -> pa.Table:
    """With the run's id, and with numbers that are the run's alone."""
    first = pa.scalar(run * LOCAL_NUMBERS, pa.int64())
    columns = {name: pc.add(rows[name], first) if is_local(table.columns[name]) else rows[name] for name in rows.column_names}
    return pa.table({RUN: pa.repeat(pa.scalar(run, pa.int64()), rows.num_rows), **columns})


def _write(connection: Connection, table: Table, chunk: pa.Table) -> None:
    """Rows of customers who were erased while the run was computed are left out."""
    for attempt in range(TRIES):
        try:
            with transaction(connection):
                connection.ingest(table.name, chunk if attempt == 0 else _of_living(connection, table, chunk))
            break
        except BrokenReference:
            if attempt == TRIES - 1:
                raise
    if connection.dialect == "sqlite":
        time.sleep(LET_OTHERS)


def _of_living(connection: Connection, table: Table, chunk: pa.Table) -> pa.Table:
    for column in customers_of(table):
        bounds: dict[str, Any] = pc.min_max(chunk[column]).as_py() if column in chunk.column_names else {"min": None}
        if bounds["min"] is not None:
            within = f"id BETWEEN {int(bounds['min'])} AND {int(bounds['max'])}"
            living = connection.column(f"SELECT id FROM {CustomerRow.__tablename__} WHERE {within}")  # noqa: S608  numbers
            chunk = chunk.filter(pc.or_(pc.is_null(chunk[column]), pc.is_in(chunk[column], value_set=pa.array(living, pa.int64()))))
    return chunk


def customers_of(table: Table) -> list[str]:
    """The columns of a table that lead to customers."""
    return [column.name for column in table.columns if any(key.column is CustomerRow.__table__.c.id for key in column.foreign_keys)]


@contextmanager
def transaction(connection: Any) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE" if connection.dialect == "sqlite" else "BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
