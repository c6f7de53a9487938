"""Baskets: which items were bought together. A sparse matrix of ones, a row for each basket and a column for each item."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Numbers = NDArray[np.int64]
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Baskets:
    """`matrix`: csr_array int32[n, m], 1 where a basket has an item, without duplicates and with sorted columns. `items`: int64[m],
    ascending: what each column stands for. No basket is empty."""

    matrix: csr_array
    items: Numbers

    @property
    def count(self) -> int:
        return int(self.matrix.shape[0])

    @property
    def longest(self) -> int:
        """How many items the fullest basket has."""
        return int(np.diff(self.matrix.indptr).max(initial=0))


def baskets_of(basket: Any, item: Any) -> Baskets:
    """From lines: `basket` and `item`, int64[l], any numbers; an item that stands twice in a basket counts once. O(l log l) at most."""
    baskets, row = places(basket)
    items, column = places(item)
    matrix = csr_array((np.ones(len(row), np.int32), (row, column)), shape=(len(baskets), len(items)))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return Baskets(matrix, items)


def places(values: Any) -> tuple[Numbers, Numbers]:
    """The distinct values, ascending, and the place of each value among them. Quick where values are sorted already, or small."""
    values = np.asarray(values, dtype=np.int64)
    if not len(values):
        return values, values
    if (values[1:] >= values[:-1]).all():
        new = np.concatenate([[True], values[1:] != values[:-1]])
        return values[new], np.cumsum(new) - 1
    lowest, highest = int(values.min()), int(values.max())
    if highest - lowest > 4 * len(values):
        found, inverse = np.unique(values, return_inverse=True)
        return found, inverse.astype(np.int64)
    there = np.zeros(highest - lowest + 1, bool)
    there[values - lowest] = True
    return np.flatnonzero(there) + lowest, (np.cumsum(there) - 1)[values - lowest]


def windows(customer: Any, seconds: Any, days: int | None) -> Numbers:
    """A basket's number for each line: all that a customer bought within `days` days, counted from their first line; without `days`,
    all that they ever bought. `customer`: int64[l]; `seconds`: int64[l], moments since any origin."""
    _, place = places(customer)
    if days is None or not len(place):
        return place
    first = np.full(place.max() + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, place, seconds)
    window = (np.asarray(seconds) - first[place]) // (days * SECONDS_A_DAY)
    found: Numbers = place * (int(window.max()) + 1) + window
    return found
