"""Convex hulls against a second way of finding them, and principal planes against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA

from plugins.segmentation.clustering.hulls import hull, principal_plane


def monotone_chain(points: np.ndarray) -> set[tuple[float, float]]:
    """Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979."""
    def half(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
        found: list[tuple[float, float]] = []
        for x, y in ordered:
            while len(found) > 1 and ((found[-1][0] - found[-2][0]) * (y - found[-2][1])
                                      - (found[-1][1] - found[-2][1]) * (x - found[-2][0])) <= 0:
                found.pop()
            found.append((x, y))
        return found

    ordered = sorted({(float(x), float(y)) for x, y in points})
    return {*half(ordered), *half(ordered[::-1])}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=1, max_size=40))
def test_it_has_the_corners_of_another_algorithm(places: list[tuple[int, int]]) -> None:
    points = np.array(places, float)
    assert {(float(x), float(y)) for x, y in hull(points)} == monotone_chain(points)


def test_it_is_that_of_scipy_and_goes_round() -> None:
    points = load_iris().data[:, :2]
    corners = hull(points)
    assert corners.tolist() == points[ConvexHull(points).vertices].tolist()
    following = np.roll(corners, -1, axis=0)
    turns = np.cross(np.pad(following - corners, ((0, 0), (0, 1))), np.pad(np.roll(following, -1, axis=0) - following, ((0, 0), (0, 1))))
    assert (turns[:, 2] > 0).all()


def test_points_on_a_line_have_its_ends() -> None:
    line = np.column_stack([np.arange(5.0), 2 * np.arange(5.0)])
    assert hull(line).tolist() == [[0, 0], [4, 8]]
    assert hull(np.ones((3, 2))).tolist() == [[1, 1]]


def test_the_principal_plane_is_that_of_scikit_learn() -> None:
    points = load_iris().data
    found, direct = principal_plane(points), PCA(2).fit(points)
    assert found.share == pytest.approx(tuple(direct.explained_variance_ratio_))
    assert np.allclose(np.abs(found.points), np.abs(direct.transform(points)))


def test_one_column_lies_flat() -> None:
    found = principal_plane(np.arange(4.0)[:, None])
    assert found.share == pytest.approx((1.0, 0.0))
    assert (found.points[:, 1] == 0).all()
