"""K-means against scikit-learn used directly, and against what can be said without either."""

import itertools

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris, make_blobs
from sklearn.metrics import adjusted_rand_score

from guanxi import InvalidParameters
from plugins.segmentation.clustering.kmeans import fit, kmeans, nearest, ordered, sample_of


def test_iris_is_parted_as_by_scikit_learn() -> None:
    """78.8514 is the inertia that textbooks print for iris in three clusters of 62, 50 and 38."""
    points = load_iris().data
    found = kmeans(points, 3, seed=1)
    direct = KMeans(3, n_init=10, random_state=5).fit(points)
    assert found.inertia == pytest.approx(78.851441, abs=1e-6) == pytest.approx(direct.inertia_)
    assert adjusted_rand_score(found.labels, direct.labels_) == 1.0
    assert np.bincount(found.labels).tolist() == [62, 50, 38]
    assert np.allclose(found.distance, np.linalg.norm(points - found.centres[found.labels], axis=1))


def test_what_is_apart_comes_apart() -> None:
    points, known = make_blobs(600, 4, centers=5, cluster_std=0.4, random_state=3)
    assert adjusted_rand_score(known, kmeans(points, 5, seed=1).labels) == 1.0


def test_nine_points_on_a_line_fall_into_two_runs() -> None:
    """On a line the best two clusters are an interval each: here all partings are tried."""
    points = np.array([0, 1, 2, 4, 5, 9, 11, 12, 15], float)[:, None]
    found = kmeans(points, 2, seed=1)
    assert (np.diff(found.labels) != 0).sum() == 1
    best = min(sum(((part - part.mean()) ** 2).sum() for part in (points[:cut, 0], points[cut:, 0])) for cut in range(1, 9))
    every = min(sum(((part - part.mean()) ** 2).sum() for part in (points[list(mine), 0], np.delete(points[:, 0], list(mine))))
                for size in range(1, 9) for mine in itertools.combinations(range(9), size))
    assert found.inertia == pytest.approx(best) == pytest.approx(every)


def test_a_sample_decides_for_all() -> None:
    points, known = make_blobs(130_000, 3, centers=4, cluster_std=0.5, random_state=2)
    found = kmeans(points, 4, seed=1, restarts=2)
    assert adjusted_rand_score(known[::50], found.labels[::50]) == 1.0
    assert len(sample_of(points, 1000, 7)) == 1000
    assert (sample_of(points, 1000, 7) == sample_of(points, 1000, 7)).all()


def test_the_nearest_of_equals_is_the_first_and_parts_do_not_show() -> None:
    centres = np.array([[0.0], [2.0]])
    points = np.ones((140_000, 1))
    points[-1] = 1.5
    labels, distance = nearest(points, centres)
    assert labels[:-1].max() == 0
    assert (labels[-1], distance[-1]) == (1, 0.5)


def test_numbers_go_by_size_and_clusters_of_nobody_are_left_out() -> None:
    found = ordered(np.array([2, 2, 0, 2, 0]), np.array([[5.0], [6.0], [7.0]]), np.zeros(5))
    assert found.labels.tolist() == [0, 0, 1, 0, 1]
    assert found.centres.tolist() == [[7.0], [5.0]]


def test_the_seed_decides() -> None:
    points = np.random.default_rng(1).normal(size=(200, 3))
    assert (fit(points, 4, 9) == fit(points, 4, 9)).all()
    assert kmeans(points, 4, 9).inertia == kmeans(points, 4, 9).inertia


@pytest.mark.parametrize(("points", "k", "said"), [
    (np.repeat([[1.0], [2.0]], 40, axis=0), 3, "80 customers have 2 different rows of features, too few for 3 clusters"),
    (np.arange(4.0)[:, None], 5, "There are 4 customers, too few for 5 clusters"),
])
def test_more_clusters_than_rows_are_refused(points: np.ndarray, k: int, said: str) -> None:
    with pytest.raises(InvalidParameters, match=said):
        kmeans(points, k, seed=1)
