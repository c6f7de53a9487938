"""Cronbach's alpha, against its definition by single variances and against a published example."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.satisfaction.statistics.reliability import reliability


def slow_alpha(values: np.ndarray) -> float:
    k = values.shape[1]
    return k / (k - 1) * (1 - sum(np.var(column, ddof=1) for column in values.T) / np.var(values.sum(axis=1), ddof=1))


@given(st.integers(0, 10**6), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_the_definition(seed: int, k: int) -> None:
    chance = np.random.default_rng(seed)
    values = np.rint(3 + chance.normal(size=(50, 1)) + chance.normal(size=(50, k)))
    found = reliability(values)
    assert found.alpha == pytest.approx(slow_alpha(values), rel=1e-9)
    for i in range(k):
        others = np.delete(values, i, axis=1)
        assert found.item_total[i] == pytest.approx(np.corrcoef(values[:, i], others.sum(axis=1))[0, 1], rel=1e-9, abs=1e-12)
        assert found.without[i] == (pytest.approx(slow_alpha(others), rel=1e-9, abs=1e-12) if k > 2 else None)
    correlations = np.corrcoef(values.T)
    mean = (correlations.sum() - k) / (k * (k - 1))
    assert found.mean_correlation == pytest.approx(mean, rel=1e-9, abs=1e-12)
    assert found.standardized == pytest.approx(k * mean / (1 + (k - 1) * mean), rel=1e-9, abs=1e-12)


def test_questions_that_say_the_same_have_an_alpha_of_one() -> None:
    values = np.arange(10.0)[:, None] + np.zeros((1, 3))
    found = reliability(values)
    assert (found.alpha, found.item_total) == (pytest.approx(1), pytest.approx([1, 1, 1]))


def test_a_question_that_goes_the_other_way_shows() -> None:
    chance = np.random.default_rng(3)
    level = chance.normal(size=(200, 1))
    values = np.hstack([level, level, level, -level]) + 0.5 * chance.normal(size=(200, 4))
    found = reliability(values)
    assert found.item_total[3] is not None
    assert found.item_total[3] < -0.5
    assert found.without[3] is not None
    assert found.alpha is not None
    assert found.without[3] > found.alpha


def test_nobody_differs() -> None:
    found = reliability(np.ones((5, 3)))
    assert (found.alpha, found.standardized, found.item_total, found.without) == (None, None, [None] * 3, [None] * 3)
    assert reliability(np.ones((1, 2))).alpha is None
