"""Whether the tables of a result are what the plugin's own tables take: its names, its columns, their types."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import BigInteger, Boolean, Column, Date, Enum, Float, Integer, MetaData, SmallInteger, String, Table

from schema.rows import Instant, Scaled

RUN = "run_id"
LOCAL_NUMBERS = 2**32  # a run has so many numbers for its rows

# The first that a column's type belongs to. Integers are as wide as PostgreSQL keeps them.
TYPES: tuple[tuple[type, pa.DataType], ...] = (
    (Instant, pa.timestamp("us", "UTC")), (Scaled, pa.int64()), (Boolean, pa.bool_()), (Enum, pa.string()), (String, pa.string()),
    (SmallInteger, pa.int16()), (BigInteger, pa.int64()), (Integer, pa.int32()), (Float, pa.float64()), (Date, pa.date32()),
)


class UnfitResult(Exception):
    """A result that cannot be stored: the plugin's mistake. The text says which table and column, and what is wrong with it."""


@dataclass(frozen=True)
class FittedTable:
    """`rows`: the table's columns without the run's id, in the order of the table; numbers of rows are still local."""

    table: Table
    rows: pa.Table


def fit(plugin: str, metadata: MetaData | None, tables: Mapping[str, pa.Table]) -> list[FittedTable]:
    """In an order in which they can be written: tables that others refer to come first. Raises `UnfitResult`."""
    own = {} if metadata is None else {name: table for name, table in metadata.tables.items() if name.startswith(f"{plugin}_")}
    foreign = sorted(set(tables) - set(own))
    if foreign:
        raise UnfitResult(f"The plugin {plugin} has no table {', '.join(foreign)}: a result holds tables of its own plugin only.")
    order = [table for table in metadata.sorted_tables if table.name in tables] if metadata else []
    return [FittedTable(table, _fitted(table, tables[table.name])) for table in order]


def _fitted(table: Table, rows: pa.Table) -> pa.Table:
    known = [column for column in table.columns if column.name != RUN]
    unknown = sorted(set(rows.column_names) - {column.name for column in known})
    if unknown:
        raise UnfitResult(f"{table.name} has no column {', '.join(unknown)}.")
    missing = sorted(column.name for column in known if not column.nullable and column.name not in rows.column_names)
    if missing:
        raise UnfitResult(f"{table.name} needs {', '.join(missing)}, which the result does not have.")
    given = {column.name: _column(table, column, rows[column.name]) for column in known if column.name in rows.column_names}
    return pa.table(given)


def _column(table: Table, column: "Column[object]", values: pa.ChunkedArray) -> pa.ChunkedArray:
    where = f"{table.name}.{column.name}"
    try:
        fitting = values.cast(arrow_type(column))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise UnfitResult(f"{where} takes {arrow_type(column)}, and the result has {values.type} that does not fit.") from None
    if not column.nullable and fitting.null_count:
        raise UnfitResult(f"{where} is missing in {fitting.null_count} rows, and may not be.")
    if pa.types.is_floating(fitting.type) and not pc.all(pc.is_finite(fitting)).as_py() and len(fitting) > fitting.null_count:
        raise UnfitResult(f"{where} holds a number that is not finite.")
    if is_local(column):
        _check_local(where, fitting)
    return fitting


def _check_local(where: str, values: pa.ChunkedArray) -> None:
    bounds = pc.min_max(values).as_py()
    if bounds["min"] is not None and not 0 <= bounds["min"] <= bounds["max"] < LOCAL_NUMBERS:
        raise UnfitResult(f"{where} holds numbers from {bounds['min']} to {bounds['max']}: rows are numbered from 0 within a run.")


def arrow_type(column: "Column[object]") -> pa.DataType:
    for kind, type_ in TYPES:
        if isinstance(column.type, kind):
            return type_
    raise UnfitResult(f"{column.table.name}.{column.name} has a type that results cannot be stored in: {type(column.type).__name__}.")


def is_local(column: "Column[object]") -> bool:
    """Whether a column holds numbers of rows of this run: `id`, and a `..._id` that does not lead to a table of the core."""
    if not isinstance(column.type, Integer):
        return False
    own = column.table.metadata.tables
    leads_out = any(key.target_fullname.rpartition(".")[0] not in own for key in column.foreign_keys)
    return column.name == "id" or (column.name.endswith("_id") and column.name != RUN and not leads_out)
