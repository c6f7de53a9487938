"""What PostgreSQL knows of a table, by which it chooses its ways to an answer.

It looks by itself after a minute or more, and at a temporary table never. Until then it takes a run's new scores for a handful of rows, and
a page by them took 180 times as long (of 100,000 customers). Who writes many rows has it look at once. SQLite needs no such knowledge here,
and MariaDB gathers it as rows are written.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, text

MANY = 1_000  # rows


def analyse(connection: Connection, tables: Iterable[Table]) -> None:
    """A sample is read, however large a table is: a second or two at most."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.execute(text(f"ANALYZE {table.name}"))
