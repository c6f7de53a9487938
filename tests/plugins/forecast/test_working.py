"""The backtest, the choice of a method, intervals, and what is done when nothing can be fitted."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from threadpoolctl import threadpool_limits

from plugins.forecast.methods.forecast import Forecast, Setting
from plugins.forecast.testing import intervals
from plugins.forecast.testing.backtest import Fold, backtest, scores
from plugins.forecast.testing.measures import coverage, mase, rmse, scale, smape
from plugins.forecast.working import CANDIDATES, NAIVE, SEASONAL, USUAL, Plan, chosen, continued
from tests.plugins.forecast.snapshots import wavy

PLAN = Plan("AUTO", Setting(6, 7), 3)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As `work` has it."""
    with threadpool_limits(1):
        yield


def test_measures_by_hand() -> None:
    actual, found = np.array([10.0, 0, 20]), np.array([12.0, 0, 14])
    assert rmse(actual, found) == pytest.approx((40 / 3) ** 0.5)
    assert smape(actual, found) == pytest.approx((200 * 2 / 22 + 0 + 200 * 6 / 34) / 3)
    assert scale(np.array([1.0, 5, 2, 8]), 1) == pytest.approx((4 + 3 + 6) / 3)
    assert scale(np.array([1.0, 5, 2, 8]), 2) == pytest.approx((1 + 3) / 2)
    assert mase(actual, found, 4.0) == pytest.approx(8 / 3 / 4)
    assert mase(actual, found, 0.0) is None
    assert coverage(actual, found - 3, found + 3) == pytest.approx(2 / 3)


def test_no_fold_knows_what_it_forecasts() -> None:
    """With another end, what was forecast from a beginning is the same."""
    values = wavy(40)
    one = backtest(values, (USUAL,), PLAN.setting, 3)
    assert [(fold.begin, len(fold.actual)) for fold in one] == [(34, 6), (36, 4), (38, 2)]
    other = backtest(np.concatenate([values[:34], values[34:] * 3]), (USUAL,), PLAN.setting, 3)
    assert one[0].found[USUAL].mean.tolist() == other[0].found[USUAL].mean.tolist()
    assert one[1].found[USUAL].mean.tolist() != other[1].found[USUAL].mean.tolist()


def test_at_most_a_third_is_hidden_and_enough_is_left_to_learn_from() -> None:
    assert [fold.begin for fold in backtest(wavy(30), (NAIVE,), Setting(30), 2)] == [20, 25]
    assert [fold.begin for fold in backtest(wavy(11), (NAIVE,), Setting(3), 5)] == [8, 9, 10]
    assert backtest(wavy(10), (NAIVE,), Setting(30), 3) == []


def fold(actual: Any, **means: Any) -> Fold:
    given = np.asarray(actual, float)
    return Fold(10, given, {name: Forecast(np.asarray(mean, float), np.ones(len(given))) for name, mean in means.items()})


def test_another_method_takes_over_only_when_it_is_clearly_better_each_time() -> None:
    usual = [fold([10, 10], THETA_ETS=[13, 13], NAIVE=[9, 9], THETA=[12, 12]), fold([10], THETA_ETS=[13], NAIVE=[9], THETA=[12])]
    assert chosen(usual) == NAIVE
    assert chosen(usual[:1]) == USUAL  # one fold is chance
    once = [usual[0], fold([10], THETA_ETS=[10], NAIVE=[11], THETA=[9])]
    assert chosen(once) == USUAL
    little = [fold([10], THETA_ETS=[20], ETS=[18.5]), fold([10], THETA_ETS=[20], ETS=[18.5])]
    assert chosen(little) == USUAL
    assert chosen([fold([10], THETA_ETS=[20], ETS=[17.9]), fold([10], THETA_ETS=[20], ETS=[17.9])]) == "ETS"


