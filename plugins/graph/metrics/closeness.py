"""Closeness: how near a node is to those whom it can reach, and how many these are. Exact, or estimated from some of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from plugins.graph.metrics.routes import lengths

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
MOST_WORK = 3_000_000_000  # passes over a node or an edge, of about 10 nanoseconds each: half a minute of a processor
AT_ONCE = 64  # nodes that are searched from together: one for each bit of a word
DEEPEST = 256  # steps; in graphs as long as that, searches for one node each are quicker
HEAP = 6  # what a pass takes in Dijkstra's algorithm, which has to keep nodes in order
CELLS = 8_000_000  # distances in memory at a time


class TooDeep(Exception):
    """Somebody is further away than `DEEPEST`."""


@dataclass(frozen=True)
class Closeness:
    """`values`: float64[n], from 0 to 1. `sources`: to how many nodes distances were measured; all n, and the values are exact, or fewer,
    drawn at random, and they are estimates."""

    values: Floats
    sources: int


@dataclass
class Reach:
    """To how many of the nodes that were searched from each node can go, and how far these are away, added up."""

    count: Numbers
    far: Floats


def closeness(matrix: Any, *, by_weight: bool = False, seed: int = 0, most_work: float = MOST_WORK,
              progress: Callable[[int, int], None] | None = None) -> Closeness:
    """The share of the others whom a node can reach, divided by their mean distance from it: 1 for who is one step from everybody, 0 for
    who reaches nobody.

    With r others reached at distances that add up to d it is (r / (n - 1)) * (r / d): the form of Wasserman and Faust, which is what
    closeness usually means in a connected graph, and in others does not put a lonely pair above everybody. networkx does the same, but for
    the paths *to* a node; igraph leaves r / (n - 1) away. Paths follow the edges' directions.

    `matrix`: csr_array[n, n], entry [i, j] the weight of the ties from i to j; that of an undirected graph holds each tie both ways. Every
    tie is one step long, or, when `by_weight`, as long as `routes.lengths` says.
    `seed` decides which nodes distances are measured to, when all of them would be more than `most_work`; at least 64 are. The mean
    distance of a node is then estimated without bias from k of them, with an error that shrinks with the square root of k, and so is r.
    `progress(done, total)`: nodes to which distances were measured.

    By hops 64 searches share one pass over the edges for every step: O(n / 64 * m * longest distance). By weight, or where somebody is
    more than 256 steps away, Dijkstra's algorithm: O(m + n log n) for each node. Raises ValueError for weights that `lengths` refuses.

    Freeman 1978; Wasserman and Faust, "Social Network Analysis", 1994, equation 5.22; Eppstein and Wang, "Fast approximation of
    centrality", Journal of Graph Algorithms and Applications 8, 2004; Then and others, "The more the merrier: efficient multi-source
    graph traversal", Proceedings of the VLDB Endowment 8, 2014.
    """
    n = matrix.shape[0]
    order = np.random.default_rng(seed).permutation(n)
    reach = Reach(np.zeros(n, np.int64), np.zeros(n))
    searches = by_length(lengths(matrix), order, reach) if by_weight else by_hops(matrix, order, reach)
    done, spent = 0, 0.0
    for measured, work in searches:
        done, spent = done + measured, spent + work
        affordable = min(n, max(AT_ONCE, int(done * most_work / spent)))
        if progress is not None:
            progress(done, max(done, affordable))
        if done >= affordable:
            break
    return Closeness(values(reach, order[:done]), done)


def values(reach: Reach, searched: Numbers) -> Floats:
    others = np.full(len(reach.count), len(searched))
    others[searched] -= 1  # nobody is their own neighbour
    possible = others * reach.far
    return np.divide(reach.count.astype(np.float64) ** 2, possible, out=np.zeros(len(possible)), where=possible > 0)


def by_hops(matrix: Any, order: Numbers, reach: Reach) -> Iterator[tuple[int, float]]:
    """Searches from the nodes in their order; each part adds to `reach`, and tells how many nodes it was for and what it cost."""
    size = matrix.shape[0] + matrix.nnz
    for start in range(0, len(order), AT_ONCE):
        part = order[start:start + AT_ONCE]
        try:
            steps = together(matrix, part, reach)
        except TooDeep:
            hop = matrix.copy()
            hop.data = np.ones(hop.nnz)
            yield from by_length(hop, order[start:], reach)
            return
        yield len(part), float(max(steps, 1) * size)


def together(matrix: Any, part: Numbers, reach: Reach) -> int:
    """Goes back from all nodes of `part` at once, step by step: a bit of a node's word tells whether it can go to the node of that bit.
    Returns how many steps there were. Raises `TooDeep`, and adds nothing then."""
    n = matrix.shape[0]
    tied = np.flatnonzero(np.diff(matrix.indptr))
    count, far, steps = np.zeros(n, np.int64), np.zeros(n), 0
    arrived = np.zeros(n, np.uint64)
    arrived[part] = np.uint64(1) << np.arange(len(part), dtype=np.uint64)
    seen = arrived.copy()
    while tied.size and arrived.any():
        if steps == DEEPEST:
            raise TooDeep
        steps += 1
        next_to = np.zeros(n, np.uint64)
        next_to[tied] = np.bitwise_or.reduceat(arrived[matrix.indices], matrix.indptr[tied])
        arrived = next_to & ~seen
        seen |= arrived
        new = np.bitwise_count(arrived)
        count += new
        far += steps * new.astype(np.float64)
    reach.count += count
    reach.far += far
    return steps


def by_length(length: Any, order: Numbers, reach: Reach) -> Iterator[tuple[int, float]]:
    """As `by_hops`, along edges of these lengths: csr_array[n, n], all more than 0."""
    back = length.T.tocsr()
    at_once = max(1, min(AT_ONCE, CELLS // max(1, length.shape[0])))
    for start in range(0, len(order), at_once):
        part = order[start:start + at_once]
        distance = dijkstra(back, indices=part)
        reached = np.isfinite(distance)
        reached[np.arange(len(part)), part] = False
        reach.count += reached.sum(axis=0)
        reach.far += np.where(reached, distance, 0).sum(axis=0)
        yield len(part), float(HEAP * len(part) * (length.shape[0] + length.nnz))
