"""Text to typed values. A converter returns the value, or the `Problem` that the text is.

Numbers are kept as the database keeps them: exact decimals in ten-thousandths, moments as RFC 3339 text in UTC.
"""

import datetime
import enum
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from schema.errors import ErrorCode, Problem, problem
from schema.quality.importing.currencies import CURRENCIES
from schema.rows import SCALE

Converter = Callable[[str], Any]

BIGINT = (1 << 63) - 1
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
GROUPED = re.compile(r"[+-]?\d+([,'’ \u00a0\u202f]\d+)+([.,]\d+)?", re.ASCII)
CHINESE_DIGITS = frozenset("〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟萬億兩")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
TRUE, FALSE = frozenset(("true", "yes", "y", "1", "是")), frozenset(("false", "no", "n", "0", "否"))


def invalid(message: str, **parameters: Any) -> Problem:
    return problem(ErrorCode.INVALID, message, **parameters)


def text(most: int) -> Converter:
    def convert(value: str) -> str | Problem:
        return value if len(value) <= most else problem(ErrorCode.LIMIT_EXCEEDED, "too_long", most=most, given=len(value))

    return convert


def not_ascii_digits(value: str) -> bool:
    return not value.isascii() and any(c > "\x7f" and unicodedata.decimal(c, None) is not None for c in value)


def number(value: str) -> Decimal | Problem:
    """A number in ASCII digits with a decimal point: Decimal itself would take １２ and NaN."""
    if NUMBER.fullmatch(value):
        return Decimal(value)
    if not_ascii_digits(value) or not CHINESE_DIGITS.isdisjoint(value):
        return invalid("import_digits")
    return invalid("import_grouped" if GROUPED.fullmatch(value) else "import_number")


def scaled(value: str) -> int | Problem:
    """A decimal in ten-thousandths, rounded half to even."""
    parsed = number(value)
    if isinstance(parsed, Problem):
        return parsed
    return in_range(int((parsed * SCALE).to_integral_value(ROUND_HALF_EVEN)))


def in_range(units: int) -> int | Problem:
    return units if -BIGINT <= units <= BIGINT else problem(ErrorCode.LIMIT_EXCEEDED, "import_range")


def amount(value: str) -> int | Problem:
    units = scaled(value)
    return invalid("import_negative") if isinstance(units, int) and units < 0 else units


def whole(least: int, most: int) -> Converter:
    def convert(value: str) -> int | Problem:
        parsed = number(value)
        if isinstance(parsed, Problem):
            return parsed
        if parsed != parsed.to_integral_value() or not least <= parsed <= most:
            return invalid("import_whole", least=least, most=most)
        return int(parsed)

    return convert


def real(most: float = math.inf) -> Converter:
    """A number from 0 up, as a float."""

    def convert(value: str) -> float | Problem:
        parsed = number(value)
        if isinstance(parsed, Problem):
            return parsed
        if parsed < 0:
            return invalid("import_negative")
        return float(parsed) if parsed <= most else invalid("import_most", most=f"{most:g}")

    return convert


def currency(value: str) -> str | Problem:
    code = value.upper()
    return code if code in CURRENCIES else invalid("import_currency", value=value[:20])


def member(kind: type[enum.Enum]) -> Converter:
    names: Mapping[str, str] = {name.casefold(): name for name in kind.__members__}

    def convert(value: str) -> str | Problem:
        return names.get(value.casefold()) or invalid("import_choice", choices=", ".join(kind.__members__))

    return convert


def truth(value: str) -> bool | Problem:
    folded = value.casefold()
    if folded in TRUE or folded in FALSE:
        return folded in TRUE
    return invalid("import_truth")


def email(value: str) -> str | Problem:
    return value if len(value) <= 320 and EMAIL.fullmatch(value) else invalid("import_email")


def phone(value: str) -> str | Problem:
    digits = sum(unicodedata.decimal(c, None) is not None for c in value)
    return value if 3 <= digits <= 40 and len(value) <= 100 else invalid("import_phone")


def tags(value: str) -> tuple[str, ...] | Problem:
    """Tags separated by a semicolon, comma or bar, in order and each once."""
    names = sorted({name for part in re.split(r"[;,|；，、]", value) if (name := part.strip())})
    long = next((name for name in names if len(name) > 100), None)
    return tuple(names) if long is None else problem(ErrorCode.LIMIT_EXCEEDED, "too_long", most=100, given=len(long))


def date(form: str | None) -> Converter:
    """A day as YYYY-MM-DD; `form` as for `instant`."""
    form = None if form == "unix" else form

    def convert(value: str) -> str | Problem:
        if not_ascii_digits(value):
            return invalid("import_digits")
        try:
            day = parse_moment(value, form)
        except ValueError:
            return invalid("import_date")
        return day.date().isoformat()

    return convert


def parse_moment(value: str, form: str | None) -> datetime.datetime:
    """Naive unless the text gives an offset: what zone it is in is for the caller to say."""
    return datetime.datetime.strptime(value, form) if form else datetime.datetime.fromisoformat(value)  # noqa: DTZ007


def instant(zone: ZoneInfo, form: str | None) -> Converter:
    """A moment as RFC 3339 text in UTC. `form` is a strptime format, "unix" for seconds since 1970, or None for ISO 8601."""
    if form == "unix":
        return unix_instant

    def convert(value: str) -> str | Problem:
        if not_ascii_digits(value):
            return invalid("import_digits")
        try:
            return to_utc(parse_moment(value, form), zone)
        except (ValueError, OverflowError):
            return invalid("import_moment")

    return convert


def to_utc(moment: datetime.datetime, zone: ZoneInfo) -> str | Problem:
    """A naive moment is local to the zone. One that its clocks skip does not exist; of one that they repeat the first is meant."""
    if moment.tzinfo is not None:
        return moment.astimezone(datetime.UTC).isoformat()
    there = moment.replace(tzinfo=zone).astimezone(datetime.UTC)
    if there.astimezone(zone).replace(tzinfo=None) != moment:
        return invalid("import_skipped", zone=str(zone))
    return there.isoformat()


def unix_instant(value: str) -> str | Problem:
    parsed = number(value)
    if isinstance(parsed, Problem):
        return parsed
    try:
        return (datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(microseconds=int(parsed * 1_000_000))).isoformat()
    except OverflowError:
        return invalid("import_moment")


class Cache(dict[str, Any]):
    """What cells of one column mean, remembered: in real files most cells have been seen before.

    An empty cell means None, or the problem "required". `troubled` says whether any cell so far was a problem.
    """

    MOST = 200_000

    def __init__(self, convert: Converter, required: bool, empty: frozenset[str] = frozenset()):
        super().__init__()
        self.convert, self.empty, self.troubled = convert, empty, False
        self.nothing = problem(ErrorCode.REQUIRED, "required") if required else None

    def __missing__(self, cell: str) -> Any:
        bare = cell.strip()
        value = self.convert(bare) if bare and bare not in self.empty else self.nothing
        self.troubled = self.troubled or isinstance(value, Problem)
        self[cell] = value
        return value

    def column(self, cells: tuple[str, ...]) -> list[Any]:
        if len(self) > self.MOST:
            self.clear()
        return list(map(self.__getitem__, cells))
