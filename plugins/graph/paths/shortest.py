"""The shortest path between two nodes of a network, at most so many edges long."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Path:
    """`nodes` from the first to the last, one more than there are edges; `length` is what those edges add up to."""

    nodes: list[int]
    length: float


def inverse(weight: Floats) -> Floats:
    """Lengths of edges: the stronger, the shorter. An edge that weighs nothing is infinitely long, which nobody can walk.

    Newman, "Scientific collaboration networks. II. Shortest paths, weighted networks, and centrality", Physical Review E 64, 2001.
    """
    with np.errstate(divide="ignore", over="ignore"):
        return 1.0 / weight.astype(np.float64)


def shortest_path(n: int, source: Numbers, target: Numbers, length: Floats, start: int, goal: int, most_hops: int) -> Path | None:
    """The walk from `start` to `goal` of at most `most_hops` edges that is the shortest; None when there is none.

    Edges lead from `source` to `target` (int[m], numbers below `n`); `length` is float64[m], not negative, or infinite. Of walks of
    one length, the one of the fewest edges is taken, and of these the one whose first node, then second node and so on is the
    smallest. The bound is exact: a longer way of few edges is found where the shortest one has too many, which Dijkstra's method
    would not find. O(most_hops * m) time, O(m + most_hops * n) memory; it ends as soon as nothing can become shorter.

    Bellman, "On a routing problem", Quarterly of Applied Mathematics 16, 1958.
    """
    with np.errstate(over="ignore"):  # what is too far for a number is infinitely far
        layers = distances(n, source, target, length, start, goal, most_hops)
        shortest = layers[-1][start]
        if not np.isfinite(shortest):
            return None
        hops = next(hop for hop, layer in enumerate(layers) if layer[start] == shortest)
        return Path(traced(source, target, length, start, layers[:hops + 1]), float(shortest))


def distances(n: int, source: Numbers, target: Numbers, length: Floats, start: int, goal: int, most_hops: int) -> list[Floats]:
    """float64[n] for 0, 1, ... edges: how far each node is from `goal` by at most so many. Only edges that lead to a node which has
    just come nearer are looked at, and no node is followed that is farther away than `start` is known to be."""
    layer = np.full(n, np.inf)
    layer[goal] = 0.0
    layers, came_nearer = [layer], layer < np.inf
    while len(layers) <= most_hops and came_nearer.any():
        edges = np.flatnonzero(came_nearer[target])
        nearer = layer.copy()
        np.minimum.at(nearer, source[edges], length[edges] + layer[target[edges]])
        came_nearer = (nearer < layer) & (nearer < nearer[start])
        layer = nearer
        layers.append(layer)
    return layers


def traced(source: Numbers, target: Numbers, length: Floats, start: int, layers: list[Floats]) -> list[int]:
    """Node by node towards the goal, which is as many edges away as there are layers after the first."""
    nodes = [start]
    for nearer, layer in zip(layers[-2::-1], layers[:0:-1], strict=True):
        here = nodes[-1]
        out = np.flatnonzero(source == here)
        following = target[out][length[out] + nearer[target[out]] == layer[here]]
        nodes.append(int(following.min()))
    return nodes
