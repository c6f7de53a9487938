"""Callers that were looked up a moment ago, so that a row of requests costs one look."""

import datetime
import time
from collections import OrderedDict
from dataclasses import dataclass

from schema.context import Caller
from schema.rows import utc_now

SECONDS = 1.0
KEPT = 1_000  # callers


@dataclass(slots=True)
class Found:
    """A caller whose credentials were good, and when they end; None if they do not."""

    caller: Caller
    expires_at: datetime.datetime | None

    @property
    def is_good(self) -> bool:
        return self.expires_at is None or self.expires_at > utc_now()


@dataclass(slots=True)
class Look:
    """What was found, when, and in which era."""

    found: Found
    at: float
    era: object


class Remembered:
    """Found callers by the hash of what they proved themselves with. Failures are not kept."""

    def __init__(self) -> None:
        self._looks: OrderedDict[bytes, Look] = OrderedDict()
        self.era = object()

    def find(self, key: bytes) -> Caller | None:
        look = self._looks.get(key)
        if look is None or look.era is not self.era or time.monotonic() - look.at >= SECONDS or not look.found.is_good:
            return None
        return look.found.caller

    def keep(self, key: bytes, found: Found, era: object) -> Caller:
        """`era` is that of before the look. The same object stands for a caller as long as nothing about it changes."""
        known = self._looks.pop(key, None)
        if known is not None and known.found.caller == found.caller:
            found.caller = known.found.caller
        self._looks[key] = Look(found, time.monotonic(), era)
        if len(self._looks) > KEPT:
            self._looks.popitem(last=False)
        return found.caller

    def forget(self) -> None:
        """All that was looked up until now, looks that are under way included. May be called from any thread."""
        self.era = object()
