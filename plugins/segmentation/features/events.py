"""What customers did within a period, as arrays: whose each event is, and when it was."""

import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi import Period, Snapshot

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
DAY = 86_400e6  # microseconds
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def microseconds(moment: datetime.datetime) -> int:
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def instants(column: Any) -> Numbers:
    """int64[m]: microseconds since 1970 of a column of moments, none of which is missing."""
    found: Numbers = column.cast("int64").to_numpy()
    return found


def within(at: Numbers, period: Period) -> NDArray[np.bool_]:
    """bool[m]: from the beginning of the period on, and before its end; nothing that comes after the moment days are counted from."""
    chosen = at < microseconds(period.end) if period.until else at <= microseconds(period.end)
    return chosen & (at >= microseconds(period.since)) if period.since else chosen


def positions(customers: Numbers, whose: Numbers) -> Numbers:
    """int64[m]: the place of each in `customers` (ascending), -1 for who is not among them."""
    place = np.searchsorted(customers, whose)
    place[place == len(customers)] = 0
    return np.where(customers[place] == whose, place, -1) if len(customers) else np.full(len(whose), -1)


def ids(snapshot: Snapshot) -> Numbers:
    found: Numbers = snapshot.table("customers")["id"].to_numpy()
    return found


def latest(place: Numbers, at: Numbers, size: int) -> Numbers:
    """int64[size]: the last moment of each customer, the lowest number there is for who has none."""
    found = np.full(size, np.iinfo(np.int64).min)
    np.maximum.at(found, place, at)
    return found


def in_words(period: Period) -> str:
    begin = f"from {period.since:%Y-%m-%d}" if period.since else "from the beginning"
    return f"{begin} until {period.end:%Y-%m-%d}"
