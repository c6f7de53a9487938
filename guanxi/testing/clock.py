"""A clock that stands still until it is told otherwise, for the server in this process and for the processes that compute its runs."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from schema import rows


class Clock:
    """Made by `stopped`. `file` is how other processes learn what time it is."""

    def __init__(self, now: datetime.datetime, file: Path):
        self._file = file
        self.now = now
        self.set(now)

    def set(self, now: datetime.datetime) -> None:
        """Raises ValueError for a moment without a time zone."""
        if now.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        self.now = now.astimezone(datetime.UTC)
        self._file.write_text(self.now.isoformat(), "utf-8")

    def move(self, **by: float) -> None:
        """By days, hours, minutes: `clock.move(days=30)`."""
        self.set(self.now + datetime.timedelta(**by))


@contextmanager
def stopped(now: datetime.datetime, file: Path) -> Iterator[Clock]:
    """While open, everything that Guanxi writes down happens at the clock's moment."""
    clock = Clock(now, file)
    with shown(lambda: clock.now):
        yield clock


@contextmanager
def shown(now: Any) -> Iterator[None]:
    """`schema.rows.utc_now` is where all of Guanxi learns the time, and this is where that learns it."""

    class Whatever(type):  # moments of others are moments too
        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, datetime.datetime)

    class Stopped(datetime.datetime, metaclass=Whatever):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            found: datetime.datetime = now()
            return found.astimezone(tz)

    with mock.patch.object(rows, "datetime", SimpleNamespace(**vars(datetime) | {"datetime": Stopped})):
        yield
