"""Convex hulls: the smallest convex area that holds the members of a cluster, in two named features or two principal components."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """Two columns of what is drawn: `points` float64[n, 2]; `share`: how much of the variance each component has, None for features."""

    points: Floats
    share: tuple[float, float] | None


def principal_plane(points: Floats) -> Plane:
    """The first two principal components of float64[n, d], each turned so that its largest loading is positive. With one column, the
    second is 0. O(n d²).

    Pearson, "On lines and planes of closest fit to systems of points in space", 1901.
    """
    middle = points - points.mean(0)
    values, vectors = np.linalg.eigh(middle.T @ middle)
    order = np.argsort(-values, kind="stable")[:2]
    axes = vectors[:, order]
    axes = axes * np.sign(axes[np.argmax(np.abs(axes), axis=0), np.arange(len(order))])
    flat = middle @ axes
    shares = [float(value) for value in np.maximum(values[order], 0) / max(float(values.sum()), 1e-300)]
    if len(order) < 2:
        return Plane(np.column_stack([flat[:, 0], np.zeros(len(flat))]), (shares[0], 0.0))
    return Plane(flat, (shares[0], shares[1]))


def hull(points: Floats) -> Floats:
    """The corners of the convex hull of float64[n, 2], counterclockwise: float64[h, 2]. Points on one line have two corners, or one.

    Barber, Dobkin and Huhdanpaa, "The Quickhull algorithm for convex hulls", 1996.
    """
    from scipy.spatial import ConvexHull, QhullError

    if len(points) > 2:
        try:
            corners: Floats = points[ConvexHull(points).vertices]
            return corners
        except QhullError:  # they lie on a line, whose ends are the first and the last of them
            pass
    different = np.unique(points, axis=0)
    return different[[0, -1]] if len(different) > 1 else different
