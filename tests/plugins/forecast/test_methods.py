"""Methods against printed numbers, hand calculations and second implementations."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from plugins.forecast.methods import arima, intermittent, learning
from plugins.forecast.methods.forecast import Forecast, Setting, Unfit
from plugins.forecast.methods.registry import METHODS, forecasts
from tests.plugins.forecast.snapshots import wavy

# Box and Jenkins' airline passengers, 1949 to 1960 (series G; their book of 1970).
AIRLINE = np.array([
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
    145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
    196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
    242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306,
    315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337,
    360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432], float)
AIRLINE_FORM = arima.Form((0, 1, 1), (0, 1, 1), 12)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As processes have it that are given series."""
    with threadpool_limits(1):
        yield


def said(name: str, values: Any, **how: Any) -> Forecast:
    found = forecasts(np.asarray(values, float), (name,), Setting(**how))[name]
    assert isinstance(found, Forecast), str(found)
    return found


def test_the_airline_model_as_r_prints_it() -> None:
    """R's arima, full maximum likelihood: ma1 -0.4018, sma1 -0.5569, variance 0.001348, log-likelihood 244.7."""
    found = arima.fit(np.log(AIRLINE), AIRLINE_FORM)
    assert found is not None
    assert found.scaled[:2].round(4).tolist() == [-0.4018, -0.5569]
    assert round(found.variance, 6) == 0.001348
    assert round(found.log_likelihood, 1) == 244.7


def test_the_likelihood_is_that_of_a_normal_distribution() -> None:
    """A second implementation: the density of the differenced series, its covariances written out; and there is none that is higher
    nearby."""
    differenced = np.diff(np.log(AIRLINE))
    differenced = differenced[12:] - differenced[:-12]
    found = arima.fit(np.log(AIRLINE), AIRLINE_FORM)
    assert found is not None
    small, large = found.scaled[:2].tolist()
    best = log_density(differenced, small, large, found.variance)
    assert best == pytest.approx(found.log_likelihood, abs=1e-6)
    for step in (-0.02, 0.02):
        assert log_density(differenced, small + step, large, found.variance) < best
        assert log_density(differenced, small, large + step, found.variance) < best
        assert log_density(differenced, small, large, found.variance * (1 + step)) < best


def log_density(values: NDArray[np.float64], small: float, large: float, variance: float) -> float:
    weights = np.zeros(14)
    weights[[0, 1, 12, 13]] = 1, small, large, small * large
    covariance = [float((weights[lag:] * weights[:len(weights) - lag]).sum()) for lag in range(14)]
    distance = np.abs(np.subtract.outer(np.arange(len(values)), np.arange(len(values))))
    whole = variance * np.where(distance < 14, np.array(covariance)[np.minimum(distance, 13)], 0.0)
    sign, determinant = np.linalg.slogdet(whole)
    assert sign == 1
    return float(-0.5 * (len(values) * np.log(2 * np.pi) + determinant + values @ np.linalg.solve(whole, values)))


def test_forecasts_of_the_airline_model_go_on_with_the_season() -> None:
    found = said("ARIMA", AIRLINE, horizon=12, season=12, order=(0, 1, 1), seasonal_order=(0, 1, 1), log=True)
    assert found.form == "ARIMA(0,1,1)(0,1,1)[12] of logarithms"
    assert int(np.argmax(found.mean)) in (6, 7)  # July or August
    assert (found.mean > AIRLINE[-12:]).all()
    assert (np.diff(found.spread / found.mean) > 0).all()


def test_the_order_is_found_again() -> None:
    noise = np.random.default_rng(3).normal(size=120)
    autoregressive = np.zeros(120)
    for at in range(1, 120):
        autoregressive[at] = 0.8 * autoregressive[at - 1] + noise[at]
    level = said("ARIMA", autoregressive + 50, horizon=200)
    assert level.form == "ARIMA(1,0,0)"
    assert level.mean[-1] == pytest.approx(50, abs=1)


def test_naive_methods_repeat() -> None:
    values = [1.0, 2, 3, 4, 5, 6, 7, 8, 9]
    assert said("NAIVE", values, horizon=3).mean.tolist() == [9, 9, 9]
    assert said("SEASONAL_NAIVE", values, horizon=5, season=4).mean.tolist() == [6, 7, 8, 9, 6]
    assert said("SEASONAL_NAIVE", values, horizon=2, season=5).mean.tolist() == [9, 9]  # not two seasons long
    assert said("NAIVE", [0, 2, 0, 2, 0], horizon=4).spread.tolist() == [2, 2 * 2**0.5, 2 * 3**0.5, 4]


def test_theta_is_half_a_line_and_half_a_smooth() -> None:
    """By hand, from the definition: the mean of the line through the series, and of the smooth of the series with doubled bends."""
    values = np.array([12.0, 15, 14, 18, 21, 19, 24, 26, 25, 29, 33, 31])
    count = np.arange(len(values))
    slope, level = np.polyfit(count, values, 1)
    found = said("THETA", values, horizon=3)
    from statsmodels.tsa.forecasting.theta import ThetaModel

    alpha = float(ThetaModel(values, deseasonalize=False, period=1).fit().params.iloc[1])
    doubled = 2 * values - (level + slope * count)
    smooth = doubled[0]
    for value in doubled:
        smooth = alpha * value + (1 - alpha) * smooth
    line = level + slope * (len(values) - 1 + np.arange(1, 4))
    assert found.mean == pytest.approx((line + smooth) / 2, rel=2e-3)


