"""Columns of other files beside the one imported, for exports that are spread over several tables."""

from collections.abc import Sequence
from pathlib import Path

from schema.errors import ErrorCode, problem
from schema.quality.importing.mapping import find_column
from schema.quality.importing.plan import Join, Unusable
from schema.quality.importing.reading import Records, Source

MOST_ROWS = 1_000_000  # of a file that is held in memory to be looked up in


class Joined:
    """The header and the records of a file with the columns of its neighbours behind its own. A key not found gives empty cells."""

    def __init__(self, header: Sequence[str], joins: Sequence[Join], folder: Path):
        self.header = list(header)
        self._tables: list[tuple[int, dict[str, list[str]], list[str]]] = []
        for join in joins:
            on = find_column(self.header, join.on)
            self._tables.append((on, rows_by_key(folder / join.file, join), [""] * len(join.columns)))
            self.header += [f"{join.file}.{column}" for column in join.columns]

    def extend(self, records: Records) -> Records:
        if self._tables:
            for row in records.rows:
                for on, table, blank in self._tables:
                    row += table.get(row[on], blank)
        return records


def rows_by_key(path: Path, join: Join) -> dict[str, list[str]]:
    if not path.is_file():
        raise Unusable(problem(ErrorCode.NOT_FOUND, "import_neighbour", file=join.file))
    table: dict[str, list[str]] = {}
    with Source(path).open() as reading:
        key, columns = find_column(reading.header, join.key), [find_column(reading.header, column) for column in join.columns]
        for records in reading:
            table.update((row[key], [row[column] for column in columns]) for row in records.rows)
            if len(table) > MOST_ROWS:
                raise Unusable(problem(ErrorCode.LIMIT_EXCEEDED, "import_neighbour_long", file=join.file, most=MOST_ROWS))
    return table
