"""Numbers for rows about to be inserted, so that the rows that belong to them can go in with them, in one statement for each table."""

from typing import Any

from sqlalchemy import Connection, Select, Table, func, select


def new_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Ascending. On SQLite a change holds the file's write lock from its beginning, so the highest number cannot move meanwhile."""
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        numbers: Select[Any] = select(func.nextval(sequence)).select_from(func.generate_series(1, count).alias())
        return sorted(connection.execute(numbers).scalars())
    last = connection.scalar(select(func.max(table.c.id))) or 0
    return list(range(last + 1, last + 1 + count))
