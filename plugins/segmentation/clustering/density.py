"""Clusters of any shape, where customers are dense: DBSCAN and HDBSCAN. Who is in no dense place is noise."""

import numpy as np
from numpy.typing import NDArray

from guanxi import InvalidParameters
from plugins.segmentation.clustering.kmeans import sample_of

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
PROBES = 1000
NEIGHBOUR_BYTES = 16  # of one neighbour in a neighbourhood, and of what comes of joining them
MOST_BY_HIERARCHY = 50_000  # HDBSCAN looks at every pair


def neighbourhood_bytes(points: Floats, epsilon: float, seed: int) -> float:
    """How much memory all neighbourhoods take, from those of up to 1,000 customers."""
    from sklearn.neighbors import KDTree

    probes = sample_of(points, PROBES, seed)
    counts = KDTree(points).query_radius(probes, epsilon, count_only=True)
    return float(counts.mean()) * len(points) * NEIGHBOUR_BYTES


def dbscan(points: Floats, epsilon: float, minimum: int, most_bytes: float, seed: int) -> Labels:
    """int64[n]: clusters from 0, the largest; -1 for noise. A customer who has `minimum` others within `epsilon`, counting themselves, is
    of the core of a cluster.

    Raises `InvalidParameters` when the neighbourhoods would need more memory than `most_bytes`.
    Ester, Kriegel, Sander and Xu, "A density-based algorithm for discovering clusters", KDD 1996.
    """
    from sklearn.cluster import DBSCAN

    needed = neighbourhood_bytes(points, epsilon, seed)
    if needed > most_bytes:
        raise InvalidParameters(
            f"With epsilon {epsilon:g} a customer has about {needed / NEIGHBOUR_BYTES / len(points):,.0f} neighbours; the neighbourhoods "
            f"of {len(points):,} customers would need {needed / 2**20:,.0f} MiB; {most_bytes / 2**20:,.0f} MiB are allowed. Take a smaller "
            "epsilon, fewer customers, or K-means.")
    return largest_first(DBSCAN(eps=epsilon, min_samples=minimum).fit_predict(points))


def hdbscan(points: Floats, minimum_size: int, minimum_samples: int | None) -> Labels:
    """int64[n], as `dbscan`, with a density of its own for each cluster. Raises `InvalidParameters` for too many or too few customers.

    Campello, Moulavi and Sander, "Density-based clustering based on hierarchical density estimates", 2013.
    """
    from sklearn.cluster import HDBSCAN

    if len(points) > MOST_BY_HIERARCHY:
        raise InvalidParameters(f"HDBSCAN compares every pair of customers: it takes at most {MOST_BY_HIERARCHY:,}, and there are "
                                f"{len(points):,}. Select fewer, or take K-means or DBSCAN.")
    if minimum_size > len(points) or (minimum_samples or 1) > len(points):
        raise InvalidParameters(f"A cluster of at least {max(minimum_size, minimum_samples or 1):,} customers cannot be among "
                                f"{len(points):,}.")
    return largest_first(HDBSCAN(min_cluster_size=minimum_size, min_samples=minimum_samples, copy=True).fit_predict(points))


def largest_first(labels: NDArray[np.signedinteger]) -> Labels:
    """The same clusters, numbered by their size; of equals the one whose first member comes first. Noise stays -1."""
    known, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    place = np.full((known.max() if len(known) else -1) + 2, -1)
    place[known[order]] = np.arange(len(known))
    found: Labels = place[labels]
    return found
