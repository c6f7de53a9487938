"""Itemsets and how many baskets hold them: found again by their items, told closed or maximal, cut to the most frequent."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugins.rules.baskets import Numbers

Flags = NDArray[np.bool_]


def least_count(support: float, baskets: int) -> int:
    """The least number of baskets that is a share of `support` or more: ceil(support * baskets), by the decimal that was written.

    >>> least_count(0.07, 100)  # 0.07 * 100 is 7.000000000000001
    7
    """
    return max(1, ceil(Fraction(repr(support)) * baskets))


@dataclass(frozen=True)
class Itemsets:
    """`rows[k - 1]`: int32[n, k], the itemsets of k items, each ascending, in lexicographic order; `counts[k - 1]`: int64[n], how many
    of the `baskets` hold each. With an itemset all its parts are there. `least`: the count that all of them have at least."""

    rows: Sequence[Any]
    counts: Sequence[Numbers]
    baskets: int
    least: int

    @property
    def total(self) -> int:
        return sum(map(len, self.rows))

    @cached_property
    def offsets(self) -> list[int]:
        """The number of the first itemset of each length, when all are numbered through."""
        return [0, *np.cumsum([len(rows) for rows in self.rows]).tolist()]

    @cached_property
    def _codes(self) -> list[Numbers]:
        """For each length an ascending code of every itemset: the place of all its items but the last, and the last one."""
        found: list[Numbers] = []
        for rows in self.rows:
            place = np.zeros(len(rows), np.int64)
            for column, codes in zip(rows.T, [*found, None], strict=True):
                place = code = place * self._base + column
                if codes is not None:
                    place = np.searchsorted(codes, code)
            found.append(place)
        return found

    @cached_property
    def _base(self) -> int:
        return int(self.rows[0].max(initial=0)) + 1 if self.rows else 1

    def longer(self, places: Numbers, length: int, item: Any) -> Numbers:
        """The places of itemsets of `length` items that consist of itemsets one shorter, given by `places`, and a greater `item`."""
        found: Numbers = np.searchsorted(self._codes[length - 1], places * self._base + item)
        return found

    def parts(self, length: int) -> dict[int, Numbers]:
        """For the itemsets of a length the places of all their parts among those of the part's length, by which of the items belong to
        the part: bit i of the key stands for item i."""
        rows, found = self.rows[length - 1], {0: np.zeros(len(self.rows[length - 1]), np.int64)}
        for mask in range(1, 2**length):
            last = mask.bit_length() - 1
            found[mask] = self.longer(found[mask ^ (1 << last)], mask.bit_count(), rows[:, last])
        return found

    @cached_property
    def closed_and_maximal(self) -> tuple[Flags, Flags]:
        """Of all itemsets, numbered through: whether no larger one is in as many baskets, and whether there is no larger one at all,
        among the itemsets here. Pasquier et al., "Discovering Frequent Closed Itemsets for Association Rules", ICDT 1999."""
        closed, maximal = np.ones(self.total, bool), np.ones(self.total, bool)
        for length in range(2, len(self.rows) + 1):
            whole, parts = self.counts[length - 1], self.parts(length)
            for left_out in range(length):
                place = parts[(2**length - 1) ^ (1 << left_out)]
                maximal[self.offsets[length - 2] + place] = False
                same = self.counts[length - 2][place] == whole
                closed[self.offsets[length - 2] + place[same]] = False
        return closed, maximal

    def most_frequent(self, most: int) -> "Itemsets":
        """At most so many: those above the highest count at which they would be too many. The parts of what stays stay."""
        if self.total <= most:
            return self
        least = raised(np.concatenate(self.counts), most)
        kept = [counts >= least for counts in self.counts]
        rows = [rows[there] for rows, there in zip(self.rows, kept, strict=True)]
        counts = [counts[there] for counts, there in zip(self.counts, kept, strict=True)]
        return trimmed(rows, counts, self.baskets, least)


def raised(counts: Numbers, most: int) -> int:
    """The lowest bound that at most `most` of these counts reach; there are more of them."""
    return int(np.partition(counts, len(counts) - most - 1)[len(counts) - most - 1]) + 1


def itemsets(rows: Sequence[Any], counts: Sequence[Any], baskets: int, least: int) -> Itemsets:
    """From itemsets in any order, their items in any order."""
    sorted_rows, sorted_counts = [], []
    for of_length, counted in zip(rows, counts, strict=True):
        ascending = np.sort(np.asarray(of_length, np.int32), axis=1)
        order = np.lexsort(ascending.T[::-1])
        sorted_rows.append(ascending[order])
        sorted_counts.append(np.asarray(counted, np.int64)[order])
    return trimmed(sorted_rows, sorted_counts, baskets, least)


def trimmed(rows: Sequence[Any], counts: Sequence[Numbers], baskets: int, least: int) -> Itemsets:
    """Without lengths that nothing has."""
    lengths = sum(len(one) > 0 for one in rows)
    return Itemsets(list(rows[:lengths]), list(counts[:lengths]), baskets, least)
