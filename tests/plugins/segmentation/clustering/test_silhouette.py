"""Silhouettes against scikit-learn, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples

from plugins.segmentation.clustering.silhouette import mean_silhouette, silhouettes


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 60), st.integers(2, 4))
def test_they_are_those_of_scikit_learn(seed: int, n: int, k: int) -> None:
    chance = np.random.default_rng(seed)
    points, labels = chance.normal(size=(n, 3)), chance.integers(0, k, n)
    labels[:k] = np.arange(k)
    other = np.arange(n) % 2
    found = silhouettes(points, [labels, other])
    for values, known in zip(found, (labels, other), strict=True):
        assert values is not None
        assert np.allclose(values, silhouette_samples(points, known), atol=1e-6)


def test_by_hand() -> None:
    """Of 0 and 1 against 4: a is 1 and b is 4, then 1 and 3; who is alone has 0."""
    found, = silhouettes(np.array([[0.0], [1.0], [4.0]]), [np.array([0, 0, 1])])
    assert found is not None
    assert found.tolist() == pytest.approx([3 / 4, 2 / 3, 0])


def test_one_cluster_has_none() -> None:
    assert mean_silhouette(np.arange(6.0)[:, None], np.zeros(6, np.int64)) is None


def test_points_in_one_place_say_nothing() -> None:
    assert mean_silhouette(np.ones((6, 2)), np.arange(6) % 2) == 0.0
