"""Structural balance: triangles of a signed graph, by how many of their sides are positive."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Signs = NDArray[np.int8]
Floats = NDArray[np.float64]
AT_ONCE = 2_000_000  # wedges that are looked at together, which takes some 200 MB
MOST_WEDGES = 2_000_000_000  # three minutes
ROUNDING = 1e-12  # sums that differ by less than this share of both are the same


class TooManyWedges(ValueError):
    """Looking for triangles would take too long."""


@dataclass(frozen=True)
class Balance:
    """How many triangles have three, two, one and no positive sides."""

    all_positive: int
    two_positive: int
    one_positive: int
    all_negative: int

    @property
    def triangles(self) -> int:
        return self.all_positive + self.two_positive + self.one_positive + self.all_negative

    @property
    def share(self) -> float | None:
        """Of the triangles, those in balance: an even number of their sides is negative. None where there are no triangles."""
        return (self.all_positive + self.one_positive) / self.triangles if self.triangles else None


# -- one sign for each pair --
def leave_out(positive: Floats, negative: Floats) -> Signs:
    return (positive > 0).astype(np.int8) - (negative > 0).astype(np.int8)


def negative_wins(_: Floats, negative: Floats) -> Signs:
    return np.where(negative > 0, -1, 1).astype(np.int8)


def sign_of_sum(positive: Floats, negative: Floats) -> Signs:
    difference = positive - negative
    told_apart = np.abs(difference) > ROUNDING * (positive + negative)
    return np.where(told_apart, np.sign(difference), 0).astype(np.int8)


# From what the positive and the negative ties of each pair weigh: 1, -1, or 0 for neither.
RULES: dict[str, Callable[[Floats, Floats], Signs]] = {
    "LEAVE_OUT": leave_out, "NEGATIVE_WINS": negative_wins, "SIGN_OF_SUM": sign_of_sum}


def signed_pairs(n: int, source: Any, target: Any, weight: Floats, sign: Signs, rule: str) -> tuple[Numbers, Numbers, Signs]:
    """The pairs of nodes with a sign: `low` < `high`, int64[k], in their order, and int8[k], 1 or -1.

    `source`, `target`: integer[m] of 0..n-1; `weight`: float64[m]; `sign`: int8[m], 1, 0 or -1. Directions do not matter, and neutral
    ties, loops and ties that weigh nothing take no part. Of a pair with ties of both signs, `rule` says the sign:
    LEAVE_OUT: it has none and takes no part. NEGATIVE_WINS: -1. SIGN_OF_SUM: that of the sum of weight * sign over its ties; a pair whose
    sum is zero takes no part.
    Raises ValueError for weights that are negative or not finite, or whose sum is not finite, and KeyError for another rule.
    O(m log m).
    """
    decide = RULES[rule]
    if len(weight) and not (weight.min() >= 0 and np.isfinite(weight.sum())):
        raise ValueError("weights must be finite and not negative, and so must their sum")
    chosen = np.flatnonzero((sign != 0) & (weight > 0) & (source != target))
    source, target = source[chosen].astype(np.int64), target[chosen].astype(np.int64)
    pairs = np.minimum(source, target) * n + np.maximum(source, target)
    order = np.argsort(pairs, kind="stable")
    pairs, chosen = pairs[order], chosen[order]
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    signs = decide(summed(weight, sign > 0, chosen, first), summed(weight, sign < 0, chosen, first))
    low, high = np.divmod(pairs[first[signs != 0]], n) if n else (pairs, pairs)
    return low, high, signs[signs != 0]


def summed(weight: Floats, counts: NDArray[np.bool_], chosen: Numbers, first: Numbers) -> Floats:
    values = np.where(counts[chosen], weight[chosen], 0.0)
    return np.add.reduceat(values, first) if len(first) else np.zeros(0)


# -- triangles --
def triangles(n: int, low: Numbers, high: Numbers, sign: Signs, *, most: int = MOST_WEDGES,
              progress: Callable[[int, int], None] | None = None) -> Balance:
    """Every triangle once. `low`, `high`, `sign`: what `signed_pairs` gives, every pair once.

    Every edge leads from the end of lower degree to the other, of equals from the lower number; so a node has at most sqrt(2 m) edges
    that lead away. Each triangle is then one edge u-v, one edge v-w, together a wedge, and one edge u-w that is looked up. O(m log m)
    and up to O(m^1.5) wedges, seldom more than 30 times m; about 0.08 microseconds a wedge, 60 bytes an edge, and 200 MB.
    `progress(done, total)` counts wedges. Raises `TooManyWedges` in words when there are more than `most`.

    Heider, "Attitudes and cognitive organization", Journal of Psychology 21, 1946. Cartwright and Harary, "Structural balance: a
    generalization of Heider's theory", Psychological Review 63, 1956. The way of counting: Chiba and Nishizeki, "Arboricity and subgraph
    listing algorithms", SIAM Journal on Computing 14, 1985.
    """
    edges = Oriented.of(n, low, high, sign)
    total = edges.wedges
    if total > most:
        raise TooManyWedges(f"To find its triangles, {total:,} pairs of neighbouring relationships have to be looked at; at most {most:,} "
                            "are allowed. Narrow the selection.")
    found, done = np.zeros(4, np.int64), 0
    for begin, end in edges.stretches():
        negative, looked_at = edges.closed(begin, end)
        found += np.bincount(negative, minlength=4)
        done += looked_at
        if progress is not None:
            progress(done, total)
    return Balance(*found.tolist())


@dataclass(frozen=True)
class Oriented:
    """Edges in the order of `keys`, source * n + target, where nodes are numbered by their degree."""

    keys: Numbers
    source: Numbers
    target: Numbers
    negative: Signs  # 1 or 0
    start: Numbers  # int64[n + 1]: where the edges of each node begin
    reach: Numbers  # how many wedges begin with this edge or an earlier one

    @classmethod
    def of(cls, n: int, low: Numbers, high: Numbers, sign: Signs) -> "Oriented":
        degree = np.bincount(low, minlength=n) + np.bincount(high, minlength=n)
        number = np.empty(n, np.int64)
        number[np.argsort(degree, kind="stable")] = np.arange(n)
        one, other = number[low], number[high]
        keys = np.minimum(one, other) * n + np.maximum(one, other)
        order = np.argsort(keys)
        keys = keys[order]
        source, target = np.divmod(keys, n) if n else (keys, keys)
        away = np.bincount(source, minlength=n)
        return cls(keys, source, target, (sign[order] < 0).astype(np.int8), np.concatenate([[0], np.cumsum(away)]), np.cumsum(away[target]))

    @property
    def wedges(self) -> int:
        return int(self.reach[-1]) if len(self.reach) else 0

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Edges begin..end-1, with about as many wedges in each stretch."""
        begin, edges = 0, len(self.keys)
        while begin < edges:
            before = int(self.reach[begin - 1]) if begin else 0
            end = max(begin + 1, int(np.searchsorted(self.reach, before + AT_ONCE, "right")))
            yield begin, end
            begin = end

    def closed(self, begin: int, end: int) -> tuple[Numbers, int]:
        """How many sides are negative of each triangle whose first edge is one of these, and how many wedges were looked at."""
        target = self.target[begin:end]
        counts = self.start[target + 1] - self.start[target]
        first = np.repeat(np.arange(begin, end), counts)
        second = np.arange(len(first)) + np.repeat(self.start[target] - (np.cumsum(counts) - counts), counts)
        wanted = self.source[first] * (len(self.start) - 1) + self.target[second]
        lowest, highest = self.start[self.source[begin]], self.start[self.source[end - 1] + 1]
        place = lowest + np.minimum(np.searchsorted(self.keys[lowest:highest], wanted), highest - lowest - 1)
        hit = np.flatnonzero(self.keys[place] == wanted)
        return self.negative[first[hit]] + self.negative[second[hit]] + self.negative[place[hit]], len(first)
