"""Drivers: the regression against statsmodels, relative weights against all orders of entering."""

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm

from plugins.satisfaction.statistics.driving import Singular, drivers, relative_weights


def sample(seed: int, n: int = 300, k: int = 4, alike: float = 0.6) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    values = alike * chance.normal(size=(n, 1)) + chance.normal(size=(n, k))
    return values @ np.linspace(1, 0, k) + chance.normal(size=n), values


@pytest.mark.parametrize("seed", range(3))
def test_the_regression(seed: int) -> None:
    outcome, values = sample(seed)
    found, other = drivers(outcome, values), sm.OLS(outcome, sm.add_constant(values)).fit()
    assert found is not None
    assert (found.explained, found.adjusted) == (pytest.approx(other.rsquared, rel=1e-10), pytest.approx(other.rsquared_adj, rel=1e-10))
    assert (found.statistic, found.p) == (pytest.approx(other.fvalue, rel=1e-10), pytest.approx(other.f_pvalue, rel=1e-6))
    assert [one.slope for one in found.drivers] == pytest.approx(other.params[1:], rel=1e-9, abs=1e-12)
    assert [one.error for one in found.drivers] == pytest.approx(other.bse[1:], rel=1e-9)
    assert [one.p for one in found.drivers] == pytest.approx(other.pvalues[1:], rel=1e-6, abs=1e-300)
    assert [(one.low, one.high) for one in found.drivers] == [pytest.approx(tuple(bounds), rel=1e-8) for bounds in other.conf_int()[1:]]
    assert found.intercept == pytest.approx(other.params[0], rel=1e-9)


def all_orders(outcome: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Lindeman, Merenda and Gold's: what each adds to R squared, over every order of entering."""
    k = values.shape[1]
    known = {(): 0.0}
    for size in range(1, k + 1):
        for chosen in permutations(range(k), size):
            columns = sorted(chosen)
            known[chosen] = known.get(tuple(columns), 0.0) or sm.OLS(outcome, sm.add_constant(values[:, columns])).fit().rsquared
    gains = np.zeros(k)
    orders = list(permutations(range(k)))
    for order in orders:
        for at, one in enumerate(order):
            gains[one] += known[order[:at + 1]] - known[order[:at]]
    return gains / len(orders)


def test_relative_weights_are_near_all_orders() -> None:
    outcome, values = sample(7)
    correlations, shared = np.corrcoef(values.T), np.array([np.corrcoef(outcome, column)[0, 1] for column in values.T])
    weights, orders = relative_weights(correlations, shared), all_orders(outcome, values)
    assert weights.sum() == pytest.approx(orders.sum(), rel=1e-9)  # R squared
    assert weights == pytest.approx(orders, abs=0.01)


def test_of_two_questions_they_are_the_same() -> None:
    """Johnson (2000) shows that both agree exactly where there are but two."""
    outcome, values = sample(8, k=2)
    correlations, shared = np.corrcoef(values.T), np.array([np.corrcoef(outcome, column)[0, 1] for column in values.T])
    assert relative_weights(correlations, shared) == pytest.approx(all_orders(outcome, values), rel=1e-9)


def test_a_question_that_follows_from_others() -> None:
    outcome, values = sample(1)
    with pytest.raises(Singular) as caught:
        drivers(outcome, np.hstack([values, values[:, :1] + values[:, 1:2]]))
    assert caught.value.column == 4


def test_too_little() -> None:
    outcome, values = sample(1, n=5)
    assert drivers(outcome, values) is None
    assert drivers(np.ones(30), sample(1, n=30)[1]) is None
