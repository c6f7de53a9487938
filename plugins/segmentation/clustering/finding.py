"""One clustering from prepared points to all that is said of it: clusters, names, rules, hulls, and how good it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi import FeatureColumn, InsufficientData, InvalidParameters
from plugins.segmentation.clustering.choosing import KScore, best, k_scores
from plugins.segmentation.clustering.density import dbscan, hdbscan
from plugins.segmentation.clustering.hulls import Plane, principal_plane
from plugins.segmentation.clustering.kmeans import kmeans, places
from plugins.segmentation.clustering.matrix import Matrix
from plugins.segmentation.clustering.silhouette import silhouettes
from plugins.segmentation.clustering.stability import stability
from plugins.segmentation.start import SegmentationAlgorithmInput
from plugins.segmentation.trees.cart import cart
from plugins.segmentation.trees.nodes import Attributes
from plugins.segmentation.trees.rules import Rule, rules

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
SILHOUETTES, EXPLAINED = 5_000, 20_000
DEPTH = 4


@dataclass(frozen=True)
class Found:
    """`labels`: int64[n], -1 for noise. `centres` float64[k, d], on the run's scale, and `distance` float64[n] to the own one: None
    where a method has no centres. `stability`, `inertia`: None likewise."""

    labels: Labels
    centres: Floats | None = None
    distance: Floats | None = None
    inertia: float | None = None
    stability: float | None = None
    scores: Sequence[KScore] = ()
    warnings: Sequence[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return int(self.labels.max()) + 1


def find(points: Floats, given: SegmentationAlgorithmInput, seed: int, most_bytes: float, tell: Callable[..., None]) -> Found:
    """Raises `InvalidParameters` and `InsufficientData` with the numbers."""
    if given.k_means:
        return by_centres(points, given.k_means, seed, tell)
    tell("clustering")
    if given.dbscan:
        labels = dbscan(points, given.dbscan.epsilon, given.dbscan.minimum_samples, most_bytes, seed)
    else:
        assert given.hdbscan
        labels = hdbscan(points, given.hdbscan.minimum_size, given.hdbscan.minimum_samples or None)
    if labels.max() < 0:
        raise InsufficientData(f"All {len(labels):,} customers are noise: no place is dense enough to be a cluster. Take a larger epsilon, "
                               "or ask for fewer customers in one.")
    return Found(labels)


def by_centres(points: Floats, given: Any, seed: int, tell: Callable[..., None]) -> Found:
    range_, scores = given.range, list[KScore]()
    field_ = "kRange" if len(range_) > 1 else "k"
    try:
        if len(range_) > 1:
            scores = k_scores(points, range_, given.selection.name, seed, lambda done, all_: tell("choosing k", done, all_))
        tell("clustering")
        found = kmeans(points, best(scores, given.selection.name) if scores else range_[0], seed)
    except InvalidParameters as error:
        raise InvalidParameters(str(error), "algorithm", "kMeans", field_) from None
    tell("testing")
    return Found(found.labels, found.centres, found.distance, found.inertia, stability(points, found, seed), scores)


def sampled_silhouettes(points: Floats, labels: Labels, seed: int) -> tuple[Labels, Floats] | None:
    """Of up to 5,000 customers who belong to a cluster, the cluster and the silhouette of each; None with fewer than two clusters."""
    inside = np.flatnonzero(labels >= 0)
    chosen = inside[places(len(inside), SILHOUETTES, seed)]
    found, = silhouettes(points[chosen], [labels[chosen]])
    return None if found is None else (labels[chosen], found)


def plane_of(table: Matrix, points: Floats, named: Sequence[str] | None) -> Plane:
    """Two columns of features as they are, or the principal components of the points. Raises `InvalidParameters` for other names."""
    if not named:
        return principal_plane(points)
    known = [column.name for column in table.columns]
    for at, name in enumerate(named):
        if name not in known:
            raise InvalidParameters(f"{name[:60]} is not among the columns of this run: {', '.join(known)}.", "hull", str(at))
    return Plane(table.values[:, [known.index(name) for name in named]], None)


def explained(table: Matrix, labels: Labels, count: int, seed: int) -> list[Rule]:
    """Rules for belonging to the clusters, by a tree of the features as they are, counted over everybody who belongs to one."""
    inside = np.flatnonzero(labels >= 0)
    given = Attributes(table.values[inside] if len(inside) < len(labels) else table.values, [None] * len(table.columns))
    classes = labels[inside]
    some = places(len(classes), EXPLAINED, seed)
    root = cart(Attributes(given.values[some], given.words), classes[some], count, depth=DEPTH, criterion="gini",
                least=max(min(5, len(some) // 10), round(0.01 * len(some)), 1))
    return rules(root, given, classes)[0]


def cluster_means(table: Matrix, labels: Labels, count: int) -> list[list[float]]:
    """Of each cluster, the mean of each feature as it is."""
    inside = labels >= 0
    sizes = np.bincount(labels[inside], minlength=count)
    means = [np.bincount(labels[inside], table.values[inside, at], minlength=count) / sizes for at in range(len(table.columns))]
    found: list[list[float]] = np.column_stack(means).tolist()
    return found


def columns_as_json(columns: Sequence[FeatureColumn], missing: Sequence[int], filled: Sequence[float | None]) -> list[dict[str, Any]]:
    return [{"feature": column.name, "en": column.title, "zh": column.title_zh, "missing": count, "filledWith": value, "run": column.run}
            for column, count, value in zip(columns, missing, filled, strict=True)]


