"""BG/NBD and MBG/NBD: likelihoods against numeric integration, fits against known parameters, and laws of being still there."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import check_grad
from scipy.stats import beta, gamma

from plugins.value.lifetime.purchasing import NAMES, Purchasing, alive, fit, grouped, log_likelihood
from tests.plugins.value.lifetime.simulated import simulate

BG, MBG = Purchasing(0.6, 5.0, 0.9, 2.5), Purchasing(0.8, 6.0, 0.9, 1.6, from_first=True)
POSITIVE = st.floats(0.05, 20)
MODELS = st.builds(Purchasing, POSITIVE, POSITIVE, POSITIVE, POSITIVE, st.booleans())


def parameters(model: Purchasing) -> Any:
    return np.array([model.r, model.alpha, model.a, model.b])


def told(model: Purchasing, repeats: int, last: float, age: float) -> float:
    """The likelihood of a history from its story, over all rates and probabilities of leaving, by numeric integration: either they stayed
    and bought nothing since, or they left after the last purchase."""
    chances = repeats + model.from_first

    def over_rates(weeks: float) -> float:
        known = gamma(model.r, scale=1 / model.alpha)
        return float(quad(lambda rate: rate**repeats * np.exp(-rate * weeks) * known.pdf(rate), 0, np.inf, epsabs=1e-14)[0])

    def over_leaving(probability: Callable[[float], float]) -> float:
        known = beta(model.a, model.b)
        return float(quad(lambda leaving: probability(leaving) * known.pdf(leaving), 0, 1, epsabs=1e-14)[0])

    stayed = over_leaving(lambda p: (1 - p)**chances) * over_rates(age)
    left = over_leaving(lambda p: p * (1 - p)**(chances - 1)) * over_rates(last) if chances else 0.0
    return stayed + left


@pytest.mark.parametrize("from_first", [False, True])
@pytest.mark.parametrize(("repeats", "last", "age"), [(0, 0.0, 10.0), (1, 3.0, 10.0), (4, 9.0, 10.0)])
def test_a_likelihood_is_that_of_its_story(repeats: int, last: float, age: float, from_first: bool) -> None:
    model = Purchasing(1.5, 3.0, 1.2, 2.5, from_first)
    seen = grouped(np.array([float(repeats)]), np.array([last]), np.array([age]))
    value, _ = log_likelihood(parameters(model), seen, from_first=from_first)
    assert np.exp(value) == pytest.approx(told(model, repeats, last, age), rel=1e-5)


@pytest.mark.parametrize("model", [BG, MBG], ids=["BG/NBD", "MBG/NBD"])
def test_the_gradient(model: Purchasing) -> None:
    seen = grouped(*simulate(1, 300, model, 50)[:3])
    for at in (parameters(model), np.array([2.0, 1.0, 0.1, 7.0])):
        slope = log_likelihood(at, seen, from_first=model.from_first)[1]
        assert check_grad(lambda x: log_likelihood(x, seen, from_first=model.from_first)[0],
                          lambda x: log_likelihood(x, seen, from_first=model.from_first)[1], at) < 1e-4 * np.abs(slope).max()


def test_customers_with_the_same_history_are_counted() -> None:
    seen = grouped(np.array([1.0, 0, 1, 0, 1]), np.array([2.0, 0, 2, 0, 3]), np.array([5.0, 5, 5, 5, 5]))
    assert [seen.repeats.tolist(), seen.last.tolist(), seen.count.tolist()] == [[0, 1, 1], [0, 2, 3], [2, 2, 1]]


@pytest.mark.parametrize("model", [BG, MBG], ids=["BG/NBD", "MBG/NBD"])
def test_a_fit_finds_the_parameters_again(model: Purchasing) -> None:
    found = fit(*simulate(1, 5000, model, 78)[:3], from_first=model.from_first)
    assert found.determined
    assert (found.low < found.values).all()
    assert (found.values < found.high).all()
    assert (np.abs(found.values - parameters(model)) < 4 * found.errors).all()
    assert found.errors[0] / found.values[0] < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("model", [BG, MBG], ids=["BG/NBD", "MBG/NBD"])
def test_intervals_cover_what_they_are_about(model: Purchasing) -> None:
    """95 % intervals of four parameters in 50 samples: 90 to 99 in 100 hold the truth."""
    truth, covered = parameters(model), []
    for seed in range(50):
        found = fit(*simulate(seed, 4000, model, 78)[:3], from_first=model.from_first)
        covered.append((found.low <= truth) & (truth <= found.high))
    print(f"covered, of 50: {dict(zip(NAMES, np.sum(covered, axis=0).tolist(), strict=True))}")
    assert 0.90 <= np.mean(covered) <= 0.99
    assert np.mean(covered, axis=0).min() >= 0.84  # the least of four is lower by chance


def test_probabilities_are_true() -> None:
    """Of simulated customers whom the model gives so much, so many are there."""
    for model in (BG, MBG):
        repeats, last, age, here = simulate(5, 40_000, model, 78)
        probability = alive(model, repeats, last, age)
        for low in np.arange(0, 1, 0.2):
            few = (probability >= low) & (probability < low + 0.2)
            if few.sum() > 500:
                assert here[few].mean() == pytest.approx(probability[few].mean(), abs=4 * np.sqrt(0.25 / few.sum()))


@given(MODELS, st.integers(0, 300), st.floats(0, 1), st.floats(0, 500))
def test_a_probability_is_one(model: Purchasing, repeats: int, share: float, age: float) -> None:
    last = share * age if repeats else 0.0
    found = alive(model, np.array([float(repeats)]), np.array([last]), np.array([age]))[0]
    assert 0 <= found <= 1
    if not repeats and not model.from_first:
        assert found == 1


@given(MODELS, st.integers(1, 100), st.floats(0, 100), st.floats(0.1, 100), st.floats(0.1, 100))
def test_silence_makes_it_less_likely(model: Purchasing, repeats: int, last: float, silence: float, more: float) -> None:
    """The longer ago the last purchase is, the less likely it is that the customer is still there."""
    sooner, later = (alive(model, np.array([float(repeats)]), np.array([last]), np.array([last + wait]))[0]
                     for wait in (silence, silence + more))
    assert later <= sooner
    if 1e-6 < sooner < 1 - 1e-6:
        assert later < sooner


def test_hardly_anybody_leaves() -> None:
    """Then a and b are not determined, and nothing breaks."""
    chance = np.random.default_rng(1)
    age = np.full(300, 50.0)
    repeats = chance.poisson(10.0, 300).astype(float)
    found = fit(repeats, np.where(repeats > 0, age, 0), age)
    assert np.isfinite(found.values).all()
    model = Purchasing(*found.values.tolist())
    assert alive(model, repeats, np.where(repeats > 0, age, 0), age).min() > 0.9
