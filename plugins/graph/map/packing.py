"""Parts of a map side by side, and the whole within its frame."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # float64[n, 2]

ROOM = 1.0  # between two parts, where neighbours stand about 1 apart
WIDE = 1.6  # how much wider than high the whole is to be


def level(points: Points) -> Points:
    """The same shape, centred, with its longest side across."""
    centred: Points = points - points.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    if len(axes) < 2:  # fewer than two points
        return centred
    turned: Points = centred @ axes.T
    turned *= np.where(turned[np.abs(turned).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    return turned


def side_by_side(parts: Sequence[Points]) -> list[Points]:
    """The parts, moved so that their frames do not overlap: in rows from the top left, in the order in which they are given."""
    if not parts:
        return []
    sizes = np.array([np.ptp(part, axis=0) + ROOM for part in parts])
    width = max(sizes[:, 0].max(), np.sqrt(sizes.prod(axis=1).sum() * WIDE))
    found, left, top, height = [], 0.0, 0.0, 0.0
    for part, (wide, high) in zip(parts, sizes.tolist(), strict=True):
        if left and left + wide > width:
            left, top, height = 0.0, top - height, 0.0
        found.append(part - [part[:, 0].min(), part[:, 1].max()] + [left, top])
        left, height = left + wide, max(height, high)
    return found


def fit(points: Points, *, both: bool = False) -> Points:
    """Within -1..1 and centred, in proportion; with `both`, each direction by itself."""
    if not len(points):
        return points
    low, high = points.min(axis=0), points.max(axis=0)
    half = (high - low) / 2
    size = half if both else np.full(2, half.max())
    fitted: Points = np.clip((points - (low + high) / 2) / np.where(size > 0, size, 1.0), -1.0, 1.0)
    return fitted
