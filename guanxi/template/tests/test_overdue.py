"""The figure itself, by hand: a plain function on arrays."""

import numpy as np
import pytest

from guanxi.testing import EMPTY, snapshot
from guanxi import InsufficientData

from guanxi_pluginname.analysis import compute, overdue, places
from guanxi_pluginname.settings import Settings
from guanxi_pluginname.start import PluginnameRunStartInput


def test_by_hand() -> None:
    # 7 bought every 10 days, and last 20 days ago; 8 twice on one day; 9 after 4 days, and just now.
    customers = np.array([7, 8, 7, 9, 7, 8, 9])
    days = np.array([60, 50, 70, 96, 80, 50, 100])
    found, values = overdue(customers, days, 100, 2)
    assert found.tolist() == [7, 9]
    assert values.tolist() == [2.0, 0.0]
    assert overdue(customers, days, 100, 3)[0].tolist() == [7]


def test_places() -> None:
    rank, percentile = places(np.array([0.5, 3.0, 0.5, 1.0]))
    assert rank.tolist() == [3, 1, 3, 2]
    assert percentile.tolist() == [50, 100, 50, 75]


def test_too_little_is_said() -> None:
    with pytest.raises(InsufficientData, match="there are 0 purchases"):
        compute(Settings(), snapshot(EMPTY), PluginnameRunStartInput(), lambda *_: None)
