"""Which names are written on a picture, and where, so that they can be read.

All lengths are in points. The most important names are placed first; a name that would cover another one is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

CELL, LINE = 0.54, 1.25  # of the size of the letters: how wide a cell is, and how high a line
SIDES = ((0, -1), (0, 1), (1, 0), (-1, 0))  # below, above, to the right, to the left
GAP = 2.0  # between a circle and its name
NAME_COSTS = 3  # what covering a name costs, when covering a circle costs 1
MOST_CIRCLES = 1  # that a name may cover


@dataclass(frozen=True)
class Label:
    node: int
    x: float  # its centre
    y: float


def place(points: Floats, radius: Floats, order: Sequence[int], widths: Floats, sizes: Floats, frame: Floats,
          always: int, *, centre: Floats | None = None) -> list[Label]:
    """`order`: the nodes whose names are wanted, the most important first; the first `always` of them are written wherever there is
    least in the way. `widths` (in cells) and `sizes` (of letters) belong to `points`. `frame`: width and height. Given a
    `centre`, names stand on the far side of it. O(k (n + k))."""
    taken = np.empty((len(order), 4))  # left, bottom, right, top
    found: list[Label] = []
    for rank, node in enumerate(order):
        sides = SIDES if centre is None else sorted(SIDES, key=lambda side: -float(np.dot(side, points[node] - centre)))
        best: tuple[float, float, float, Floats] | None = None
        for x, y, box in candidates(points[node], radius[node], widths[node] * CELL * sizes[node], sizes[node] * LINE, sides):
            names, circles = covered(box, taken[:len(found)]), circles_under(box, points, radius, node)
            cost = NAME_COSTS * names + circles
            in_the_way = outside(box, frame) or (rank >= always and (names > 0 or circles > MOST_CIRCLES))
            if not in_the_way and (best is None or cost < best[0]):
                best = cost, x, y, box
        if best:
            taken[len(found)] = best[3]
            found.append(Label(node, best[1], best[2]))
    return found


def candidates(point: Floats, radius: float, width: float, height: float, sides: Sequence[tuple[int, int]]
               ) -> Iterator[tuple[float, float, Floats]]:
    """On each side of the circle: the centre of the name and its box."""
    down, aside = radius + GAP + height / 2, radius + GAP + width / 2
    for right, up in sides:
        x, y = float(point[0] + right * aside), float(point[1] + up * down)
        yield x, y, np.array([x - width / 2, y - height / 2, x + width / 2, y + height / 2])


def outside(box: Floats, frame: Floats) -> bool:
    return bool(box[0] < 0 or box[1] < 0 or box[2] > frame[0] or box[3] > frame[1])


def covered(box: Floats, taken: Floats) -> int:
    """How many other names it touches."""
    wide = np.minimum(box[2], taken[:, 2]) - np.maximum(box[0], taken[:, 0])
    high = np.minimum(box[3], taken[:, 3]) - np.maximum(box[1], taken[:, 1])
    return int(np.count_nonzero((wide > 0) & (high > 0)))


def circles_under(box: Floats, points: Floats, radius: Floats, own: int) -> int:
    near_x = np.maximum(np.maximum(box[0] - points[:, 0], points[:, 0] - box[2]), 0.0)
    near_y = np.maximum(np.maximum(box[1] - points[:, 1], points[:, 1] - box[3]), 0.0)
    under = near_x ** 2 + near_y ** 2 < radius ** 2
    under[own] = False
    return int(np.count_nonzero(under))
