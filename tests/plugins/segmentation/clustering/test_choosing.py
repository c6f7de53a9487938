"""How many clusters there are, where everybody can see it."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import silhouette_score

from guanxi import InvalidParameters
from plugins.segmentation.clustering.choosing import KScore, agreement, best, elbow, k_scores, prediction_strength

BLOBS, _ = make_blobs(900, 2, centers=[[0, 0], [8, 0], [0, 8], [8, 8]], cluster_std=0.7, random_state=1)
METHODS = ("ELBOW", "SILHOUETTE", "CROSS_VALIDATION")


def quietly(*_: int) -> None:
    pass


@pytest.mark.parametrize("method", METHODS)
def test_four_clouds_are_four_by_every_method(method: str) -> None:
    scores = k_scores(BLOBS, range(2, 8), method, 1, quietly)
    assert best(scores, method) == 4
    assert all((one.strength is not None) == (method == "CROSS_VALIDATION") for one in scores)


def test_scores_are_those_of_scikit_learn() -> None:
    for one in k_scores(BLOBS, range(2, 6), "SILHOUETTE", 1, quietly):
        direct = KMeans(one.k, n_init=10, random_state=2).fit(BLOBS)
        assert one.inertia == pytest.approx(direct.inertia_, rel=0.01)  # two parts of a square are equal
        assert one.silhouette == pytest.approx(silhouette_score(BLOBS, direct.labels_), abs=0.01)


def test_the_elbow_is_farthest_below_the_line() -> None:
    assert elbow([2, 3, 4, 5, 6], [100, 60, 20, 15, 10]) == 4
    assert elbow([2, 3], [5, 5]) == 2


def test_of_equal_silhouettes_the_fewest_clusters_win() -> None:
    scores = [KScore(2, 9.0, 0.5, 0.9), KScore(3, 8.0, 0.5, 0.85), KScore(4, 7.0, 0.2, 0.3)]
    assert best(scores, "SILHOUETTE") == 2
    assert best(scores, "CROSS_VALIDATION") == 3
    assert best([KScore(2, 1.0, None, 0.4), KScore(3, 1.0, None, 0.6)], "CROSS_VALIDATION") == 3


def test_prediction_strength_by_hand() -> None:
    """Four points, all in one cluster by their own centre; the other half's centres part them two and two: 4 of 12 ordered pairs."""
    points = np.array([[0.0], [1.0], [9.0], [10.0]])
    assert agreement(points, np.array([[5.0]]), np.array([[0.5], [9.5]])) == pytest.approx(4 / 12)
    assert prediction_strength(points, 3, 1) == 0.0


def test_more_clusters_than_rows_are_refused() -> None:
    with pytest.raises(InvalidParameters, match="3 different rows"):
        k_scores(np.arange(60)[:, None] % 3.0, range(2, 6), "ELBOW", 1, quietly)
