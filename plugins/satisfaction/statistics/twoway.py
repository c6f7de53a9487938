"""Analysis of variance with two factors that cross, by type II sums of squares: each factor beside the other, whatever the group sizes.

Langsrud (2003), "ANOVA for unbalanced data: use type II instead of type III sums of squares", Statistics and Computing 13. Everything
follows from the sizes, means and squares of the cells, so a million answers cost one pass over them and a small least-squares fit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from plugins.satisfaction.statistics.variance import Groups, Numbers, Test

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """`eta` and `omega` are partial and squared: the share of what the other effects leave."""

    squares: float
    test: Test
    eta: float
    omega: float


@dataclass(frozen=True)
class TwoWay:
    """`interaction` is None where the cells with answers leave no freedom for one; `empty` counts the cells without any."""

    first: Effect
    second: Effect
    interaction: Effect | None
    within: float
    freedom: float
    empty: int


def two_way(cells: Groups, first: Numbers, second: Numbers) -> TwoWay | None:
    """`cells`: the groups that the levels of both factors make together, none empty; `first`, `second`: int64[cells], their levels, from 0
    up without gaps. None where nothing is left to compare with, or one factor says all that the other does."""
    a, b = int(first.max()) + 1, int(second.max()) + 1
    n, within = int(cells.size.sum()), float(cells.squares.sum())
    freedom = n - len(cells.size)
    if a < 2 or b < 2 or freedom < 1 or not within:
        return None
    by_first, by_second = dummies(first, a), dummies(second, b)
    alone_first, alone_second = rest(cells, by_first)[0], rest(cells, by_second)[0]
    both, rank = rest(cells, np.hstack([by_first, by_second[:, 1:]]))
    if rank < a + b - 1:
        return None
    mean = within / freedom
    crossed = len(cells.size) - rank
    return TwoWay(effect(alone_second - both, a - 1, mean, freedom, n), effect(alone_first - both, b - 1, mean, freedom, n),
                  effect(both, crossed, mean, freedom, n) if crossed else None, within, freedom, a * b - len(cells.size))


def dummies(level: Numbers, count: int) -> Floats:
    """float64[cells, count]: the first column is 1 throughout, the others say which of the other levels it is."""
    found = np.zeros((len(level), count))
    found[:, 0] = 1
    found[np.arange(len(level))[level > 0], level[level > 0]] = 1
    return found


def rest(cells: Groups, design: Floats) -> tuple[float, int]:
    """The squares that a model of the cells' means leaves between them, and its rank."""
    root = np.sqrt(cells.size)
    grand = float((cells.size * cells.centre).sum() / cells.size.sum())
    wanted = root * (cells.centre - grand)
    weighted = root[:, None] * design
    solution, _, rank, _ = np.linalg.lstsq(weighted, wanted, rcond=None)
    left = wanted - weighted @ solution
    return float(left @ left), int(rank)


def effect(squares: float, freedom: int, mean: float, within: float, n: int) -> Effect:
    squares = max(squares, 0.0)
    statistic = squares / freedom / mean
    p = float(stats.f.sf(statistic, freedom, within))
    omega = freedom * (statistic - 1) / (freedom * (statistic - 1) + n)
    return Effect(squares, Test(statistic, freedom, within, p), squares / (squares + mean * within), max(omega, 0.0))
