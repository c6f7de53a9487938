"""K-means: fitted to a sample with restarts, then everybody goes to the nearest centre."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guanxi import InvalidParameters

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
SAMPLE, RESTARTS = 100_000, 10
# Few points cost little a start, and their best clusters are the more easily missed.
MOST_RESTARTS, STARTED_POINTS = 100, 200_000
ITERATIONS = 300
AT_ONCE = 65_536  # rows whose distances are taken together


@dataclass(frozen=True)
class Partition:
    """`labels`: int64[n], clusters from 0, the largest, with equals in the order of their centres. `centres`: float64[k, d]. `distance`:
    float64[n], Euclidean, to the own centre. `inertia`: the sum of their squares."""

    labels: Labels
    centres: Floats
    distance: Floats
    inertia: float


def sample_of(points: Floats, most: int, seed: int) -> Floats:
    """Rows in their order, drawn without repetition; all of them when there are no more."""
    return points if len(points) <= most else points[places(len(points), most, seed)]


def places(size: int, most: int, seed: int) -> Labels:
    """int64[m], ascending: which of `size` rows are drawn."""
    return np.arange(size) if size <= most else np.sort(np.random.default_rng(seed).choice(size, most, replace=False))


def fit(points: Floats, k: int, seed: int, restarts: int = RESTARTS) -> Floats:
    """The centres with the least inertia of several starts (k-means++): float64[k, d]. One thread, so that sums come in one order.

    Lloyd, "Least squares quantization in PCM", 1982; Arthur and Vassilvitskii, "k-means++", SODA 2007. O(n k d) an iteration.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        centres: Floats = KMeans(k, n_init=restarts, max_iter=ITERATIONS, random_state=seed % 2**32).fit(points).cluster_centers_
    return centres


def restarts_for(size: int) -> int:
    return min(max(RESTARTS, STARTED_POINTS // max(size, 1)), MOST_RESTARTS)


def kmeans(points: Floats, k: int, seed: int, restarts: int | None = None) -> Partition:
    """`restarts`: as many as suit the number of points when None. Raises `InvalidParameters` when there are not k different points."""
    sample = sample_of(points, SAMPLE, seed)
    check_distinct(sample, len(points), k)
    centres = fit(sample, k, seed, restarts or restarts_for(len(sample)))
    labels, distance = nearest(points, centres)
    return ordered(labels, centres, distance)


def check_distinct(sample: Floats, size: int, k: int) -> None:
    if k > len(sample):
        raise InvalidParameters(f"There are {size:,} customers, too few for {k} clusters.")
    few = sample[:max(50 * k, 1000)]
    if len(np.unique(few, axis=0)) < k and (different := len(np.unique(sample, axis=0))) < k:
        raise InvalidParameters(f"{size:,} customers have {different:,} different rows of features, too few for {k} clusters.")


def nearest(points: Floats, centres: Floats) -> tuple[Labels, Floats]:
    """For each point the nearest centre, of equals the first, and how far it is. O(n k d), in parts that fit into a cache."""
    labels, distance = np.empty(len(points), np.int64), np.empty(len(points))
    half = (centres**2).sum(1) / 2
    for start in range(0, len(points), AT_ONCE):
        part = points[start:start + AT_ONCE]
        chosen = np.argmin(half - part @ centres.T, axis=1)
        labels[start:start + AT_ONCE] = chosen
        apart = part - centres[chosen]
        distance[start:start + AT_ONCE] = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    return labels, distance


def ordered(labels: Labels, centres: Floats, distance: Floats) -> Partition:
    """Clusters that nobody belongs to are left out."""
    sizes = np.bincount(labels, minlength=len(centres))
    order = np.lexsort((*centres.T[::-1], -sizes))
    order = order[sizes[order] > 0]
    place = np.full(len(centres), -1)
    place[order] = np.arange(len(order))
    return Partition(place[labels], centres[order], distance, float(distance @ distance))
