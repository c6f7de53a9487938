"""Baskets written down or made up, and everything about them counted the slow way."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from plugins.rules.baskets import Baskets, baskets_of
from plugins.rules.itemsets import Itemsets

Set = frozenset[int]
steady = settings(deadline=None, derandomize=True, max_examples=60)  # the same examples every time

# Han, Kamber and Pei, "Data Mining: Concepts and Techniques", 3rd edition, table 6.1: AllElectronics.
ALL_ELECTRONICS = ((1, 2, 5), (2, 4), (2, 3), (1, 2, 4), (1, 3), (2, 3), (1, 3), (1, 2, 3, 5), (1, 2, 3))
# Agrawal and Srikant, "Fast Algorithms for Mining Association Rules", VLDB 1994, figure 3.
AGRAWAL = ((1, 3, 4), (2, 3, 5), (1, 2, 3, 5), (2, 5))
# Zaki, "Scalable Algorithms for Association Mining", 2000, figure 1: A, C, D, T and W are 1 to 5.
ZAKI = ((1, 2, 4, 5), (2, 3, 5), (1, 2, 4, 5), (1, 2, 3, 5), (1, 2, 3, 4, 5), (2, 3, 4))


def baskets(written: Sequence[Sequence[int]]) -> Baskets:
    return baskets_of([number for number, basket in enumerate(written) for _ in basket], [item for basket in written for item in basket])


@st.composite
def shopping(draw: st.DrawFn) -> list[list[int]]:
    """At least one basket; items are 1 to 7, and a few baskets may hold most of them."""
    return draw(st.lists(st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True), min_size=1, max_size=30))


def counted(written: Sequence[Sequence[int]], longest: int) -> dict[Set, int]:
    """Every itemset that is in a basket, by looking at each basket for each."""
    items = sorted({item for basket in written for item in basket})
    every = [frozenset(some) for length in range(1, longest + 1) for some in combinations(items, length)]
    counts = {one: sum(one <= set(basket) for basket in written) for one in every}
    return {one: count for one, count in counts.items() if count}


def frequent(written: Sequence[Sequence[int]], least: int, longest: int) -> dict[Set, int]:
    return {one: count for one, count in counted(written, longest).items() if count >= least}


def as_counts(found: Itemsets, of: Baskets) -> dict[Set, int]:
    return {frozenset(of.items[row].tolist()): int(count) for rows, counts in zip(found.rows, found.counts, strict=True)
            for row, count in zip(rows, counts, strict=True)}


def numbered(found: Itemsets, of: Baskets) -> list[Set]:
    """The itemsets by their numbers."""
    return [frozenset(of.items[row].tolist()) for rows in found.rows for row in rows]


def parted(counts: Mapping[Set, int]) -> Iterator[tuple[Set, Set]]:
    """Both sides of every rule."""
    for whole in counts:
        for length in range(1, len(whole)):
            for left in combinations(sorted(whole), length):
                yield frozenset(left), whole - frozenset(left)


def rules_of(found: Any, sets: Sequence[Set]) -> dict[tuple[Set, Set], tuple[int, int, int]]:
    """(left, right) -> baskets with the left side, with the right side, with both."""
    return {(sets[left], sets[right]): (int(a), int(c), int(both)) for left, right, a, c, both in zip(
        found.antecedent, found.consequent, found.a, found.c, found.both, strict=True)}
