"""Whether groups differ: analysis of variance with one factor, Welch's test, Kruskal and Wallis's, and what these rest on.

Values are taken relative to one of them before anything is squared: that difference is exact where digits are many and alike, which the
textbook's sum of squares fails on (NIST's SmLs04 to SmLs09).
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
SHAPIRO = 5000  # values up to which Shapiro and Wilk's test is trusted


@dataclass(frozen=True)
class Test:
    """A statistic with its degrees of freedom, `within` None where there is but one, and how probable so high a one is by chance."""

    statistic: float
    between: float
    within: float | None
    p: float


@dataclass(frozen=True)
class Groups:
    """Of each of g groups: its size, its mean, and the squares around it. `origin` was taken off every value; `mean` has it again."""

    size: Numbers
    centre: Floats
    squares: Floats
    origin: float

    @property
    def mean(self) -> Floats:
        found: Floats = self.centre + self.origin
        return found

    @property
    def variance(self) -> Floats:
        """Of a sample; NaN in groups of one."""
        found: Floats = np.divide(self.squares, self.size - 1, out=np.full(len(self.size), np.nan), where=self.size > 1)
        return found


@dataclass(frozen=True)
class Variance:
    """The table of an analysis of variance. `eta`, `omega` are squared: shares of the variance, in the sample and less biased."""

    test: Test
    between: float
    within: float
    eta: float
    omega: float


def grouped(values: Floats, group: Numbers, g: int) -> Groups:
    """`values`: float64[n]; `group`: int64[n], from 0 to g - 1, none of them empty. Two passes, O(n)."""
    shifted = values - values[0]
    size = np.bincount(group, minlength=g)
    centre = np.bincount(group, shifted, minlength=g) / size
    rest = shifted - centre[group]
    nudge = np.bincount(group, rest, minlength=g) / size  # what the first pass lost
    centre, rest = centre + nudge, rest - nudge[group]
    squares: Floats = np.bincount(group, rest * rest, minlength=g).astype(np.float64)
    return Groups(size, centre, squares, float(values[0]))


def anova(found: Groups) -> Variance | None:
    """One factor, fixed. None where nothing varies within groups, or every group is of one. Fisher (1925)."""
    n, g = int(found.size.sum()), len(found.size)
    grand = float((found.size * found.centre).sum() / n)
    between, within = float((found.size * (found.centre - grand) ** 2).sum()), float(found.squares.sum())
    if g < 2 or n <= g or not within:
        return None
    mean_within = within / (n - g)
    statistic = between / (g - 1) / mean_within
    p = float(stats.f.sf(statistic, g - 1, n - g))
    omega = (between - (g - 1) * mean_within) / (between + within + mean_within)
    return Variance(Test(statistic, g - 1, n - g, p), between, within, between / (between + within), max(omega, 0.0))


def welch(found: Groups) -> Test | None:
    """For variances that differ. None when a group is of one, or nothing varies in one. Welch (1951), Biometrika 38."""
    if len(found.size) < 2 or (found.size < 2).any() or (found.squares == 0).any():
        return None
    g, weight = len(found.size), found.size / found.variance
    share = weight / weight.sum()
    centre = float((share * found.centre).sum())
    spread = float(((1 - share) ** 2 / (found.size - 1)).sum())
    top = float((weight * (found.centre - centre) ** 2).sum()) / (g - 1)
    statistic = top / (1 + 2 * (g - 2) / (g**2 - 1) * spread)
    within = (g**2 - 1) / (3 * spread)
    return Test(statistic, g - 1, within, float(stats.f.sf(statistic, g - 1, within)))


def kruskal(values: Floats, group: Numbers, g: int) -> tuple[Test, float] | None:
    """The test of ranks, corrected for ties, and epsilon squared, its share of the variance of ranks. None where all are the same.

    Kruskal and Wallis (1952), JASA 47. O(n log n).
    """
    n = len(values)
    ranks = stats.rankdata(values)
    size = np.bincount(group, minlength=g)
    means = np.bincount(group, ranks - (n + 1) / 2, minlength=g) / size
    total = float(((ranks - (n + 1) / 2) ** 2).sum())
    if g < 2 or not total:
        return None
    statistic = (n - 1) * float((size * means**2).sum()) / total
    return Test(statistic, g - 1, None, float(stats.chi2.sf(statistic, g - 1))), statistic / (n - 1)


def levene(values: Floats, group: Numbers, g: int) -> Test | None:
    """Whether variances differ, by distances from medians. Brown and Forsythe (1974), JASA 69. O(n log n)."""
    order = np.lexsort((values, group))
    starts = np.searchsorted(group[order], np.arange(g + 1))
    ranked = values[order]
    medians = np.array([np.median(ranked[a:b]) for a, b in pairwise(starts.tolist())])
    found = anova(grouped(np.abs(values - medians[group]), group, g))
    return found.test if found else None


@dataclass(frozen=True)
class Normality:
    """Whether what groups do not explain looks normal: `test` is "SHAPIRO_WILK", or "DAGOSTINO" of more values than that can take."""

    test: str
    statistic: float
    p: float
    skewness: float
    kurtosis: float  # excess


def normality(values: Floats, group: Numbers, found: Groups) -> Normality | None:
    """Of residuals. None for fewer than eight, or where nothing varies."""
    rest = values - found.origin - found.centre[group]
    if len(rest) < 8 or not math.sqrt(float(rest @ rest)):
        return None
    skewness, kurtosis = float(stats.skew(rest)), float(stats.kurtosis(rest))
    if len(rest) <= SHAPIRO:
        statistic, p = stats.shapiro(rest)
        return Normality("SHAPIRO_WILK", float(statistic), float(p), skewness, kurtosis)
    statistic, p = stats.normaltest(rest)
    return Normality("DAGOSTINO", float(statistic), float(p), skewness, kurtosis)
