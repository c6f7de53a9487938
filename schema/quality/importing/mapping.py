"""Which column of a file gives which field, and from records to batches of typed values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from schema.errors import ErrorCode, Problem, problem
from schema.jobs.models import ImportTarget
from schema.quality.importing.fields import FIELDS, Field, Reading
from schema.quality.importing.plan import Plan, Unusable
from schema.quality.importing.reading import Records
from schema.quality.importing.rejects import OWN_COLUMNS, Rejections
from schema.quality.importing.values import Cache


@dataclass
class Batch:
    """Rows that are sound so far: their lines, and one list of values a field, all of one length."""

    lines: Sequence[int]
    values: dict[str, list[Any]]

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> list[Any]:
        """The values of a field; nothing but None when the file does not give it."""
        return self.values.get(name) or [None] * len(self.lines)

    def rows(self, *names: str) -> Iterable[tuple[Any, ...]]:
        return zip(*map(self.column, names), strict=True)


@dataclass(frozen=True)
class Bound:
    """A field with the column it is read from."""

    field: Field
    column: str
    index: int
    cache: Cache


class Mapping:
    """The columns of one file bound to the fields of one target, and those that are known only from the database. Raises `Unusable` when
    they do not fit."""

    def __init__(self, header: Sequence[str], plan: Plan, more: Sequence[Field] = ()):
        fields = (*FIELDS[plan.target], *more)
        self.fields = {field.name: field for field in fields}
        names = {alias.casefold(): field.name for field in fields for alias in (field.name, *field.aliases)}
        self._known = names
        self.rejections = Rejections()
        self.spoiled: dict[str, int] = {}  # invoices of which a row was refused, with the line of the first such row
        self._whole = plan.target is ImportTarget.TRANSACTIONS
        self._reading = Reading(plan.zone, plan.date_format, plan.empty)
        self.constants = {self._field(name): text for name, text in plan.constants}
        columns = self._columns(header, plan.maps)
        self.bound = [self._bind(self.fields[name], header[index], index) for name, index in columns.items()]
        self.constants = {name: self._constant(name, text) for name, text in self.constants.items()}
        self.columns = {bound.field.name: bound.column for bound in self.bound}
        self._require(header)

    def gives(self, name: str) -> bool:
        return name in self.columns or name in self.constants

    def refuse(self, line: int, name: str | None, wrong: Problem, value: Any = None) -> None:
        """Refuse a row for what stands in a field."""
        self.rejections.add(line, self.columns.get(name, name) if name else None, wrong, value)

    def batch(self, records: Records) -> Batch:
        """Typed values of the records. Rows with a fault are refused and left out."""
        for broken in records.broken:
            self.rejections.add(broken.line, None, broken.problem, ",".join(broken.cells))
            self._spoil(broken.line, broken.cells)
        cells = list(zip(*records.rows, strict=True)) or [()] * (1 + max((bound.index for bound in self.bound), default=0))
        values = {bound.field.name: bound.cache.column(cells[bound.index]) for bound in self.bound}
        refused = self._refuse_troubled(records, values)
        batch = Batch(records.lines, values | {name: [value] * len(records.rows) for name, value in self.constants.items()})
        return without(batch, refused) if refused else batch

    def _spoil(self, line: int, cells: Sequence[str]) -> None:
        """An invoice is imported whole or not at all: remember the one that this refused row seems to belong to."""
        if self._whole:
            index = next((bound.index for bound in self.bound if bound.field.name == "externalId"), len(cells))
            if index < len(cells):
                self.spoiled.setdefault(cells[index].strip(), line)

    def _refuse_troubled(self, records: Records, values: dict[str, list[Any]]) -> set[int]:
        refused: set[int] = set()
        for bound in self.bound:
            if bound.cache.troubled:
                for row, value in enumerate(values[bound.field.name]):
                    if isinstance(value, Problem):
                        self.rejections.add(records.lines[row], bound.column, value, records.rows[row][bound.index])
                        self._spoil(records.lines[row], records.rows[row])
                        refused.add(row)
        return refused

    def _field(self, name: str) -> str:
        if name.casefold() not in self._known:
            raise Unusable(problem(ErrorCode.INVALID, "import_field", name=name, fields=", ".join(self.fields)))
        return self._known[name.casefold()]

    def _columns(self, header: Sequence[str], maps: Iterable[tuple[str, str]]) -> dict[str, int]:
        """{field: index of its column}: what was asked for, then the columns called like a field that is still free."""
        columns: dict[str, int] = {}
        spoken_for: set[int] = set()
        for column, name in maps:
            index = find_column(header, column)
            spoken_for.add(index)
            if name:
                field = self._field(name)
                if field in columns or field in self.constants:
                    raise Unusable(problem(ErrorCode.DUPLICATE, "import_field_twice", name=field))
                columns[field] = index
        for index, column in enumerate(header):
            field = self._known.get(column.casefold(), "")
            if field and index not in spoken_for and field not in columns and field not in self.constants:
                columns[field] = find_column(header, column)
        return columns

    def _bind(self, field: Field, column: str, index: int) -> Bound:
        return Bound(field, column, index, Cache(field.converter(self._reading), field.required, self._reading.empty))

    def _constant(self, name: str, text: str) -> Any:
        value = Cache(self.fields[name].converter(self._reading), self.fields[name].required)[text]
        if isinstance(value, Problem):
            raise Unusable(Problem(value.code, value.message, (name,), value.parameters))
        return value

    def _require(self, header: Sequence[str]) -> None:
        lacking = [field.name for field in self.fields.values() if field.needed and not self.gives(field.name)]
        if lacking:
            raise Unusable(problem(ErrorCode.REQUIRED, "import_lacking", fields=", ".join(lacking), columns=", ".join(columns_of(header))))


def find_column(header: Sequence[str], column: str) -> int:
    """The index of a column by its exact name, else without regard to case."""
    for matches in ([i for i, name in enumerate(header) if name == column],
                    [i for i, name in enumerate(header) if name.casefold() == column.strip().casefold()]):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise Unusable(problem(ErrorCode.DUPLICATE, "import_column_twice", name=column))
    raise Unusable(problem(ErrorCode.NOT_FOUND, "import_column", name=column, columns=", ".join(columns_of(header))))


def columns_of(header: Sequence[str]) -> list[str]:
    return [name for name in header if name not in OWN_COLUMNS]


def without(batch: Batch, refused: set[int]) -> Batch:
    """The batch without the rows of these indexes."""
    kept = [row for row in range(len(batch)) if row not in refused]
    return Batch([batch.lines[row] for row in kept], {name: [column[row] for row in kept] for name, column in batch.values.items()})
