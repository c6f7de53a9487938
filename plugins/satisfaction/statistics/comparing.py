"""Which two groups differ: Tukey's honest differences where variances are alike, Games and Howell's where they are not."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from plugins.satisfaction.statistics.ranges import quantile, survival
from plugins.satisfaction.statistics.variance import Groups


@dataclass(frozen=True)
class Pair:
    """The second group's mean less the first's, with its interval, and how probable so large a one is among so many pairs."""

    first: int
    second: int
    difference: float
    low: float
    high: float
    p: float


def tukey(found: Groups, confidence: float = 0.95) -> list[Pair]:
    """Tukey (1949) and Kramer (1956), for groups of different size, too. No pairs where nothing varies within groups."""
    n, g = int(found.size.sum()), len(found.size)
    within, freedom = float(found.squares.sum()), n - g
    if g < 2 or freedom < 1 or not within:
        return []
    reach = quantile(confidence, g, freedom)
    return list(pairs(found, [within / freedom * (1 / found.size[i] + 1 / found.size[j]) / 2 for i, j in both(g)], [freedom] * len(both(g)),
                      [reach] * len(both(g))))


def games_howell(found: Groups, confidence: float = 0.95) -> list[Pair]:
    """Games and Howell (1976), Journal of Educational Statistics 1. No pairs where a group is of one, or nothing varies in two of them."""
    g = len(found.size)
    if g < 2 or (found.size < 2).any() or (found.squares == 0).sum() > 1:
        return []
    share = found.variance / found.size
    error = [(share[i] + share[j]) / 2 for i, j in both(g)]
    freedom = [float((share[i] + share[j]) ** 2 / (share[i] ** 2 / (found.size[i] - 1) + share[j] ** 2 / (found.size[j] - 1)))
               for i, j in both(g)]
    return list(pairs(found, error, freedom, [quantile(confidence, g, one) for one in freedom]))


def both(g: int) -> list[tuple[int, int]]:
    return list(combinations(range(g), 2))


def pairs(found: Groups, error: list[float], freedom: Sequence[float], reach: list[float]) -> Iterator[Pair]:
    """`error`: half the variance of each difference; `reach`: the quantile of the studentized range that its interval goes by."""
    g = len(found.size)
    for (i, j), variance, free, far in zip(both(g), error, freedom, reach, strict=True):
        difference, unit = float(found.centre[j] - found.centre[i]), math.sqrt(variance)
        yield Pair(i, j, difference, difference - far * unit, difference + far * unit, survival(abs(difference) / unit, g, free))
