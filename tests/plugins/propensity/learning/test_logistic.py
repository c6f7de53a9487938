"""Logistic regression against statsmodels, against a book, and against a linear programme that knows of separation."""

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plugins.propensity.learning.logistic import PENALTY, Logistic, fit, inference, information, probabilities, separated
from tests.plugins.propensity.rows import linear

NEAR = {"rel": 1e-6, "abs": 1e-6}


def told(matrix: Any, bought: Any, **more: Any) -> Any:
    """What statsmodels says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import statsmodels.api as sm

        model = sm.Logit(bought.astype(float), sm.add_constant(matrix))
        return model.fit(disp=0, method="newton", tol=1e-12, maxiter=100, **more)


@pytest.mark.parametrize(("n", "seed", "base"), [(60, 1, 0.0), (500, 2, -1.0), (5000, 3, -4.0)])
def test_coefficients_errors_and_p_values_are_those_of_statsmodels(n: int, seed: int, base: float) -> None:
    matrix, bought = linear(n, seed, base=base)
    model, other = fit(matrix, bought), told(matrix, bought)
    found = inference(model, matrix, bought, np.arange(n))
    assert [model.intercept, *model.weights] == pytest.approx(other.params, **NEAR)
    assert found.errors == pytest.approx(other.bse, **NEAR)
    assert found.p_values == pytest.approx(other.pvalues, **NEAR)
    assert probabilities(model.score(matrix)) == pytest.approx(other.predict(), **NEAR)


def test_errors_are_clustered_by_customer_as_in_statsmodels() -> None:
    matrix, bought = linear(600, 4)
    customer = np.repeat(np.arange(200), 3)[np.random.default_rng(4).permutation(600)]
    model = fit(matrix, bought)
    found = inference(model, matrix, bought, customer)
    other = told(matrix, bought, cov_type="cluster", cov_kwds={"groups": customer})
    assert found.errors == pytest.approx(other.bse, **NEAR)
    assert found.p_values == pytest.approx(other.pvalues, **NEAR)


def test_rows_may_count_more_as_in_statsmodels() -> None:
    matrix, bought = linear(400, 5)
    weights = np.where(bought, 3.0, 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import statsmodels.api as sm

        family = sm.families.Binomial()
        other = sm.GLM(bought.astype(float), sm.add_constant(matrix), family=family, freq_weights=weights).fit(tol=1e-12)
    model = fit(matrix, bought, weights)
    assert [model.intercept, *model.weights] == pytest.approx(other.params, **NEAR)


def test_what_a_book_prints() -> None:
    """W. H. Greene, Econometric Analysis: whether grades improved, by grade point average, an earlier test and a new way of teaching
    (L. Spector, M. Mazzeo, Journal of Economic Education 11, 1980). Printed: coefficients -13.021, 2.826, 0.095, 2.379; standard errors
    4.931, 1.263, 0.142, 1.065."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import statsmodels.api as sm

        data = sm.datasets.spector.load()
    raw, better = data.exog.to_numpy(), data.endog.to_numpy() > 0
    model = fit(raw, better)
    found = inference(model, raw, better, np.arange(32))
    assert [round(one, 3) for one in (model.intercept, *model.weights.tolist())] == [-13.021, 2.826, 0.095, 2.379]
    assert [round(one, 3) for one in found.errors.tolist()] == [4.931, 1.263, 0.142, 1.065]


def separable(matrix: Any, bought: Any) -> bool:
    """By a linear programme (K. Konis, Linear programming algorithms for detecting separated data, 2007): whether some direction is never
    wrong about anybody, and right about somebody."""
    from scipy.optimize import linprog

    design = np.column_stack([np.ones(len(matrix)), matrix]) * np.where(bought, 1, -1)[:, None]
    found = linprog(-design.sum(0), A_ub=-design, b_ub=np.zeros(len(design)), bounds=[(-1, 1)] * design.shape[1])
    return bool(-found.fun > 1e-7)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 1), st.booleans()), min_size=8, max_size=40))
def test_separation_is_seen_whenever_a_linear_programme_sees_it(points: list[tuple[int, int, bool]]) -> None:
    raw, bought = np.array([point[:2] for point in points], float), np.array([point[2] for point in points])
    spread = raw.std(0)
    assume(spread.min() > 0 and abs(np.corrcoef(raw.T)[0, 1]) < 0.99 and bought.any() and not bought.all())
    matrix = (raw - raw.mean(0)) / spread
    assert separated(fit(matrix, bought), matrix) == separable(matrix, bought)


def test_a_penalty_holds_what_is_separated() -> None:
    matrix = np.linspace(-1, 1, 40)[:, None]
    bought = matrix[:, 0] > 0
    assert separated(fit(matrix, bought), matrix)
    held = fit(matrix, bought, penalty=PENALTY)
    assert not separated(held, matrix)
    p = probabilities(held.score(matrix))
    gradient = np.column_stack([np.ones(40), matrix]).T @ (bought - p) - [0, PENALTY * held.weights[0]]
    assert gradient == pytest.approx([0, 0], abs=1e-6)


def test_information_is_the_second_derivative() -> None:
    matrix, bought = linear(50, 6)
    model, step = fit(matrix, bought), 1e-4

    def likelihood(of: Any) -> float:
        return float(-np.log1p(np.exp(-np.where(bought, 1, -1) * (of[0] + matrix @ of[1:]))).sum())

    at, moved = np.array([model.intercept, *model.weights]), np.eye(4) * step
    second = [[(likelihood(at + a + b) - likelihood(at + a) - likelihood(at + b) + likelihood(at)) / step**2 for b in moved] for a in moved]
    assert -np.array(second) == pytest.approx(information(model, matrix), rel=1e-2, abs=1e-2)


def test_a_model_comes_back_from_json() -> None:
    matrix, bought = linear(50, 7)
    model = fit(matrix, bought)
    assert Logistic.of(model.as_json()).score(matrix).tolist() == model.score(matrix).tolist()
