"""Rows that stand alone (products, browse events, reviews): found by their natural key, then made, changed or left alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from schema.errors import ErrorCode, problem
from schema.quality.importing.bulk import look_up, raw, update_rows
from schema.quality.importing.mapping import Batch
from schema.quality.importing.work import Seen, Sieve, Work, moment_text

UNKNOWN = object()  # in a row: the file does not say, so what is stored stays


@dataclass(frozen=True)
class Upsert:
    """`columns` begin with the natural key. `fixed` are the same for every row of an import, and part of the key: the source."""

    table: Table
    kind: str  # as audit and data versions call the record
    columns: tuple[str, ...]
    fixed: tuple[tuple[str, Any], ...] = ()
    fallbacks: tuple[tuple[str, Any], ...] = ()  # for new rows where the file does not say

    def write(self, work: Work, rows: Sequence[tuple[Any, ...]]) -> None:
        """Each key comes once. A cell that is `UNKNOWN` keeps what is stored, and is NULL, or its fallback, in a new row."""
        stored = self._stored(work, [row[0] for row in rows])
        new = [row for row in rows if row[0] not in stored]
        names = (*self.columns, *(name for name, _ in self.fixed))
        order = [names.index(column.name) for column in self.table.c if column.name in names]
        values = tuple(value for _, value in self.fixed)
        empty = [dict(self.fallbacks).get(name) for name in self.columns]
        cells = (tuple(other if cell is UNKNOWN else cell for cell, other in zip(row, empty, strict=True)) + values for row in new)
        work.bulk.insert(self.table, [names[index] for index in order], ([row[index] for index in order] for row in cells))
        changed = self._changed(rows, stored)
        update_rows(work.connection, self.table, self.columns[1:], changed)
        work.rows["created"] += len(new)
        work.rows["updated"] += len(changed)
        work.rows["unchanged"] += len(rows) - len(new) - len(changed)
        work.wrote(self.kind, len(new) + len(changed))

    def _stored(self, work: Work, keys: Sequence[Any]) -> dict[Any, tuple[int, tuple[Any, ...]]]:
        """(id, columns behind the key) by key."""
        key: ColumnElement[Any] = self.table.c[self.columns[0]]
        query = select(key, self.table.c.id, *(raw(self.table.c[name]) for name in self.columns[1:]))
        for name, value in self.fixed:
            query = query.where(self.table.c[name] == value)
        return {found: (id_, tuple(map(moment_text, cells))) for found, id_, *cells in look_up(work.connection, query, key, keys)}

    def _changed(self, rows: Sequence[tuple[Any, ...]], stored: dict[Any, tuple[int, tuple[Any, ...]]]) -> list[dict[str, Any]]:
        changed = []
        for key, *cells in rows:
            if key in stored:
                id_, old = stored[key]
                wanted = tuple(before if cell is UNKNOWN else cell for cell, before in zip(cells, old, strict=True))
                if wanted != old:
                    changed.append({"row_id": id_} | dict(zip(self.columns[1:], wanted, strict=True)))
        return changed


def first_of_each(work: Work, seen: Seen, batch: Batch, keys: Sequence[Any], contents: Sequence[Any], name: str) -> list[int]:
    """The rows whose key is met for the first time; repetitions are counted as unchanged, contradictions refused for the field `name`."""
    sieve = Sieve(work.mapping, batch)
    first = []
    for row, (key, content) in enumerate(zip(keys, contents, strict=True)):
        same = seen.meet(key, content)
        if same is None:
            first.append(row)
        elif same:
            work.rows["unchanged"] += 1
        else:
            sieve.refuse(row, name, problem(ErrorCode.DUPLICATE, "import_twice"), batch.column(name)[row])
    return first
