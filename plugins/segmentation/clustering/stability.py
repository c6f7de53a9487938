"""Whether a partition is more than chance: how much it comes out again when chance falls otherwise."""

import numpy as np
from numpy.typing import NDArray

from plugins.segmentation.clustering.kmeans import Partition, fit, nearest, sample_of

Floats = NDArray[np.float64]
SAMPLE = 10_000
SEEDS, RESTARTS = 5, 5


def stability(points: Floats, found: Partition, seed: int) -> float:
    """The mean adjusted Rand index between the partition and those of five other seeds, each from a start and a sample of its own: 1 when
    they agree, about 0 when they agree no more than chance.

    Hubert and Arabie, "Comparing partitions", 1985.
    """
    from sklearn.metrics import adjusted_rand_score

    test = sample_of(points, SAMPLE, seed)
    known = nearest(test, found.centres)[0]
    values = []
    for other in range(1, SEEDS + 1):
        drawn = np.random.default_rng(seed + other).choice(len(points), min(len(points), SAMPLE))
        sample = points[np.sort(drawn)]
        k = min(len(found.centres), len(np.unique(sample[:2000], axis=0)))
        values.append(adjusted_rand_score(known, nearest(test, fit(sample, k, seed + other, RESTARTS))[0]))
    return float(np.mean(values))
