"""A file of delimited text to records with their line numbers, a block at a time, whatever is in the file.

A line that cannot be decoded or split is handed on as broken, and reading goes on with the next line: one open quote never
swallows the rest.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from schema.errors import ErrorCode, Problem, Refused, problem
from schema.quality.importing.decoding import Decoder, Lines, codec_of

BLOCK = 1 << 20  # bytes read at a time: about 12,000 short rows
MOST_LINE = 1 << 20  # bytes
MOST_LINES = 1_000  # of one record: more is an open quote
MOST_COLUMNS = 1_000
MOST_BYTES = 16 << 30  # of the file once unpacked
UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Broken:
    """A line that is no record of the right width; `cells` is what could be made of it."""

    line: int
    problem: Problem
    cells: list[str]


@dataclass
class Records:
    """Records of the right width, each with the number of the line on which it begins."""

    lines: Sequence[int]
    rows: list[list[str]]
    broken: list[Broken] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.broken)


class Source:
    """A file to import. Each `open` reads it from the start."""

    def __init__(self, path: Path, encoding: str = "auto"):
        self.path, self.codec = path, codec_of(encoding)
        self.size = path.stat().st_size

    def open(self) -> "Reading":
        return Reading(self.path, self.codec)


class Reading:
    """One pass over a file: its `header`, then its records. Use as a context manager."""

    def __init__(self, path: Path, codec: str | None):
        self._raw = path.open("rb")
        self._data: BinaryIO = self._raw
        self._line = 1  # the number of the first pending line
        self._pending = Lines([])
        try:
            if self._starts_with(b"\x1f\x8b"):
                self._data = gzip.GzipFile(fileobj=self._raw)  # type: ignore[assignment]  # a BinaryIO in all but name
            self._refuse_other_formats()
            self._decoder = Decoder("utf-8" if self._skip_mark() else codec)
            self._blocks = self._decoded()
            self.header = self._read_header()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._raw.close()

    @property
    def position(self) -> int:
        """Bytes of the file, as it lies on the disk, read so far."""
        return self._raw.tell()

    def __iter__(self) -> Iterator[Records]:
        while True:
            block = next(self._blocks, None)
            lines = join(self._pending, block or Lines([]))
            records, used = split(lines, self._line, len(self.header), final=block is None)
            self._pending = rest(lines, used)
            self._line += used
            if len(records):
                yield records
            if block is None:
                return

    def _starts_with(self, mark: bytes) -> bool:
        start = self._raw.read(len(mark))
        self._raw.seek(0)
        return start == mark

    def _refuse_other_formats(self) -> None:
        for mark, name in ((b"PK\x03\x04", "zip / xlsx"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"PAR1", "Parquet"),
                           (b"SQLite", "SQLite")):
            if self._starts_with(mark):
                raise Refused(problem(ErrorCode.INVALID, "import_format", format=name))

    def _skip_mark(self) -> bool:
        """Whether the data begins with the mark of UTF-8, which then says more than any option."""
        self._first = self._read(3)
        if self._first == UTF8_MARK:
            self._first = b""
            return True
        return False

    def _read(self, size: int) -> bytes:
        try:
            return self._data.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise Refused(problem(ErrorCode.INVALID, "import_gzip")) from None

    def _decoded(self) -> Iterator[Lines]:
        """Blocks of whole lines. A line beyond the bound is cut, so that it need not fit into memory."""
        rest_, total = self._first, 0
        while data := self._read(BLOCK):
            total += len(data)
            if total > MOST_BYTES:
                raise Refused(problem(ErrorCode.LIMIT_EXCEEDED, "import_file_long", most=MOST_BYTES >> 30))
            whole, end, rest_ = (rest_ + data).rpartition(b"\n")
            if whole or end:
                yield self._decoder.decode(whole + end)
            if len(rest_) > MOST_LINE:
                yield self._cut(rest_)
                rest_ = self._skip_line()
        if rest_:
            yield self._decoder.decode(rest_)

    def _cut(self, line: bytes) -> Lines:
        text = line[:1_000].decode(self._decoder.codec or "utf-8", errors="replace").replace("\0", "")
        return Lines([text.replace('"', "'") + "\n"], {0: problem(ErrorCode.LIMIT_EXCEEDED, "import_line_long", most=MOST_LINE)})

    def _skip_line(self) -> bytes:
        while data := self._read(BLOCK):
            _, end, after = data.partition(b"\n")
            if end:
                return after
        return b""

    def _read_header(self) -> list[str]:
        while (block := next(self._blocks, None)) is not None:
            lines = join(self._pending, block)
            blank = next((i for i, line in enumerate(lines.text) if line.strip()), len(lines.text))
            if blank < len(lines.text):
                return self._take_header(lines, blank)
            self._line += blank
        raise Refused(problem(ErrorCode.INVALID, "import_empty"))

    def _take_header(self, lines: Lines, at: int) -> list[str]:
        reader = csv.reader(lines.text[at:at + MOST_LINES], strict=True)
        try:
            header = [cell.strip() for cell in next(reader)]
        except csv.Error:
            raise Refused(problem(ErrorCode.INVALID, "import_header")) from None
        used = at + reader.line_num
        if any(index < used for index in lines.bad):
            raise Refused(problem(ErrorCode.INVALID, "import_header"))
        if len(header) > MOST_COLUMNS:
            raise Refused(problem(ErrorCode.LIMIT_EXCEEDED, "import_columns", most=MOST_COLUMNS, given=len(header)))
        self._pending, self._line = rest(lines, used), self._line + used
        return header


def join(first: Lines, second: Lines) -> Lines:
    if not first.text:
        return second
    shift = len(first.text)
    return Lines(first.text + second.text, first.bad | {shift + index: bad for index, bad in second.bad.items()})


def rest(lines: Lines, used: int) -> Lines:
    return Lines(lines.text[used:], {index - used: bad for index, bad in lines.bad.items() if index >= used})


def split(lines: Lines, first: int, width: int, *, final: bool) -> tuple[Records, int]:
    """The records of these lines, and how many lines they use: those of a record still open are left for the next block."""
    if not lines.bad:
        try:
            rows = list(csv.reader(lines.text, strict=True))
        except csv.Error:
            rows = []
        if len(rows) == len(lines.text) and set(map(len, rows)) <= {width}:
            return Records(range(first, first + len(rows)), rows), len(rows)
    return split_carefully(lines, first, width, final=final)


def split_carefully(lines: Lines, first: int, width: int, *, final: bool) -> tuple[Records, int]:
    starts: list[int] = []
    rows: list[list[str]] = []
    broken: list[Broken] = []
    at, count = 0, len(lines.text)
    while at < count:
        reader = csv.reader(lines.text[at:] if at else lines.text, strict=True)
        base, wrong = at, None
        try:
            for row in reader:
                end = base + reader.line_num
                wrong = fault(lines, at, end, row, width)
                if wrong is None:
                    starts.append(first + at)
                    rows.append(row)
                elif wrong.message:
                    broken.append(Broken(first + at, wrong, loose_cells(lines.text[at])))
                    if end - at > 1:
                        at += 1
                        break
                at = end
        except csv.Error as error:
            if not final and base + reader.line_num == count and count - at <= MOST_LINES:
                break
            broken.append(Broken(first + at, lines.bad.get(at) or complaint(error), loose_cells(lines.text[at])))
            at += 1
    return Records(starts, rows, broken), at


BLANK = problem(ErrorCode.INVALID, "")


def fault(lines: Lines, start: int, end: int, row: list[str], width: int) -> Problem | None:
    """What is wrong with a record of the lines from `start` to `end`; `BLANK` for an empty line, which is passed over."""
    if lines.bad:
        bad = next((lines.bad[index] for index in range(start, end) if index in lines.bad), None)
        if bad is not None:
            return bad
    if len(row) == width and end - start <= MOST_LINES:
        return None
    if end - start > 1:
        return problem(ErrorCode.INVALID, "import_quote")
    return problem(ErrorCode.INVALID, "import_cells", expected=width, given=len(row)) if row else BLANK


def complaint(error: csv.Error) -> Problem:
    if "field limit" in str(error):
        return problem(ErrorCode.LIMIT_EXCEEDED, "import_cell_long", most=csv.field_size_limit())
    return problem(ErrorCode.INVALID, "import_quote")


def loose_cells(line: str) -> list[str]:
    """A broken line cut at its commas as well as may be: for the file of rejected rows, never for the database."""
    try:
        return next(csv.reader(io.StringIO(line, newline="")), [])
    except csv.Error:
        return line.rstrip("\r\n").split(",")
