"""Customers at a moment of the past: what they had done by then, and how many days it took until they bought again.

Who had not bought again when the past ended is censored: it took longer than is known.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.forecast.next_purchase.visits import Flags, Floats, Numbers, Visits

SHARES = (0.3, 0.42, 0.54, 0.66, 0.78, 0.9)  # of the time since the first purchase, at which customers are looked at
LEAST_DAYS = 0.5  # a purchase later on the same day counts as half a day


@dataclass(frozen=True)
class Known:
    """`customer`: int64[k], places, ascending; `matrix`: float64[k, d], what they had done; `pace`: float64[k], days from visit to visit on
    average, that of all for who came once; `since`: float64[k], days since the last one."""

    customer: Numbers
    matrix: Floats
    pace: Floats
    since: Floats


@dataclass(frozen=True)
class Examples:
    """`days`: float64[n] until the next visit where `happened` (bool[n]), else until the past ended; `customer`: int64[n]."""

    matrix: Floats
    days: Floats
    happened: Flags
    customer: Numbers


def known_at(past: Visits, moment: float) -> Known:
    """From what was before the moment alone."""
    seen = past.before(moment)
    customer, start, count = np.unique(seen.customer, return_index=True, return_counts=True)
    last = start + count - 1
    first_at, last_at = seen.at[start], seen.at[last]
    gaps = np.append(np.inf, np.diff(seen.at))
    gaps[start] = np.nan
    usual = float(np.nanmedian(gaps)) if np.isfinite(gaps).any() else float(moment - first_at.min())
    again = count > 1
    pace = np.where(again, (last_at - first_at) / np.maximum(count - 1, 1), usual)
    latest = np.where(again, gaps[last], usual)
    since = moment - last_at
    mean_paid = np.add.reduceat(seen.paid, start) / count if len(start) else np.zeros(0)
    matrix = np.column_stack([np.log1p(since), np.log1p(count), np.log1p(pace), np.log1p(latest), np.log1p(moment - first_at),
                              np.log1p(since / np.maximum(pace, LEAST_DAYS)), again, np.log1p(mean_paid)])
    return Known(customer, matrix.astype(np.float64), pace, since)


def until_next(visits: Visits, customer: Numbers, moment: float) -> tuple[Floats, Flags]:
    """For each of these customers: days until their first visit from the moment on, or until the past ended, and whether there was one."""
    later = visits.at >= moment
    first = np.full(len(visits.ids), np.inf)
    np.minimum.at(first, visits.customer[later], visits.at[later])
    found = first[customer]
    happened = found < visits.end
    return np.maximum(np.where(happened, found, visits.end) - moment, LEAST_DAYS), happened


def examples(past: Visits) -> Examples:
    """Customers at several moments before the end of the past."""
    begin = float(past.at.min())
    parts: list[tuple[Any, ...]] = []
    for share in SHARES:
        moment = begin + share * (past.end - begin)
        known = known_at(past, moment)
        parts.append((known.matrix, *until_next(past, known.customer, moment), known.customer))
    return Examples(*(np.concatenate(one) for one in zip(*parts, strict=True)))
