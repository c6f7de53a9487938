"""Measures against scikit-learn, by hand, and by the laws that hold for them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.propensity.measuring import (
    area,
    best_threshold,
    brier,
    calibration,
    calibration_error,
    confusion,
    gains,
    lift,
    log_loss,
    roc,
)

# Few different probabilities, so that there are ties.
SAID = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=60).filter(
    lambda found: len({bought for _, bought in found}) == 2)


def read(said: list[tuple[int, bool]]) -> tuple[Any, Any]:
    return np.array([bought for _, bought in said]), np.array([p / 20 for p, _ in said])


@given(SAID)
def test_they_are_those_of_scikit_learn(said: list[tuple[int, bool]]) -> None:
    from sklearn import metrics

    bought, p = read(said)
    assert area(bought, p) == pytest.approx(metrics.roc_auc_score(bought, p))
    assert brier(bought, p) == pytest.approx(metrics.brier_score_loss(bought, p))
    held = np.clip(p, 0.01, 0.99)
    assert log_loss(bought, held) == pytest.approx(metrics.log_loss(bought, held))
    found = confusion(bought, p, 0.5)
    assert found.table == metrics.confusion_matrix(bought, p >= 0.5).tolist()
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(bought, p >= 0.5, average="binary", zero_division=0)
    assert (found.precision or 0, found.recall, found.f1) == pytest.approx((precision, recall, f1))
    assert found.accuracy == pytest.approx(metrics.accuracy_score(bought, p >= 0.5))
    x, y, _ = metrics.roc_curve(bought, p, drop_intermediate=False)
    assert (roc(bought, p).x.tolist(), roc(bought, p).y.tolist()) == (pytest.approx(x), pytest.approx(y))
    assert np.trapezoid(roc(bought, p).y, roc(bought, p).x) == pytest.approx(area(bought, p))


@given(SAID)
def test_no_threshold_has_a_higher_f1(said: list[tuple[int, bool]]) -> None:
    bought, p = read(said)
    best = confusion(bought, p, best_threshold(bought, p)).f1
    assert best == pytest.approx(max(confusion(bought, p, one).f1 for one in p))


@given(SAID, st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(said: list[tuple[int, bool]], chance: Any) -> None:
    bought, p = read(said)
    chance.shuffle(said)
    again = read(said)
    assert lift(bought, p) == pytest.approx(lift(*again))
    assert gains(bought, p).y == pytest.approx(gains(*again).y)
    assert area(bought, p) == pytest.approx(area(*again))


@given(SAID)
def test_every_customer_is_in_one_group_and_equals_are_in_the_same(said: list[tuple[int, bool]]) -> None:
    bought, p = read(said)
    found = calibration(bought, p, 5)
    assert len(found) <= 5
    assert (sum(one.count for one in found), sum(one.bought for one in found)) == (len(p), bought.sum())
    assert sum(one.mean * one.count for one in found) == pytest.approx(p.sum())
    assert [one.mean for one in found] == sorted(one.mean for one in found)


def test_lift_by_hand() -> None:
    bought = np.array([True, True, False, False, False, True, False, False, False, False])
    p = np.arange(10, 0, -1) / 10
    assert lift(bought, p) == pytest.approx((2 / 3) / 0.2)  # the first two of ten are two of three buyers
    assert lift(bought, np.full(10, 0.3)) == pytest.approx(1)  # nobody is more probable than others
    assert lift(bought, -p) == pytest.approx(0)


def test_probabilities_of_nothing_and_all_are_infinitely_wrong_only_almost() -> None:
    assert log_loss(np.array([True, False]), np.array([0.0, 0.0])) == pytest.approx(-np.log(1e-15) / 2)


def test_calibration_error_by_hand() -> None:
    bought, p = np.array([True, False, True, True]), np.array([0.5, 0.5, 0.9, 0.9])
    assert calibration_error(calibration(bought, p, 2)) == pytest.approx((2 * 0.0 + 2 * 0.1) / 4)
