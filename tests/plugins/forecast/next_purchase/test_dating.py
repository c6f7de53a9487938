"""Models of when: against statsmodels and by hand, and against laws by which days were simulated."""

import warnings

import numpy as np
import pytest

from plugins.forecast.next_purchase.dating import cumulative_hazard, customer_parts, fit, reached, weighted_quantiles, weights
from plugins.forecast.next_purchase.examples import Examples
from plugins.forecast.next_purchase.start import NextPurchaseDateModel


def waiting(n: int, seed: int = 0, longest: float = 60.0) -> Examples:
    """Days are exponential, e times as long for one more of the first feature; who waits for longer than something is not looked at."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(n, 2))
    days, seen = 10 * np.exp(matrix[:, 0]) * chance.exponential(size=n), longest * chance.random(n)
    return Examples(matrix, np.maximum(np.minimum(days, seen), 0.5), days < seen, np.arange(n))


def test_the_cumulative_hazard_is_that_of_statsmodels() -> None:
    """Which says at each moment what it was just before."""
    rows = waiting(300)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsmodels.duration.hazard_regression import PHReg

        days = np.ceil(rows.days)
        model = PHReg(days, rows.matrix, status=rows.happened.astype(int), ties="breslow").fit(disp=0)
        (times, other, _), = model.baseline_cumulative_hazard
    moments, hazard = cumulative_hazard(days, rows.happened, np.exp(rows.matrix @ model.params))
    last = {float(time): value for time, value in zip(times, other, strict=True)}
    assert [0, *hazard[:-1].tolist()] == pytest.approx([last[moment] for moment in moments.tolist()], rel=1e-6)


def test_the_cumulative_hazard_by_hand() -> None:
    moments, hazard = cumulative_hazard(np.array([1.0, 2, 2, 3]), np.array([True, True, False, True]), np.ones(4))
    assert moments.tolist() == [1, 2, 3]
    assert hazard.tolist() == pytest.approx([1 / 4, 1 / 4 + 1 / 3, 1 / 4 + 1 / 3 + 1])
    assert reached(moments, hazard, np.array([0.1, 0.5, 2.0])).tolist() == [1, 2, np.inf]


@pytest.mark.parametrize(("kind", "middle", "inside"), [
    (NextPurchaseDateModel.TIME_TO_EVENT, 0.15, 0.03), (NextPurchaseDateModel.SVR, 0.5, 0.12)])
def test_dates_are_those_of_the_law(kind: NextPurchaseDateModel, middle: float, inside: float) -> None:
    """The median of an exponential law is ln 2 of its mean; 80 % lie in the interval."""
    told = fit(kind, waiting(2500), seed=1)
    chance = np.random.default_rng(7)
    matrix = chance.normal(size=(2000, 2)) * 0.8
    scale = 10 * np.exp(matrix[:, 0])
    dates = told(matrix)
    days = scale * chance.exponential(size=2000)
    ratio = np.log(dates.middle / (np.log(2) * scale))[np.isfinite(dates.middle)]
    assert abs(np.median(ratio)) < middle
    known = np.isfinite(dates.high)
    held = ((days >= dates.low - 0.5) & (days <= dates.high))[known].mean()
    assert held == pytest.approx(0.8, abs=inside)
    assert (dates.low <= dates.middle).all()
    assert (dates.middle <= dates.high).all()


def test_a_forest_tells_order() -> None:
    told = fit(NextPurchaseDateModel.RANDOM_FOREST, waiting(800), seed=1)(np.array([[-1.5, 0.0], [0.0, 0.0], [1.5, 0.0]]))
    assert told.middle[0] < told.middle[1] < told.middle[2]


def test_who_is_left_counts_for_those_who_were_no_longer_looked_at() -> None:
    """By hand: one of four is censored at day 2, so each of the two who are left afterwards counts for three halves."""
    found = weights(np.array([1.0, 2, 3, 4]), np.array([True, False, True, True]))
    assert found.tolist() == pytest.approx([1, 0, 1.5, 1.5])
    assert weights(np.array([1.0, 2]), np.array([True, True])).tolist() == [1, 1]


def test_weighted_quantiles_of_equal_weights_are_the_usual_ones() -> None:
    values = np.random.default_rng(1).normal(size=2001)
    assert weighted_quantiles(values, np.ones(2001), (0.1, 0.5)) == pytest.approx(np.quantile(values, [0.1, 0.5]).tolist(), abs=0.01)


def test_parts_part_customers() -> None:
    customer = np.repeat(np.arange(50), 3)
    part = customer_parts(customer, 1)
    assert set(part.tolist()) == {0, 1, 2, 3, 4}
    assert all(len(set(part[customer == one].tolist())) == 1 for one in range(50))
