"""What an import is asked to do: everything but the file itself."""

import enum
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schema.errors import ErrorCode, Refused, problem
from schema.jobs.models import ImportTarget


class ErrorPolicy(enum.Enum):
    REJECT_FAILED_ROWS = "reject-rows"
    REJECT_EVERYTHING = "reject-everything"


class Unusable(Refused):
    """The request itself is wrong (an unknown column, a constant that is no currency): nothing was read beyond the header."""


@dataclass(frozen=True)
class Join:
    """Columns of another file in the same folder, added to each row by a shared key and called FILE.COLUMN."""

    file: str
    on: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """`maps` are (column, field), `constants` (field, text). `source` is the name space of the external ids."""

    target: ImportTarget
    maps: tuple[tuple[str, str], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    source: str = "import"
    timezone: str = "UTC"
    date_format: str | None = None
    empty: frozenset[str] = frozenset()
    create_missing: bool = False
    policy: ErrorPolicy = ErrorPolicy.REJECT_FAILED_ROWS
    dry_run: bool = False
    cancellation_prefix: str | None = None  # of an invoice's number
    joins: tuple[Join, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < len(self.source) <= 64:
            raise Unusable(problem(ErrorCode.INVALID, "too_long", "source", most=64, given=len(self.source)))

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Unusable(problem(ErrorCode.INVALID, "import_zone", "timezone", value=self.timezone)) from None
