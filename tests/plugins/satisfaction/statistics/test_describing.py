"""Single questions, against NumPy on the answers one by one."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from plugins.satisfaction.statistics.describing import counted, describe, net_promoter

ANSWERS = st.lists(st.integers(1, 7), min_size=2, max_size=60)


@given(ANSWERS)
def test_counts_say_what_the_answers_say(given_: list[int]) -> None:
    values = np.array(given_)
    found = describe(counted(values.astype(np.int16), 1, 7), len(values) + 3, 1)
    assert (found.answered, found.missing) == (len(values), 3)
    assert found.mean == pytest.approx(values.mean(), rel=1e-12)
    assert found.deviation == pytest.approx(values.std(ddof=1), rel=1e-12, abs=1e-12)
    assert [found.lower_quartile, found.median, found.upper_quartile] == pytest.approx(np.percentile(values, [25, 50, 75]).tolist())
    assert found.top_two == pytest.approx((values >= 6).mean())
    assert found.bottom_two == pytest.approx((values <= 2).mean())
    if np.ptp(values):
        low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
        assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_many_answers_are_counted_exactly() -> None:
    found = describe(np.array([10**8, 0, 0, 0, 10**8]), 2 * 10**8, 1)
    assert found.mean == 3
    assert found.deviation == pytest.approx(2 * math.sqrt(2e8 / (2e8 - 1)), rel=1e-15)


@pytest.mark.parametrize(("counts", "expected"), [
    ([0, 0, 0], (0, None, None, None)), ([0, 1, 0], (1, 2.0, None, 2.0)), ([0, 4, 0], (4, 2.0, 0.0, 2.0)),
])
def test_too_little_to_say_much(counts: list[int], expected: tuple[Any, ...]) -> None:
    found = describe(np.array(counts), 5, 1)
    assert (found.answered, found.mean, found.deviation, found.median) == expected
    assert found.missing == 5 - sum(counts)
    assert found.top_two is None  # three steps


def test_net_promoter_by_hand() -> None:
    """Of ten: five promoters, three detractors; the variance of the difference of shares is 0.8 - 0.04."""
    counts = np.array([1, 0, 0, 0, 0, 1, 1, 1, 1, 2, 3])
    found = net_promoter(counts, 0)
    assert found is not None
    score, low, high = found
    assert score == pytest.approx(20)
    assert high - score == pytest.approx(100 * stats.t.ppf(0.975, 9) * math.sqrt(0.76 / 10))
    assert score - low == pytest.approx(high - score)
    assert net_promoter(counts[1:], 1) is None
    assert net_promoter(np.zeros(11, np.int64), 0) is None


def test_what_is_off_the_scale_is_missing() -> None:
    assert counted(np.array([1, 2, 9, -32768, 5], np.int16), 1, 5).tolist() == [1, 1, 0, 0, 1]
