"""Measures of rules against printed figures, exact fractions and other libraries; tests of significance against theirs."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.rules import measures
from plugins.rules.significance import benjamini_hochberg, fisher, holm
from tests.plugins.rules.shops import steady


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Baskets, those with A, with C, with both: at least one with both."""
    n = draw(st.integers(1, 60))
    a, c = draw(st.integers(1, n)), draw(st.integers(1, n))
    return n, a, c, draw(st.integers(max(1, a + c - n), min(a, c)))


def arrays(*numbers: int) -> list[Any]:
    return [np.array([number]) for number in numbers]


def one(measure: Any, n: int, *counts: int) -> float:
    return float(measure(n, *arrays(*counts))[0])


@steady
@given(tables())
def test_by_their_definitions(table: tuple[int, int, int, int]) -> None:
    n, a, c, both = table
    share_a, share_c, share = Fraction(a, n), Fraction(c, n), Fraction(both, n)
    assert float(measures.confidence(*arrays(a, both))[0]) == float(share / share_a)
    assert one(measures.lift, *table) == pytest.approx(float(share / (share_a * share_c)), rel=1e-15)
    assert one(measures.leverage, *table) == pytest.approx(float(share - share_a * share_c), rel=1e-14, abs=1e-17)
    conviction = one(measures.conviction, *table)
    if both < a:
        assert conviction == pytest.approx(float((1 - share_c) / (1 - share / share_a)), rel=1e-15)
    else:
        assert not math.isfinite(conviction)


@steady
@given(tables())
def test_gain_is_mutual_information_and_p_is_fishers(table: tuple[int, int, int, int]) -> None:
    from scipy.stats import fisher_exact
    from sklearn.metrics import mutual_info_score

    n, a, c, both = table
    square = np.array([[both, a - both], [c - both, n - a - c + both]])
    assert one(measures.gain, *table) == pytest.approx(mutual_info_score(None, None, contingency=square) / math.log(2), abs=1e-12)
    assert one(measures.gain, n, c, a, both) == pytest.approx(one(measures.gain, *table), abs=1e-12)
    assert 0 <= one(measures.gain, *table) <= 1
    assert one(fisher, *table) == pytest.approx(fisher_exact(square, alternative="greater").pvalue, rel=1e-9)


def test_games_and_videos() -> None:
    """Han, Kamber and Pei, examples 6.7 and 6.8: of 10,000 transactions 6,000 have games, 7,500 videos, 4,000 both: 40 % support,
    66 % confidence, and a lift of 0.89."""
    table = 10_000, 6_000, 7_500, 4_000
    assert float(measures.confidence(*arrays(6_000, 4_000))[0]) == pytest.approx(0.66, abs=0.007)
    assert one(measures.lift, *table) == pytest.approx(0.89, abs=0.005)
    assert one(measures.leverage, *table) == pytest.approx(-0.05, abs=1e-15)


def test_playing_tennis() -> None:
    """Quinlan 1986: 14 days, 9 of which are good to play; the outlook is overcast on 4, all good. Windy on 6, 3 good: 0.048 bits."""
    assert one(measures.gain, 14, 6, 9, 3) == pytest.approx(0.048, abs=5e-4)
    assert one(measures.gain, 14, 7, 9, 3) == pytest.approx(0.151, abs=1e-3)  # humidity is high on 7, 3 good: printed as 0.151


def test_the_lady_tasting_tea() -> None:
    """Fisher, "The Design of Experiments", 1935: 8 cups, 4 with milk first. All four right: 1 in 70; three or more: 17 in 70."""
    assert one(fisher, 8, 4, 4, 4) == pytest.approx(1 / 70, rel=1e-12)
    assert one(fisher, 8, 4, 4, 3) == pytest.approx(17 / 70, rel=1e-12)


def test_of_a_million_baskets() -> None:
    """The upper tail added up term by term from logarithms of factorials."""
    n, a, c, both = 1_000_000, 100_000, 50_000, 5_400

    def term(k: int) -> float:
        return math.exp(sum(math.lgamma(x + 1) * sign for x, sign in (
            (a, 1), (n - a, 1), (c, 1), (n - c, 1), (n, -1), (k, -1), (a - k, -1), (c - k, -1), (n - a - c + k, -1))))

    assert one(fisher, n, a, c, both) == pytest.approx(math.fsum(term(k) for k in range(both, both + 2_000)), rel=1e-6)


def test_no_surprise_where_an_item_is_in_every_basket() -> None:
    n, a, c, both = 50, 10, 50, 10
    assert [one(measures.lift, n, a, c, both), one(measures.leverage, n, a, c, both), one(measures.gain, n, a, c, both)] == [1, 0, 0]
    assert one(fisher, n, a, c, both) == 1
    assert math.isnan(one(measures.conviction, n, a, c, both))


PRINTED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def test_benjamini_and_hochbergs_own_example() -> None:
    """Their paper's section 4.1: 15 tests, of which their procedure rejects the first four at 0.05, and Bonferroni's three."""
    p = np.array(PRINTED)
    assert (benjamini_hochberg(p, 15) <= 0.05).tolist() == [True] * 4 + [False] * 11
    assert (holm(p, 15) <= 0.05).tolist() == [True] * 3 + [False] * 12


@steady
@given(st.lists(st.sampled_from([*PRINTED, 0.5, 1e-300, 0.0]), min_size=1, max_size=30), st.integers(0, 30))
def test_corrections_are_scipys_and_the_papers(values: list[float], more: int) -> None:
    """Tests that are not here count as tests that found nothing. Holm: the i-th smallest of m is multiplied by m - i + 1, and no value
    is less than one before it."""
    from scipy.stats import false_discovery_control

    p, everything = np.array(values), [*values, *[1.0] * more]
    assert benjamini_hochberg(p, len(everything)) == pytest.approx(false_discovery_control(everything)[:len(p)], rel=1e-12)
    ranked = sorted(everything)
    stepped = [min(1.0, max((len(ranked) - j) * ranked[j] for j in range(i + 1))) for i in range(len(ranked))]
    assert holm(p, len(everything)) == pytest.approx([stepped[ranked.index(one) + ranked.count(one) - 1] for one in values], rel=1e-12)


def test_nothing_to_test() -> None:
    nothing = np.zeros(0, np.int64)
    assert [len(of(5, nothing, nothing, nothing)) for of in (measures.lift, measures.gain, measures.conviction, fisher)] == [0, 0, 0, 0]
    assert [len(of(np.zeros(0), 10)) for of in (benjamini_hochberg, holm)] == [0, 0]
