"""Maps to draw and to write, made by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from plugins.graph.map.layout import Drawing, laid_out
from plugins.graph.map.scene import Scene

Tie = tuple[int, int]


def scene(names: Sequence[str], ties: Sequence[Tie] = (), *, signs: Sequence[int] | None = None, weights: Sequence[float] | None = None,
          directed: Sequence[bool] | None = None, roots: Sequence[int] = (), communities: Sequence[int] | None = None,
          called: dict[int, str] | None = None, layout: str = "FORCE_DIRECTED", **scores: Sequence[float]) -> Scene:
    """Customers 1, 2, ... of these names; relationships 1, 2, ... between their places in the list."""
    n, m = len(names), len(ties)
    ends = np.array(ties, np.int64).reshape(-1, 2)
    weight, sign = np.array(weights or [1.0] * m, np.float64), np.array(signs or [1] * m, np.int8)
    root = np.isin(np.arange(n), roots)
    depth = np.where(root, 0, 1)
    points = laid_out(layout, Drawing(n, ends[:, 0], ends[:, 1], weight, sign, depth if roots else None), 0)
    return Scene(
        ids=np.arange(1, n + 1), names=list(names), depth=depth, root=root, points=points,
        community=np.array(communities if communities is not None else [-1] * n, np.int64), community_names=called or {},
        scores={name: np.array(values, np.float64) for name, values in scores.items()}, relationships=np.arange(1, m + 1),
        source=ends[:, 0], target=ends[:, 1], weight=weight, sign=sign,
        directed=np.array(directed if directed is not None else [False] * m, bool), kinds=["mate"] * m)


def many(n: int, m: int, **more: Any) -> Scene:
    chance = np.random.default_rng(5)
    ties = [(int(a), int(b)) for a, b in chance.integers(0, n, (m, 2))]
    return scene([f"客户 {number}" for number in range(n)], ties, signs=chance.choice([1, 0, -1], m).tolist(),
                 weights=chance.random(m).tolist(), directed=(chance.random(m) < 0.5).tolist(), **more)
