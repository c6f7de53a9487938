"""Matrices without gaps, their scales, and all that nobody can be told apart by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from guanxi import InsufficientData, InvalidParameters
from plugins.segmentation.clustering.matrix import LEAVE_OUT, MEDIAN, ZERO, Scale, matrix, scale
from tests.plugins.segmentation.snapshots import column

HOLED = [column("a", [1, 2, np.nan, 10]), column("b", [0, 5, 6, 7])]


def test_missing_values_by_every_policy() -> None:
    left = matrix(HOLED, LEAVE_OUT)
    assert (left.kept.tolist(), left.missing, left.filled, left.size) == ([0, 1, 3], [1, 0], [None, None], 4)
    assert matrix(HOLED, MEDIAN).values[2].tolist() == [2, 6]
    assert matrix(HOLED, MEDIAN).filled == [2.0, None]
    assert matrix(HOLED, ZERO).values[2].tolist() == [0, 6]
    assert np.isnan(HOLED[0].values[2])  # the column itself is not written to


@pytest.mark.parametrize(("columns", "error", "said"), [
    ([column("a", [3, 3, 3])], InvalidParameters, "test.a is 3 for all 3 customers: it tells nobody apart"),
    ([column("a", [np.nan, np.nan])], InsufficientData, "test.a is missing for all 2 customers"),
    ([column("a", [1, np.nan, 2]), column("b", [np.nan, 1, 4])], InsufficientData, "Of 3 customers, 1 have a value for every feature"),
    ([column("a", [1, np.inf, 2])], InvalidParameters, "infinite, or larger than 1e.15, for 1 of 3 customers"),
    ([column("a", [1, -1e300, 2])], InvalidParameters, "infinite, or larger than 1e.15, for 1 of 3 customers"),
    ([column("a", ["x", "y"])], InvalidParameters, "test.a is a category"),
])
def test_what_tells_nobody_apart_is_refused_with_the_numbers(columns: list, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        matrix(columns, LEAVE_OUT)


def test_scales_are_those_of_scikit_learn() -> None:
    given_ = matrix([column("a", [1, 2, 4, 10, 11]), column("b", [-3, 0, 5, 6, 7])], LEAVE_OUT)
    for name, direct in (("STANDARD", StandardScaler()), ("MIN_MAX", MinMaxScaler()), ("ROBUST", RobustScaler())):
        assert np.allclose(scale(given_, name).apply(given_.values), direct.fit_transform(given_.values))
    assert (scale(given_, "NONE").apply(given_.values) == given_.values).all()
    logs = np.sign(given_.values) * np.log1p(np.abs(given_.values))
    assert np.allclose(scale(given_, "LOG").apply(given_.values), StandardScaler().fit_transform(logs))


def test_robust_needs_an_interquartile_range() -> None:
    with pytest.raises(InvalidParameters, match="no interquartile range: from the 25th to the 75th percentile it is 0"):
        scale(matrix([column("a", [0, 0, 0, 0, 0, 0, 9])], LEAVE_OUT), "ROBUST")


@given(arrays.arrays(float, (4, 2), elements=st.floats(-1e6, 1e6)), st.booleans())
def test_undoing_leads_back(values: np.ndarray, logarithmic: bool) -> None:
    one = Scale.of(Scale(logarithmic, np.array([1.0, -2.0]), np.array([0.5, 3.0])).as_json())
    assert np.allclose(one.undo(one.apply(values)), values, rtol=1e-6, atol=1e-6)
