"""What each customer of a network bought: how often, for how much, and how long ago."""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
DAY = 86_400e6  # microseconds
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Feature:
    """One value for each customer, and whether it is known."""

    values: NDArray[np.float64]
    known: NDArray[np.bool_]


@dataclass(frozen=True)
class Purchases:
    """`currency`: that of `total`, None when nobody ever paid. `others`: how many customers paid in another one, so that `total` is not
    known of them. `later`: how many bought after the moment that days are counted back from; their days are not known."""

    count: Feature
    total: Feature
    days: Feature
    currency: str | None
    others: int
    later: int


def purchases(ids: Numbers, behaviour: Any, as_of: datetime.datetime, currency: str | None = None) -> Purchases:
    """Who never bought has bought 0 times for 0, and it is not known how long ago.

    `ids`: int64[n], ascending. `behaviour`: pyarrow.Table, the table of that name in a snapshot. `currency`: left out, it is the one with
    the most purchases, of equals the first by the alphabet; one that nobody paid in is refused with ValueError. O(n + rows).
    """
    n, customer = len(ids), np.searchsorted(ids, behaviour["customer_id"].to_numpy())
    bought = behaviour["purchase_count"].to_numpy()
    currencies, used = encoded(behaviour["currency"])
    chosen = chosen_currency(currencies, used, bought, currency)
    ours = used == chosen
    elsewhere = np.bincount(customer[~ours], minlength=n) > 0
    last = np.full(n, NEVER)
    np.maximum.at(last, customer, behaviour["last_purchase_at"].cast("int64").fill_null(int(NEVER)).to_numpy())
    moment = (as_of - EPOCH) // datetime.timedelta(microseconds=1)
    known = (last != NEVER) & (last <= moment)
    return Purchases(
        Feature(np.bincount(customer, bought, minlength=n).astype(np.float64), np.ones(n, bool)),
        Feature(np.bincount(customer[ours], behaviour["purchase_total"].to_numpy()[ours], minlength=n).astype(np.float64), ~elsewhere),
        Feature(np.where(known, moment - last, 0) / DAY, known),
        currencies[chosen] if currencies else None, int(elsewhere.sum()), int((last > moment).sum()))


def chosen_currency(currencies: list[str], used: Numbers, bought: Numbers, currency: str | None) -> int:
    """Its place among the currencies; -1 when there are none."""
    if currency is not None and currency not in currencies:
        raise ValueError(f"Nobody paid in {currency[:10]}; there are purchases in {', '.join(sorted(currencies)) or 'no currency'}.")
    if currency is not None:
        return currencies.index(currency)
    counts = np.bincount(used, bought, minlength=len(currencies)).tolist()
    return min(range(len(currencies)), key=lambda place: (-counts[place], currencies[place]), default=-1)


def encoded(column: Any) -> tuple[list[str], Numbers]:
    """The different texts of a column, and for each row which one it is."""
    array = column.combine_chunks().dictionary_encode()
    return array.dictionary.to_pylist(), array.indices.to_numpy().astype(np.int64)