def test_exponential_smoothing_by_hand() -> None:
    """ETS(A,N,N) is simple smoothing: the form that noise around a level asks for, and the recursion of the textbook."""
    values = 50 + np.random.default_rng(5).normal(0, 4, 60)
    from plugins.forecast.methods.smoothing import fit

    found = fit(values, ("add", None, False, None), 1)
    alpha, level = float(found.params[0]), float(found.initial_level)
    for value in values:
        level += alpha * (value - level)
    assert float(found.forecast(1)[0]) == pytest.approx(level, rel=1e-9)
    assert said("ETS", values, horizon=2).mean == pytest.approx([level, level], rel=0.05)


def test_the_mean_of_both_is_the_mean_of_both() -> None:
    both = forecasts(wavy(40), ("THETA_ETS", "THETA", "ETS"), Setting(5, 7))
    mean, theta, ets = (both[name] for name in ("THETA_ETS", "THETA", "ETS"))
    assert isinstance(mean, Forecast)
    assert isinstance(theta, Forecast)
    assert isinstance(ets, Forecast)
    assert mean.mean == pytest.approx((theta.mean + ets.mean) / 2)


def test_intermittent_methods_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one rate for each, by the recursions of the papers."""
    monkeypatch.setattr(intermittent, "pairs", lambda: (np.array([0.2]), np.array([0.1])))
    values = np.array([0, 0, 3, 0, 0, 0, 5, 0, 2, 0, 0, 4, 0, 0], float)
    chance, size, apart, waited = 4 / 14, 3.5, 3.0, 1  # four sales in fourteen steps, the last of them the twelfth
    of_chance, of_distance = size, size
    for value in values:
        chance += 0.1 * ((value > 0) - chance)
        if value:
            of_chance += 0.2 * (value - of_chance)
            of_distance, apart, waited = of_distance + 0.2 * (value - of_distance), apart + 0.1 * (waited - apart), 1
        else:
            waited += 1
    assert said("TSB", values, horizon=2).mean == pytest.approx([chance * of_chance] * 2)
    assert said("CROSTON", values, horizon=2).mean == pytest.approx([0.95 * of_distance / apart] * 2)


def test_who_stays_away_is_forgotten_by_tsb_alone() -> None:
    values = np.array([4, 0, 5, 0, 0, 4, 0, 5, 0, 4] + [0] * 40, float)
    assert said("TSB", values, horizon=2).mean[0] < 0.3 < 1 < said("CROSTON", values, horizon=2).mean[0]


@pytest.mark.parametrize("name", ["RANDOM_FOREST", "SVR"])
def test_learners_go_on_with_a_season_and_a_trend(name: str) -> None:
    values = wavy(100)
    found = said(name, values[:-7], horizon=7, season=7, seed=1)
    assert np.abs(found.mean - values[-7:]).mean() < np.abs(values[-8] - values[-7:]).mean() / 2
    assert said(name, values[:-7], horizon=7, season=7, seed=1).mean.tolist() == found.mean.tolist()


def test_no_example_knows_the_future() -> None:
    """What is to be learnt lies behind what is known: with another future, what is known is the same."""
    values = wavy(40)
    one, other = learning.examples(values, Setting(5, 7)), learning.examples(np.concatenate([values[:-5], values[-5:] * 9]), Setting(5, 7))
    same = slice(0, len(values) - 5 - 7)
    scale = one.scale / other.scale
    assert one.known[same, :6] * scale == pytest.approx(other.known[same, :6])
    assert np.isnan(one.ahead[-1]).sum() == 4


@pytest.mark.parametrize(("name", "values", "why"), [
    ("ARIMA", [1.0, 2, 0, 4, 5, 6, 7, 8, 9, 3], "NOT_POSITIVE"), ("RANDOM_FOREST", range(12), "TOO_SHORT"), ("SVR", range(12), "TOO_SHORT"),
    ("ETS", [1.0, 2, 5], "TOO_SHORT"), ("TSB", [0, 0, 0, 1, 0, 0, 0, 0], "TOO_SHORT"),
])
def test_what_cannot_be_done_is_said(name: str, values: Any, why: str) -> None:
    found = forecasts(np.asarray(values, float), (name,), Setting(5, log=True, order=(0, 1, 1)))[name]
    assert isinstance(found, Unfit)
    assert str(found) == why


@pytest.mark.parametrize("name", sorted(set(METHODS) - {"ARIMA"}))
@pytest.mark.parametrize("unit", [1e-4, 1e6])
def test_the_unit_makes_no_difference(name: str, unit: float) -> None:
    values = wavy(30) * (np.arange(30) % 2 if name in ("TSB", "CROSTON") else 1)
    assert said(name, values * unit, horizon=3, seed=1).mean / unit == pytest.approx(said(name, values, horizon=3, seed=1).mean, rel=1e-2)
