"""Rows that were refused: which, where, why; and the file of them that can be mended and imported again."""

import csv
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schema.errors import ErrorCode, Problem, Refused, problem
from schema.quality.importing.reading import Reading, Source

# Columns that the file of rejected rows adds, and that an import passes over.
LINE, COLUMN, REASON = "guanxi_line", "guanxi_column", "guanxi_reason"
OWN_COLUMNS = (LINE, COLUMN, REASON)
RAW = 200  # characters of a cell that are kept with the job


@dataclass(frozen=True, slots=True)
class Rejection:
    line: int
    column: str | None
    problem: Problem
    value: str | None


class Rejections:
    """Refused rows by line. Of a row with several faults the first found is told."""

    def __init__(self) -> None:
        self._by_line: dict[int, Rejection] = {}

    def __len__(self) -> int:
        return len(self._by_line)

    def __iter__(self) -> Iterator[Rejection]:
        return iter(sorted(self._by_line.values(), key=lambda rejection: rejection.line))

    def __contains__(self, line: int) -> bool:
        return line in self._by_line

    def at(self, line: int) -> Rejection:
        return self._by_line[line]

    def add(self, line: int, column: str | None, wrong: Problem, value: Any = None) -> None:
        self._by_line.setdefault(line, Rejection(line, column, wrong, None if value is None else str(value)[:RAW]))

    def refuse_all_or_none(self) -> None:
        """For the policy under which one refused row refuses the file."""
        if self._by_line:
            raise Refused(problem(ErrorCode.CONFLICT, "import_all_refused", count=len(self._by_line)))


def write_rejected(source: Source, rejections: Rejections, path: Path, language: str) -> None:
    """Copy the refused rows, in the file's own columns and order, with line, column and reason behind them.

    The file is UTF-8 with its mark, which a later import trusts more than any --encoding. It appears whole or not at all.
    Cells are copied as they are: a quote put before formulas would be imported with them. The reason never begins like a formula.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    with ExitStack() as stack:
        stack.callback(unfinished.unlink, missing_ok=True)
        reading = stack.enter_context(source.open())
        out = stack.enter_context(unfinished.open("w", encoding="utf-8-sig", newline=""))
        kept = [index for index, name in enumerate(reading.header) if name not in OWN_COLUMNS]
        writer = csv.writer(out)
        writer.writerow([reading.header[index] for index in kept] + list(OWN_COLUMNS))
        for line, cells in refused_rows(reading, rejections):
            rejection = rejections.at(line)
            writer.writerow([*fit(cells, kept, len(reading.header)), line, rejection.column or "", rejection.problem.text(language)])
        out.close()
        unfinished.replace(path)


def refused_rows(reading: Reading, rejections: Rejections) -> Iterator[tuple[int, list[str]]]:
    for records in reading:
        found = [(line, row) for line, row in zip(records.lines, records.rows, strict=True) if line in rejections]
        found += [(broken.line, broken.cells) for broken in records.broken]
        yield from sorted(found)


def fit(cells: list[str], kept: list[int], width: int) -> list[str]:
    """The cells of the columns kept; those beyond the header stay, joined by commas, in the last of them."""
    if len(cells) > width:
        cells = [*cells[:width - 1], ",".join(cells[width - 1:])]
    cells = cells + [""] * (width - len(cells))
    return [cells[index] for index in kept]
