"""DBSCAN and HDBSCAN where their clusters are plain to see, and what they refuse."""

import numpy as np
import pytest
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score

from guanxi import InvalidParameters
from plugins.segmentation.clustering import density
from plugins.segmentation.clustering.density import dbscan, hdbscan, largest_first, neighbourhood_bytes

MOONS, MOON = make_moons(400, noise=0.04, random_state=1)
PLENTY = 2.0**30


def test_two_moons_are_two_and_a_stranger_is_noise() -> None:
    points = np.vstack([MOONS, [[9.0, 9.0]]])
    for labels in (dbscan(points, 0.2, 5, PLENTY, 1), hdbscan(points, 20, None)):
        assert labels[-1] == -1
        inside = labels[:-1] >= 0
        assert inside.mean() > 0.95
        assert adjusted_rand_score(MOON[inside], labels[:-1][inside]) == 1.0


def test_core_points_by_hand() -> None:
    """Three within 1 of each other make a cluster with a minimum of three; two do not."""
    points = np.array([0, 0.5, 1, 10, 10.5, 30, 30.5, 31, 31.5], float)[:, None]
    assert dbscan(points, 1.0, 3, PLENTY, 1).tolist() == [1, 1, 1, -1, -1, 0, 0, 0, 0]


def test_memory_is_guessed_well_and_more_than_allowed_refused() -> None:
    points = np.random.default_rng(1).uniform(size=(3000, 2))
    counted = sum((((points - one) ** 2).sum(1) <= 0.01).sum() for one in points)
    assert neighbourhood_bytes(points, 0.1, 1) == pytest.approx(counted * density.NEIGHBOUR_BYTES, rel=0.1)
    said = r"about 3,000 neighbours; the neighbourhoods of 3,000 customers would need 137 MiB; 1 MiB are"
    with pytest.raises(InvalidParameters, match=said):
        dbscan(points, 5.0, 5, 2.0**20, 1)


def test_hdbscan_takes_neither_too_many_nor_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidParameters, match="at least 500 customers cannot be among 400"):
        hdbscan(MOONS, 500, None)
    monkeypatch.setattr(density, "MOST_BY_HIERARCHY", 399)
    with pytest.raises(InvalidParameters, match="at most 399, and there are 400"):
        hdbscan(MOONS, 20, None)


def test_the_largest_comes_first_and_noise_stays() -> None:
    assert largest_first(np.array([-1, 0, 2, 2, 5, 5, 5, 0])).tolist() == [-1, 1, 2, 2, 0, 0, 0, 1]
    assert largest_first(np.array([-1, -1])).tolist() == [-1, -1]
