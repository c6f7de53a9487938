"""ECLAT: frequent itemsets by depth, each known by the baskets that hold it, as bits.

Pairs are counted by a sparse product, and each item's longer sets among the baskets that hold the item alone, so that bit rows are
short. Zaki, "Scalable Algorithms for Association Mining", IEEE Transactions on Knowledge and Data Engineering 12, 2000.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from plugins.rules.baskets import Baskets, Numbers
from plugins.rules.itemsets import Itemsets, itemsets, raised

Bits = NDArray[np.uint64]
AT_ONCE = 32_000_000  # entries of an intermediate array
PAIR_COST, WORD_COST = 6.0, 1.0  # of one pair of items in a basket, and of 64 baskets of a pair of bit rows: nanoseconds
MOST_BITS = 2**31  # of a bit matrix of all baskets


def eclat(baskets: Baskets, least: int, longest: int, most: int, progress: Callable[[int, int], None] = lambda *_: None) -> Itemsets:
    """All itemsets of at most `longest` items that are in `least` baskets or more. When there are more than `most`, the bound is
    raised until there are not, while they are looked for: no input takes more than `most` itemsets' time and memory by much.

    `progress(done, total)` counts items. Time grows with the pairs of items in each basket, or with the pairs of items by the baskets,
    whichever is less.
    """
    counts = np.bincount(baskets.matrix.indices, minlength=len(baskets.items))
    frequent = np.flatnonzero(counts >= least)
    order = frequent[np.argsort(counts[frequent], kind="stable")]  # the rarest first: most companions, in fewest baskets
    found = Found(least, most, order)
    found.add((), np.arange(len(order)), counts[order])
    if longest > 1 and len(order):
        matrix = baskets.matrix[:, order]
        matrix.sort_indices()
        if dense(matrix):
            grow(found, (), bits_of(matrix, np.arange(len(order)), len(order)), np.arange(len(order)), counts[order], longest)
        else:
            Search(matrix, found, longest).run(progress)
    return found.itemsets(baskets.count)


class Found:
    """Itemsets by length as they are found, and the bound that they must reach, which rises when they become too many."""

    def __init__(self, least: int, most: int, names: Numbers):
        """`names`: int64[f], what the numbers in itemsets stand for."""
        self.least, self._most, self._names, self._total = least, most, names, 0
        self._rows: list[list[Any]] = []
        self._counts: list[list[Numbers]] = []

    def add(self, prefix: tuple[int, ...], last: Numbers, counts: Numbers) -> None:
        """`prefix` together with each of `last`."""
        if not len(last):
            return
        while len(self._rows) <= len(prefix):
            self._rows.append([])
            self._counts.append([])
        rows = np.empty((len(last), len(prefix) + 1), np.int32)
        rows[:, :-1], rows[:, -1] = prefix, last
        self._rows[len(prefix)].append(rows)
        self._counts[len(prefix)].append(counts)
        self._total += len(last)
        if self._total > 2 * self._most:
            self._rise()

    def _rise(self) -> None:
        rows, counts = self._joined()
        self.least = max(self.least, raised(np.concatenate(counts), self._most))
        kept = [of_length >= self.least for of_length in counts]
        self._rows = [[some[there]] for some, there in zip(rows, kept, strict=True)]
        self._counts = [[some[there]] for some, there in zip(counts, kept, strict=True)]
        self._total = sum(int(there.sum()) for there in kept)

    def _joined(self) -> tuple[list[Any], list[Numbers]]:
        return ([np.concatenate(some) for some in self._rows], [np.concatenate(some) for some in self._counts])

    def itemsets(self, baskets: int) -> Itemsets:
        rows, counts = self._joined()
        return itemsets([self._names[some] for some in rows], counts, baskets, self.least).most_frequent(self._most)


class Search:
    """`matrix`: csr_array[n, f] of frequent items, the rarest first, columns sorted."""

    def __init__(self, matrix: csr_array, found: Found, longest: int):
        self._matrix, self._columns, self._found, self._longest = matrix, matrix.tocsc(), found, longest

    def run(self, progress: Callable[[int, int], None]) -> None:
        f = self._matrix.shape[1]
        lengths = np.diff(self._matrix.indptr)
        work = np.add.reduceat(lengths[self._columns.indices], self._columns.indptr[:-1])  # entries of a row of the product, at most
        step, together = max(1, AT_ONCE // max(1, f)), self._columns.T.tocsr()
        start = 0
        while start < f:
            stop = min(f, start + max(1, min(step, int(np.searchsorted(np.cumsum(work[start:]), AT_ONCE)))))
            product = together[start:stop] @ self._matrix
            for item in range(start, stop):
                here = slice(product.indptr[item - start], product.indptr[item - start + 1])
                self._below(item, product.indices[here], product.data[here])
            progress(stop, f)
            start = stop

    def _below(self, item: int, others: Any, counts: Any) -> None:
        """All itemsets whose rarest item is this one. `counts`: how often it comes with each of `others`."""
        kept = (others > item) & (counts >= self._found.least)
        order = np.argsort(others[kept])
        companions, counted = others[kept][order], counts[kept][order]
        self._found.add((item,), companions, counted.astype(np.int64))
        if len(companions) > 1 and self._longest > 2:
            rows = self._matrix[self._columns.indices[self._columns.indptr[item]:self._columns.indptr[item + 1]]]
            grow(self._found, (item,), bits_of(rows, companions, self._matrix.shape[1]), companions, counted, self._longest)


def dense(matrix: csr_array) -> bool:
    """Whether bit rows of all baskets are quicker than counting the pairs in each basket."""
    n, f = matrix.shape
    pairs = float((np.diff(matrix.indptr).astype(np.float64) ** 2).sum())
    return bool(n * f <= MOST_BITS and f * f / 2 * (n / 64) * WORD_COST < pairs * PAIR_COST)


def bits_of(rows: csr_array, columns: Any, f: int) -> Bits:
    """uint64[k, w]: for each of these columns a bit for each row, set where there is an entry. Made from parts of the rows."""
    place = np.full(f, -1)
    place[columns] = np.arange(len(columns))
    step = max(64, AT_ONCE // max(1, len(columns)) // 64 * 64)
    parts = []
    for start in range(0, rows.shape[0], step):
        part = rows[start:start + step]
        there = np.zeros((len(columns), -(-part.shape[0] // 64) * 64), bool)
        column, row = place[part.indices], np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))
        wanted = column >= 0
        there[column[wanted], row[wanted]] = True
        parts.append(np.packbits(there, axis=1).view(np.uint64))
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def grow(found: Found, prefix: tuple[int, ...], bits: Bits, items: Any, held: Any, longest: int) -> None:
    """All itemsets of `prefix` and two or more of `items`; without a prefix, of two or more of `items`. `bits`: uint64[k, w], in which
    baskets with the prefix each of them is; `held`: in how many."""
    for first in range(len(items) - 1):
        if held[first] < found.least:  # the bound has risen meanwhile
            continue
        both = bits[first + 1:] & bits[first]
        counts = np.bitwise_count(both).sum(axis=1, dtype=np.int64)
        kept = np.flatnonzero(counts >= found.least)
        longer = (*prefix, int(items[first]))
        found.add(longer, items[first + 1:][kept], counts[kept])
        if len(longer) + 2 <= longest and len(kept) > 1:
            grow(found, longer, both[kept], items[first + 1:][kept], counts[kept], longest)
