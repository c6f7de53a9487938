"""How a level's rows lead to rows of other tables: what is joined, and what the join needs of the row it starts from."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, Table
from sqlalchemy.sql import visitors


@dataclass(frozen=True)
class Join:
    """`on(here, there)` is the condition between the row one step up the path and this table's; it reads these columns of the former."""

    table: Table
    on: Callable[[FromClause, FromClause], ColumnElement[bool]]
    reads: tuple[str, ...]


def following(column: str, table: Table) -> Join:
    """The row that a foreign key points at."""
    return Join(table, lambda here, there: here.c[column] == there.c.id, (column,))


def matching(table: Table, start: Table, on: Callable[[FromClause, FromClause], ColumnElement[bool]]) -> Join:
    """The row for which a condition holds; `start` is the table it is joined to."""
    here = start.alias("here")
    condition = on(here, table.alias("there"))
    read = [part.name for part in visitors.iterate(condition) if getattr(part, "table", None) is here and hasattr(part, "name")]
    return Join(table, on, tuple(dict.fromkeys(read)))
