"""Gamma-gamma: the gradient, fits against known parameters, and what is expected of a customer."""

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import check_grad
from scipy.stats import gamma

from plugins.value.lifetime.spending import Spending, expected_spending, fit, log_likelihood
from tests.plugins.value.lifetime.simulated import spending

MODEL = Spending(5.0, 4.0, 60.0)


def counts(seed: int, n: int) -> Any:
    return np.random.default_rng(seed).integers(1, 9, n).astype(float)


def test_the_gradient() -> None:
    repeats = counts(1, 200)
    spent = spending(1, MODEL, repeats)
    for at in (np.array([5.0, 4.0, 60.0]), np.array([1.0, 1.5, 200.0])):
        slope = log_likelihood(at, repeats, spent)[1]
        assert check_grad(lambda x: log_likelihood(x, repeats, spent)[0], lambda x: log_likelihood(x, repeats, spent)[1],
                          at) < 1e-4 * np.abs(slope).max()


def test_a_likelihood_is_that_of_its_story() -> None:
    """A customer who came back three times and paid 25 on average, whatever their own mean."""
    whole, _ = quad(lambda own: gamma.pdf(25, MODEL.p * 3, scale=1 / (own * 3)) * gamma.pdf(own, MODEL.q, scale=1 / MODEL.v), 0, np.inf)
    value, _ = log_likelihood(np.array([MODEL.p, MODEL.q, MODEL.v]), np.array([3.0]), np.array([25.0]))
    assert np.exp(value) == pytest.approx(whole, rel=1e-6)


def test_a_fit_finds_the_parameters_again() -> None:
    repeats = counts(2, 8000)
    found = fit(repeats, spending(2, MODEL, repeats))
    assert (np.abs(found.values - [MODEL.p, MODEL.q, MODEL.v]) < 4 * found.errors).all()
    assert found.determined


def test_what_is_expected_lies_between_the_customers_own_mean_and_that_of_all() -> None:
    assert MODEL.mean == 100
    repeats, spent = np.array([0.0, 1, 5, 1000, 3]), np.array([0.0, 200, 200, 200, 0])
    found = expected_spending(MODEL, repeats, spent)
    assert found[0] == 100
    assert 100 < found[1] < found[2] < found[3] < 200
    assert found[3] == pytest.approx(200, rel=1e-3)
    assert 0 < found[4] < 100


def test_what_is_expected_is_the_mean_of_the_posterior() -> None:
    """By numeric integration over the customer's own mean, of whom 3 purchases of 25 on average are known."""
    def weight(own: float) -> float:
        return gamma.pdf(25, MODEL.p * 3, scale=1 / (own * 3)) * gamma.pdf(own, MODEL.q, scale=1 / MODEL.v)

    above, below = quad(lambda own: MODEL.p / own * weight(own), 0, np.inf)[0], quad(weight, 0, np.inf)[0]
    assert expected_spending(MODEL, np.array([3.0]), np.array([25.0]))[0] == pytest.approx(above / below, rel=1e-6)


def test_all_pay_the_same() -> None:
    found = fit(counts(3, 50), np.full(50, 20.0))
    assert np.isfinite(found.values).all()
    assert not found.determined
    model = Spending(*found.values.tolist())
    assert expected_spending(model, np.array([0.0, 3]), np.array([0.0, 20])) == pytest.approx([20, 20], rel=1e-3)
