"""The model against hand calculation, simulated hazards and the laws of probabilities."""

import numpy as np
import pytest
from guanxi_returning.hazard import breslow, fitted, gaps_of


def test_gaps_by_hand() -> None:
    # 5 bought on days 10, 14 (twice) and 30; 6 on day 20.
    gaps = gaps_of(np.array([5, 6, 5, 5, 5]), np.array([14, 20, 10, 14, 30]), np.array([1.0, 9.0, 3.0, 1.0, 7.0]), 50)
    assert gaps.customer.tolist() == [5, 5, 5, 6]
    assert gaps.days.tolist() == [4, 16, 20, 30]
    assert gaps.closed.tolist() == [True, True, False, False]
    assert np.expm1(gaps.factors) == pytest.approx(np.array([[0, 0, 3], [1, 4, 2], [2, 16, 7], [0, 0, 9]]))


def test_nobody() -> None:
    nothing = np.zeros(0, np.int64)
    assert len(gaps_of(nothing, nothing, np.zeros(0), 50).days) == 0


def test_breslow_by_hand() -> None:
    """Without factors it is Nelson and Aalen's estimate: 1/5, then 2/4, then 1/1."""
    times, hazard = breslow(np.array([1.0, 2, 2, 3, 4]), np.array([True, True, True, False, True]), np.ones(5))
    assert times.tolist() == [1, 2, 4]
    assert hazard == pytest.approx([1 / 5, 1 / 5 + 2 / 4, 1 / 5 + 2 / 4 + 1])


def test_a_known_hazard_is_found_again() -> None:
    """Exponential gaps whose hazard is doubled by each unit of the first factor, and one in five censored."""
    chance = np.random.default_rng(3)
    factors = np.stack([chance.normal(size=4000), np.zeros(4000), chance.normal(size=4000)], axis=1)
    days = chance.exponential(20 / 2.0 ** factors[:, 0])
    limit = chance.exponential(80, 4000)
    from guanxi_returning.hazard import Gaps

    model = fitted(Gaps(np.arange(4000), np.minimum(days, limit), days <= limit, factors))
    assert model.coefficients == pytest.approx([np.log(2), 0, 0], abs=0.05)
    for horizon in (5.0, 20.0):
        found = model.returning(np.array([0.0, 10.0]), np.zeros((2, 3)), horizon)
        assert found == pytest.approx(1 - np.exp(-horizon / 20), abs=0.03)  # without memory: waiting changes nothing
    far = model.returning(np.array([1e6]), np.zeros((1, 3)), 20.0)
    assert 0 < far[0] < 1
