"""Who is on a map, and which of the ties between them: whole arrays at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Ends = NDArray[Any]  # int32[m] or int64[m], numbers of nodes


@dataclass(frozen=True)
class Network:
    """`n` nodes, numbered in the order of their ids, and `m` ties, which may be parallel or loops: `source`, `target`, and
    `weight` >= 0 (float64[m]). Ways lead along ties from either end."""

    n: int
    source: Ends
    target: Ends
    weight: Floats


@dataclass(frozen=True)
class Chosen:
    """`nodes`: int64[k], nearest first; `depth`: int8[k], steps from the nearest root; `edges`: int64[e], places of ties between
    them, the heaviest first. `total_nodes` and `total_edges`: how many there would be without a bound."""

    nodes: Numbers
    depth: NDArray[np.int8]
    edges: Numbers
    total_nodes: int
    total_edges: int


def choose(network: Network, roots: Numbers | None, depth: int, most_nodes: int, most_edges: int) -> Chosen:
    """Nodes within `depth` steps of a root (without roots: all nodes), and the ties between them. When there are more than the bounds,
    the nearest nodes are kept, of equally near ones those of the highest strength, of equally strong ones those of the lowest id;
    and the heaviest ties, of equally heavy ones the first. O((n + m) * depth)."""
    steps = np.zeros(network.n, np.int8) if roots is None else distances(network, roots, depth)
    nodes = nearest(network, steps, most_nodes)
    shown = np.zeros(network.n, bool)
    shown[nodes] = True
    between = within(network, shown)
    edges = between[highest(network.weight[between], most_edges)]
    reached = steps >= 0
    total = len(network.source) if reached.all() else len(within(network, reached))
    return Chosen(nodes, steps[nodes], edges, int(np.count_nonzero(reached)), total)


def distances(network: Network, roots: Numbers, depth: int) -> NDArray[np.int8]:
    """int8[n]: steps from the nearest root, -1 beyond `depth` (at most 127). Breadth-first, a level at a time."""
    found = np.full(network.n, -1, np.int8)
    front = np.zeros(network.n, bool)
    front[roots] = True
    for step in range(depth + 1):
        found[front] = step
        if step == depth or not front.any() or found.min() >= 0:
            break
        near = np.zeros(network.n, bool)
        near[network.target[front[network.source]]] = True
        near[network.source[front[network.target]]] = True
        front = near & (found < 0)
    return found


def strengths(network: Network) -> Floats:
    """float64[n]: the weights of all ties of each node added up; a loop counts at both of its ends."""
    out = np.bincount(network.source, network.weight, network.n)
    return np.asarray(out + np.bincount(network.target, network.weight, network.n), np.float64)


def nearest(network: Network, steps: NDArray[np.int8], most: int) -> Numbers:
    """At most so many of the nodes with `steps` >= 0, level by level, each by strength and then by number."""
    strength = strengths(network)
    found: list[Numbers] = []
    room = most
    for step in range(int(steps.max(initial=-1)) + 1):
        level = np.flatnonzero(steps == step)
        found.append(level[highest(strength[level], room)])
        room -= len(found[-1])
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def highest(values: Floats, most: int) -> Numbers:
    """Places of at most so many of the highest values, the highest first; equal ones in the order of their places."""
    if most <= 0:
        return np.zeros(0, np.int64)
    if len(values) <= most:
        return np.argsort(-values, kind="stable")
    least = np.partition(values, len(values) - most)[len(values) - most]
    kept = np.flatnonzero(values >= least)
    return kept[np.argsort(-values[kept], kind="stable")][:most]


def within(network: Network, nodes: NDArray[np.bool_]) -> Numbers:
    """Places of the ties both ends of which are among `nodes`, bool[n]."""
    found = np.flatnonzero(nodes[network.source])
    return found[nodes[network.target[found]]]
