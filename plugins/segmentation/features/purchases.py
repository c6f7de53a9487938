"""Features of what customers bought: how often, for how much, how long ago, and of which categories."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi import InsufficientData, Period, Snapshot
from plugins.segmentation.features.events import DAY, Floats, Numbers, ids, in_words, instants, latest, microseconds, positions, within
from plugins.segmentation.features.shares import shares


@dataclass(frozen=True)
class Purchases:
    """The transactions of a period. `place`: int64[m], whose; `bought`: bool[m], a purchase, and no return or cancellation; `at`:
    int64[m], microseconds; `total`: float64[m], NaN in another currency than the one with the most purchases. `size`: customers."""

    place: Numbers
    bought: NDArray[np.bool_]
    at: Numbers
    total: Floats
    size: int
    end: int

    def count(self, chosen: NDArray[np.bool_]) -> Floats:
        return np.bincount(self.place[chosen], minlength=self.size).astype(np.float64)


def purchases(snapshot: Snapshot, period: Period) -> Purchases:
    """Raises `InsufficientData` when nothing was bought in the period."""
    hashable: Any = snapshot
    return read_purchases(hashable, period)


@lru_cache(1)  # several features are read from the same purchases
def read_purchases(snapshot: Any, period: Period) -> Purchases:
    table, customers = snapshot.table("transactions"), ids(snapshot)
    place, at = positions(customers, table["customer_id"].to_numpy()), instants(table["occurred_at"])
    kinds = table["kind"].combine_chunks().dictionary_encode()
    known = kinds.dictionary.to_pylist()
    bought = kinds.indices.to_numpy() == (known.index("PURCHASE") if "PURCHASE" in known else -1)
    kept = (place >= 0) & within(at, period)
    if not (kept & bought).any():
        raise InsufficientData(f"Nothing was bought {in_words(period)}: of {int((place >= 0).sum()):,} transactions that "
                               f"the {len(customers):,} customers had by then, {int(kept.sum()):,} lie within, and none of them is a "
                               "purchase.")
    total = in_main_currency(table["currency"], table["total"].to_numpy(), kept & bought)
    return Purchases(place[kept], bought[kept], at[kept], total[kept], len(customers), microseconds(period.end))


def in_main_currency(currency: Any, amounts: Floats, counted: NDArray[np.bool_]) -> Floats:
    """The amounts, NaN where they are in another currency than the one that most of those `counted` are in."""
    codes = currency.combine_chunks().dictionary_encode()
    names, used = codes.dictionary.to_pylist(), codes.indices.to_numpy()
    counts = np.bincount(used[counted], minlength=len(names)).tolist()
    main = min(range(len(names)), key=lambda at: (-counts[at], names[at]))
    return np.where(used == main, amounts, np.nan)


def purchase_count(snapshot: Snapshot, period: Period) -> Floats:
    found = purchases(snapshot, period)
    return found.count(found.bought)


def return_count(snapshot: Snapshot, period: Period) -> Floats:
    found = purchases(snapshot, period)
    return found.count(~found.bought)


def purchase_total(snapshot: Snapshot, period: Period) -> Floats:
    """Net of returns and cancellations; missing for who paid in several currencies."""
    found = purchases(snapshot, period)
    return np.bincount(found.place, found.total, minlength=found.size).astype(np.float64)


def mean_purchase(snapshot: Snapshot, period: Period) -> Floats:
    found, chosen = purchases(snapshot, period), purchases(snapshot, period).bought
    count = found.count(chosen)
    paid = np.bincount(found.place[chosen], found.total[chosen], minlength=found.size)
    mean: Floats = np.divide(paid, count, out=np.full(found.size, np.nan), where=count > 0)
    return mean


def days_since_purchase(snapshot: Snapshot, period: Period) -> Floats:
    found = purchases(snapshot, period)
    last = latest(found.place[found.bought], found.at[found.bought], found.size)
    return days(found, last, found.count(found.bought) > 0)


def days_since_first_purchase(snapshot: Snapshot, period: Period) -> Floats:
    found = purchases(snapshot, period)
    first = -latest(found.place[found.bought], -found.at[found.bought], found.size)
    return days(found, first, found.count(found.bought) > 0)


def days(found: Purchases, at: Numbers, known: NDArray[np.bool_]) -> Floats:
    return np.where(known, (found.end - np.where(known, at, found.end)) / DAY, np.nan)


def bought_by_category(snapshot: Snapshot, period: Period) -> dict[str, Floats]:
    """Of what a customer paid, the share of each category; returns are not taken off."""
    lines, customers = snapshot.table("transactionLines"), ids(snapshot)
    place, at, amount = positions(customers, lines["customer_id"].to_numpy()), instants(lines["occurred_at"]), lines["amount"].to_numpy()
    kept = (place >= 0) & within(at, period) & (amount > 0)
    return shares(place[kept], lines["product_id"].to_numpy()[kept], amount[kept], snapshot.table("products"), len(customers))
