"""The lines of a picture: where each tie runs between two circles, bent when there are several, and where its arrowhead is.

All lengths are in points, a seventy-second of an inch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]

BEND = 0.16  # how far parallel ties are from each other in the middle, as a share of their length
ARCH, HIGHEST = 0.14, 34.0  # how high a tie within a row rises, as a share of its length, and at most
LEVEL = 0.04  # how much a tie within a row may slope


@dataclass(frozen=True)
class Strokes:
    """`begin`, `bend`, `end`: float64[m, 2], quadratic Bézier curves from circle to circle; `heads`: float64[m, 3, 2], triangles whose
    tips touch the circles at the ends. A loop has no length: see `loops`."""

    begin: Floats
    bend: Floats
    end: Floats
    heads: Floats


def strokes(points: Floats, radius: Floats, source: Numbers, target: Numbers, head: Floats, *, arched: bool = False) -> Strokes:
    """`points`: float64[n, 2] and `radius`: float64[n] of circles; `head`: float64[m], how long each arrowhead is, 0 for none. With
    `arched`, ties that run across rise over what stands between their ends. O(m log m)."""
    low, high = np.minimum(source, target), np.maximum(source, target)
    across = points[high] - points[low]
    aside = np.column_stack([-across[:, 1], across[:, 0]]) * (BEND * places_among_parallel(low, high))[:, None]
    start, stop = points[source], points[target]
    bend = (start + stop) / 2 + 2 * aside
    if arched:
        length = np.abs(across[:, 0])
        bend[:, 1] += 2 * np.where(np.abs(across[:, 1]) <= LEVEL * length, np.minimum(ARCH * length, HIGHEST), 0.0)
    tip = towards(stop, bend, radius[target])
    back = direction(bend - tip)
    side = np.column_stack([-back[:, 1], back[:, 0]]) * (head * 0.42)[:, None]
    base = tip + back * head[:, None]
    return Strokes(towards(start, bend, radius[source]), bend, tip + back * (head * 0.7)[:, None],
                   np.stack([tip, base + side, base - side], axis=1))


def places_among_parallel(low: Numbers, high: Numbers) -> Floats:
    """float64[m]: where each tie stands among those of its pair: 0 for one alone, -0.5 and 0.5 for two, -1, 0, 1 for three."""
    order = np.lexsort((high, low))
    first = np.flatnonzero((np.diff(low[order], prepend=-1) != 0) | (np.diff(high[order], prepend=-1) != 0))
    counts = np.diff(first, append=len(order))
    found = np.empty(len(order))
    found[order] = np.arange(len(order)) - np.repeat(first + (counts - 1) / 2, counts)
    return found


def towards(points: Floats, others: Floats, by: Floats) -> Floats:
    return points + direction(others - points) * by[:, None]


def direction(vectors: Floats) -> Floats:
    """Of length 1; a vector without length points to the right."""
    length = np.hypot(*vectors.T)[:, None]
    return np.where(length > 0, vectors / np.where(length > 0, length, 1.0), [1.0, 0.0])


def loops(points: Floats, radius: Floats) -> Floats:
    """float64[k, 33, 2]: rings above the circles, which stand for ties of circles to themselves."""
    turn = np.linspace(0, 2 * np.pi, 33)
    ring = np.column_stack([np.sin(turn), np.cos(turn)])[None] * radius[:, None, None]
    return points[:, None] + ring + np.array([0.0, 1.0]) * (1.4 * radius)[:, None, None]
