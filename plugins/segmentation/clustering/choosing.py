"""How many clusters there are: k by the elbow, by silhouettes, or by what two halves of the customers agree upon."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugins.segmentation.clustering.kmeans import check_distinct, fit, nearest, sample_of
from plugins.segmentation.clustering.silhouette import MOST, silhouettes

Floats = NDArray[np.float64]
SAMPLE = 20_000
RESTARTS = 3
STRONG = 0.8  # prediction strength, as its authors advise
ELBOW, SILHOUETTE, CROSS_VALIDATION = "ELBOW", "SILHOUETTE", "CROSS_VALIDATION"


@dataclass(frozen=True)
class KScore:
    """`inertia` is that of the sample, raised to all customers. `strength` is None where it was not asked for."""

    k: int
    inertia: float
    silhouette: float | None
    strength: float | None


def k_scores(points: Floats, range_: Sequence[int], method: str, seed: int, tell: Callable[[int, int], None]) -> list[KScore]:
    """A score for each k of the range, worked out on a sample. Raises `InvalidParameters` when there are fewer different points."""
    sample = sample_of(points, SAMPLE, seed)
    check_distinct(sample, len(points), max(range_))
    few = sample_of(sample, MOST, seed + 1)
    inertias, partitions, strengths = [], [], []
    for done, k in enumerate(range_):
        tell(done, len(range_))
        centres = fit(sample, k, seed, RESTARTS)
        distance = nearest(sample, centres)[1]
        inertias.append(float(distance @ distance) * len(points) / len(sample))
        partitions.append(nearest(few, centres)[0])
        strengths.append(prediction_strength(sample, k, seed) if method == CROSS_VALIDATION else None)
    found = silhouettes(few, partitions)
    return [KScore(k, inertia, None if values is None else float(values.mean()), strength)
            for k, inertia, values, strength in zip(range_, inertias, found, strengths, strict=True)]


def best(scores: Sequence[KScore], method: str) -> int:
    """ELBOW: where the curve of inertia is farthest below the straight line between its ends. SILHOUETTE: the highest, of equals the
    fewest clusters. CROSS_VALIDATION: the most clusters whose prediction strength is at least 0.8, or else the strongest."""
    if method == ELBOW:
        return elbow([one.k for one in scores], [one.inertia for one in scores])
    if method == SILHOUETTE:
        return max(scores, key=lambda one: (-2 if one.silhouette is None else one.silhouette, -one.k)).k
    strong = [one.k for one in scores if one.strength is not None and one.strength >= STRONG]
    return max(strong) if strong else max(scores, key=lambda one: (one.strength or 0, -one.k)).k


def elbow(ks: Sequence[int], inertias: Sequence[float]) -> int:
    """Satopää, Albrecht, Irwin and Raghavan, "Finding a kneedle in a haystack", 2011, without its smoothing."""
    across = (np.array(ks) - ks[0]) / max(ks[-1] - ks[0], 1)
    fall = inertias[0] - inertias[-1]
    down = (inertias[0] - np.array(inertias)) / fall if fall > 0 else across
    return ks[int(np.argmax(down - across))]


def prediction_strength(points: Floats, k: int, seed: int) -> float:
    """Each half is clustered by itself. Of the pairs that are together in a cluster of the second half, how many the centres of the first
    half put together as well: the least over the clusters, 1 for k = 1.

    Tibshirani and Walther, "Cluster validation by prediction strength", 2005.
    """
    order = np.random.default_rng(seed).permutation(len(points))
    halves = points[order[: len(points) // 2]], points[order[len(points) // 2:]]
    if min(map(len, halves)) < k:
        return 0.0
    centres = [fit(half, k, seed, RESTARTS) for half in halves]
    return float(np.mean([agreement(halves[1 - at], centres[1 - at], centres[at]) for at in (0, 1)]))


def agreement(points: Floats, own: Floats, other: Floats) -> float:
    mine, theirs = nearest(points, own)[0], nearest(points, other)[0]
    table = np.zeros((len(own), len(other)))
    np.add.at(table, (mine, theirs), 1)
    size = table.sum(1)
    together = (table * (table - 1)).sum(1)
    several = size > 1
    return float((together[several] / (size * (size - 1))[several]).min()) if several.any() else 0.0
