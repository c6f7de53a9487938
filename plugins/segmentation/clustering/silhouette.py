"""Silhouettes: how much nearer points are to their own cluster than to the next one. Several partitions of the same points at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
MOST = 10_000  # points: within 0.003 of the whole
AT_ONCE = 512


def silhouettes(points: Floats, partitions: Sequence[Labels]) -> list[Floats | None]:
    """For each partition the silhouette of every point, from -1 to 1; None for a partition with fewer than two clusters.

    (b - a) / max(a, b), where a is the mean distance to the others of the own cluster and b the least mean distance to another cluster;
    0 for who is alone. The distances are taken once for all partitions, in which lies the work: O(n² (d + clusters)).
    Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", 1987.
    """
    counts = [int(labels.max()) + 1 for labels in partitions]
    starts = np.concatenate([[0], np.cumsum(counts)])
    belongs = np.zeros((len(points), starts[-1]))
    for labels, start in zip(partitions, starts, strict=False):
        belongs[np.arange(len(points)), start + labels] = 1
    sizes, squares = belongs.sum(0), np.einsum("ij,ij->i", points, points)
    found: list[Floats] = [np.zeros(len(points)) for _ in partitions]
    for begin in range(0, len(points), AT_ONCE):
        rows = slice(begin, begin + AT_ONCE)
        apart = squares[rows, None] + squares - 2 * points[rows] @ points.T
        np.sqrt(np.maximum(apart, 0, out=apart), out=apart)
        apart[np.arange(len(apart)), begin + np.arange(len(apart))] = 0
        totals = apart @ belongs
        for values, labels, start, count in zip(found, partitions, starts, counts, strict=False):
            values[rows] = of_points(totals[:, start:start + count], sizes[start:start + count], labels[rows])
    return [values if (sizes[start:start + count] > 0).sum() > 1 else None
            for values, start, count in zip(found, starts, counts, strict=False)]


def of_points(totals: Floats, sizes: Floats, labels: Labels) -> Floats:
    """`totals`: float64[m, k], the distances of each point to all points of each cluster, added up."""
    rows = np.arange(len(labels))
    others = sizes[labels] - 1
    own = totals[rows, labels] / np.maximum(others, 1)
    means = totals / np.maximum(sizes, 1)
    means[:, sizes == 0] = np.inf
    means[rows, labels] = np.inf
    next_ = means.min(1)
    widest = np.maximum(own, next_)
    told = (others > 0) & (widest > 0) & np.isfinite(widest)
    return np.where(told, (next_ - own) / np.where(told, widest, 1), 0.0)


def mean_silhouette(points: Floats, labels: Labels) -> float | None:
    found, = silhouettes(points, [labels])
    return None if found is None else float(found.mean())