def test_intervals_are_widened_by_what_the_other_folds_say() -> None:
    sure = Forecast(np.zeros(2), np.ones(2))
    assert intervals.widening([(np.array([3.0, -4]), sure)]) == pytest.approx(12.5**0.5)
    assert intervals.widening([(np.array([0.1, 0.1]), sure)]) == 1
    assert intervals.widening([]) == 1
    low, high = intervals.around(sure, 95, 2, least=0.0)
    assert (low.tolist(), high.tolist()) == ([0, 0], pytest.approx([2 * 1.959964] * 2))
    first, second = fold([3, 3], NAIVE=[0, 0]), fold([1], NAIVE=[0])
    told = scores(np.arange(20.0) % 5, [first, second], [NAIVE], 1)[NAIVE]
    assert told.coverage80 == pytest.approx(1 / 3)  # the first is judged by the second, which saw no reason to widen
    assert told.coverage95 == pytest.approx(1 / 3)


def test_noise_is_covered_as_often_as_it_says() -> None:
    """A hundred series of white noise: the laws of large numbers make the nominal shares."""
    inside: dict[int, list[float]] = {80: [], 95: []}
    for seed in range(100):
        values = np.random.default_rng(seed).normal(100, 10, 46)
        found = continued(values[:40], Plan("THETA", Setting(6), 0))
        for level, shares in inside.items():
            shares.append(coverage(values[40:], found.low[level], found.high[level]))
    assert np.mean(inside[80]) == pytest.approx(0.80, abs=0.06)
    assert np.mean(inside[95]) == pytest.approx(0.95, abs=0.04)


def test_naive_wins_a_random_walk_in_a_plain_word() -> None:
    walk = 1000 + np.cumsum(np.random.default_rng(2).choice([-9.0, 9.0], 60))
    found = continued(walk, replace(PLAN, model="SVR"))
    assert found.naive_wins is True
    assert found.scores["SVR"].rmse > found.scores[NAIVE].rmse
    season = continued(wavy(60, seed=2), PLAN)
    assert (season.model, season.naive_wins) == (USUAL, False)
    assert set(season.scores) == set(CANDIDATES)
    assert SEASONAL not in continued(wavy(60), replace(PLAN, setting=Setting(6))).scores


def test_who_buys_rarely_is_continued_by_probabilities_returns_or_none() -> None:
    rare = np.array([0, 0, 30, 0, 0, 0, 45, 0, 0, 0, 20, 0, -5, 0, 0, 60, 0, 0, 35, 0, 0, 0, 40, 0], float)
    found = continued(rare, PLAN)
    assert (found.model, found.fallback) == ("TSB", None)
    assert found.mean[0] == pytest.approx(rare.mean(), rel=0.5)
    assert found.low[95][0] < 0  # it has been negative
    assert continued(np.maximum(rare, 0), PLAN).low[95].min() == 0


@pytest.mark.parametrize(("model", "values", "stands_in", "why"), [
    ("AUTO", np.full(20, 3.0), NAIVE, "CONSTANT"), ("RANDOM_FOREST", wavy(12), USUAL, "TOO_SHORT"),
    ("ARIMA", np.arange(20.0), USUAL, "NOT_POSITIVE"), ("TSB", [0.0] * 19 + [4], USUAL, "TOO_SHORT")])
def test_something_always_stands_in(model: str, values: Any, stands_in: str, why: str) -> None:
    found = continued(np.asarray(values), Plan(model, Setting(6, 7, log=True, order=(0, 1, 1)), 2))
    assert (found.model, found.fallback) == (stands_in, why)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrays(np.float64, st.integers(8, 24), elements=st.one_of(st.just(0.0), st.floats(-1e9, 1e9, allow_subnormal=False))),
       st.sampled_from(["AUTO", "THETA", "NAIVE", "TSB", "CROSTON"]))
def test_whatever_the_series_numbers_are_sound_and_in_order(values: Any, model: str) -> None:
    found = continued(values, Plan(model, Setting(4, 7), 1))
    everything = np.concatenate([found.mean, *found.low.values(), *found.high.values()])
    assert np.isfinite(everything).all()
    order = [found.low[95], found.low[80], found.mean, found.high[80], found.high[95]]
    assert all((one <= other).all() for one, other in pairwise(order))
    if values.min() >= 0:
        assert everything.min() >= 0
