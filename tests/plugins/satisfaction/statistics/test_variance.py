"""Analysis of variance and its relatives, against SciPy, statsmodels and the certificates of NIST."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.oneway import anova_oneway

from plugins.satisfaction.statistics.comparing import games_howell, tukey
from plugins.satisfaction.statistics.ranges import quantile, survival
from plugins.satisfaction.statistics.twoway import two_way
from plugins.satisfaction.statistics.variance import anova, grouped, kruskal, levene, normality, welch

CLOSE = {"rel": 1e-10, "abs": 1e-300}
MEANS = (4, 3, 5, 3, 5, 3, 5, 3, 5)  # tenths: one group at the mean of all, four above it, four below


def sample(seed: int = 1, n: int = 400, g: int = 4) -> tuple[Any, Any, list[Any]]:
    """Values, groups, and the values of each group."""
    chance = np.random.default_rng(seed)
    group = np.concatenate([np.arange(g).repeat(2), chance.integers(0, g, n - 2 * g)])
    values = chance.normal(size=n) * (1 + group / 3) + 0.4 * group
    return values, group, [values[group == at] for at in range(g)]


@pytest.mark.parametrize("seed", range(5))
def test_one_factor(seed: int) -> None:
    values, group, parts = sample(seed)
    found = grouped(values, group, 4)
    table, other = anova(found), stats.f_oneway(*parts)
    assert table is not None
    assert (table.test.statistic, table.test.p) == (pytest.approx(other.statistic, **CLOSE), pytest.approx(other.pvalue, **CLOSE))
    lines = sm.stats.anova_lm(ols("y ~ C(g)", pd.DataFrame({"y": values, "g": group})).fit(), typ=2)
    assert [table.between, table.within] == pytest.approx(lines["sum_sq"].tolist(), **CLOSE)
    total = lines["sum_sq"].sum()
    mean = lines["sum_sq"].iloc[1] / lines["df"].iloc[1]
    assert table.eta == pytest.approx(lines["sum_sq"].iloc[0] / total, **CLOSE)
    assert table.omega == pytest.approx(max((lines["sum_sq"].iloc[0] - 3 * mean) / (total + mean), 0), **CLOSE)
    unequal, theirs = welch(found), anova_oneway(values, group, use_var="unequal")
    assert unequal is not None
    assert [unequal.statistic, unequal.within, unequal.p] == pytest.approx([theirs.statistic, theirs.df[1], theirs.pvalue], **CLOSE)
    spread, brown = levene(values, group, 4), stats.levene(*parts)
    assert spread is not None
    assert (spread.statistic, spread.p) == (pytest.approx(brown.statistic, **CLOSE), pytest.approx(brown.pvalue, **CLOSE))


def test_ranks_with_ties() -> None:
    values, group, _ = sample()
    values = np.round(values)
    found, other = kruskal(values, group, 4), stats.kruskal(*[values[group == at] for at in range(4)])
    assert found is not None
    assert (found[0].statistic, found[0].p) == (pytest.approx(other.statistic, **CLOSE), pytest.approx(other.pvalue, rel=1e-9))
    assert found[1] == pytest.approx(other.statistic / (len(values) - 1), **CLOSE)


def smls(leading: int, replicates: int) -> tuple[Any, Any]:
    """Built like NIST's SmLs01 to SmLs09 (Simon and Lesage, 1989): nine groups of 21, 201 or 2001 values with one decimal, a tenth around
    their means, behind 1, 7 or 13 constant leading digits."""
    whole = {1: "1", 7: "1000000", 13: "1000000000000"}[leading]
    values, group = [], []
    for at, mean in enumerate(MEANS):
        tenths = [mean, *[mean + (1 if i % 2 else -1) for i in range(replicates - 1)]]
        values += [float(f"{whole}.{one}") for one in tenths]
        group += [at] * replicates
    return np.array(values), np.array(group)


@pytest.mark.parametrize(("leading", "digits"), [(1, 8), (7, 8), (13, 3)])
@pytest.mark.parametrize("replicates", [21, 201, 2001])
def test_digits_of_nist(leading: int, digits: int, replicates: int) -> None:
    values, group = smls(leading, replicates)
    table = anova(grouped(values, group, 9))
    assert table is not None
    assert (table.test.between, table.test.within) == (8, 9 * (replicates - 1))
    assert -math.log10(abs(table.test.statistic - replicates) / replicates + 1e-16) >= digits  # certified: 21, 201, 2001
    assert table.eta == pytest.approx(8 * 0.01 * replicates / (8 * 0.01 * replicates + 0.09 * (replicates - 1)), rel=10.0 ** -digits)


def test_the_textbooks_formula_would_fail() -> None:
    """The test above can tell: the one-pass sum of squares keeps not one digit where 13 lead."""
    values, group = smls(13, 21)
    total = float((values**2).sum()) - float(values.sum()) ** 2 / len(values)
    sums = np.bincount(group, values)
    between = float((sums**2 / 21).sum()) - float(values.sum()) ** 2 / len(values)
    assert abs(between - 1.68) > 1.68
    assert abs(total - 3.48) > 3.48


@given(st.integers(0, 10**6), st.floats(-1e6, 1e6), st.floats(0.01, 100))
@settings(max_examples=30, deadline=None)
def test_the_scale_makes_no_difference(seed: int, shift: float, factor: float) -> None:
    values, group, _ = sample(seed, 60, 3)
    one, other = (anova(grouped(found, group, 3)) for found in (values, shift + factor * values))
    assert one is not None
    assert other is not None
    assert other.test.statistic == pytest.approx(one.test.statistic, rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_two_factors_of_type_two(seed: int) -> None:
    values, first, _ = sample(seed, 300, 3)
    second = np.random.default_rng(seed + 100).integers(0, 2, 300)
    values = values + 0.5 * second * (first == 1)
    cell, group = np.unique(first * 2 + second, return_inverse=True)
    found = two_way(grouped(values, group, len(cell)), cell // 2, cell % 2)
    assert found is not None
    lines = sm.stats.anova_lm(ols("y ~ C(a) * C(b)", pd.DataFrame({"y": values, "a": first, "b": second})).fit(), typ=2)
    assert found.interaction is not None
    effects = [found.first, found.second, found.interaction]
    assert [*[one.squares for one in effects], found.within] == pytest.approx(lines["sum_sq"].tolist(), rel=1e-10)
    assert [one.test.statistic for one in effects] == pytest.approx(lines["F"].tolist()[:3], rel=1e-10)
    assert [one.test.p for one in effects] == pytest.approx(lines["PR(>F)"].tolist()[:3], rel=1e-10)


def test_two_factors_that_say_the_same() -> None:
    values, group, _ = sample()
    assert two_way(grouped(values, group, 4), np.arange(4), np.arange(4)) is None


@pytest.mark.parametrize("seed", range(3))
def test_pairs(seed: int) -> None:
    values, group, parts = sample(seed)
    found = grouped(values, group, 4)
    for pairs, other in ((tukey(found), stats.tukey_hsd(*parts)), (games_howell(found), stats.tukey_hsd(*parts, equal_var=False))):
        bounds = other.confidence_interval()
        for one in pairs:
            assert one.difference == pytest.approx(other.statistic[one.second, one.first], rel=1e-10)
            assert one.p == pytest.approx(other.pvalue[one.first, one.second], abs=1e-8)
            assert (one.low, one.high) == (pytest.approx(bounds.low[one.second, one.first], rel=1e-6),
                                           pytest.approx(bounds.high[one.second, one.first], rel=1e-6))


@pytest.mark.parametrize(("groups", "freedom", "five_percent"), [(2, 5, 3.64), (3, 10, 3.88), (10, 20, 5.01), (20, 60, 5.24)])
def test_the_studentized_range_as_printed(groups: int, freedom: int, five_percent: float) -> None:
    """Upper five percent points from the tables of Pearson and Hartley (1966), Biometrika Tables for Statisticians, table 29."""
    assert quantile(0.95, groups, freedom) == pytest.approx(five_percent, abs=0.005)
    assert survival(quantile(0.95, groups, freedom), groups, freedom) == pytest.approx(0.05, rel=1e-6)


def test_what_looks_normal() -> None:
    values, group, _ = sample(n=300)
    found = grouped(values, group, 4)
    rest = values - found.mean[group]
    small, other = normality(values, group, found), stats.shapiro(rest)
    assert small is not None
    assert (small.test, small.statistic, small.p) == ("SHAPIRO_WILK", pytest.approx(other.statistic, rel=1e-9),
                                                      pytest.approx(other.pvalue, rel=1e-6))
    many = np.tile(values, 20)
    large = normality(many, np.tile(group, 20), grouped(many, np.tile(group, 20), 4))
    assert large is not None
    assert large.test == "DAGOSTINO"


def test_nothing_to_compare() -> None:
    same, halves = np.ones(10), np.arange(10) % 2
    found = grouped(same, halves, 2)
    assert (anova(found), welch(found), kruskal(same, halves, 2), levene(same, halves, 2), normality(same, halves, found)) == (None,) * 5
    assert (tukey(found), games_howell(found)) == ([], [])
    alone = grouped(np.arange(4.0), np.arange(4), 4)
    assert (anova(alone), welch(alone), tukey(alone), games_howell(alone)) == (None, None, [], [])
    one = grouped(np.arange(4.0), np.zeros(4, np.int64), 1)
    assert (anova(one), welch(one), tukey(one), games_howell(one)) == (None, None, [], [])
