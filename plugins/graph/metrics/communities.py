"""Communities by the Leiden and the Louvain method: groups that hold together more than chance would have it."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

import igraph
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Partition:
    """`membership`: int64[n], the community of each node, numbered from 0, the largest first. `sizes`: int64[k]. `modularity`: the
    share of the edges' weight that lies within communities, less what chance would put there (Newman and Girvan 2004)."""

    membership: Numbers
    sizes: Numbers
    modularity: float


@dataclass(frozen=True)
class Ties:
    """An undirected graph of `n` nodes: every pair once, `source` < `target` (int64[m]) and `weight` > 0 (float64[m])."""

    n: int
    source: Numbers
    target: Numbers
    weight: Floats


def collapse(n: int, source: Numbers, target: Numbers, weight: Floats) -> Ties:
    """Edges without their directions: the weights of all edges between two nodes are added up. Loops, and pairs that weigh nothing,
    are left out. Raises ValueError for weights that are negative or not finite. O(m log m)."""
    if len(weight) and not (weight.min() >= 0 and np.isfinite(weight.max())):
        raise ValueError("weights must be finite and not negative")
    low, high = np.minimum(source, target).astype(np.int64), np.maximum(source, target).astype(np.int64)
    pairs = low * n + high
    order = np.argsort(pairs, kind="stable")
    pairs = pairs[order]
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    summed = np.add.reduceat(weight[order].astype(np.float64), first) if len(first) else np.zeros(0)
    low, high = np.divmod(pairs[first], n) if n else (low, high)
    kept = (low != high) & (summed > 0)
    return Ties(n, low[kept], high[kept], summed[kept])


def tied_only(ties: Ties) -> tuple[Ties, Numbers]:
    """The graph of those nodes that have an edge, and which they were: int64[k], ascending."""
    has_edge = np.zeros(ties.n, bool)
    has_edge[ties.source] = has_edge[ties.target] = True
    nodes, number = np.flatnonzero(has_edge), np.cumsum(has_edge) - 1
    return Ties(len(nodes), number[ties.source], number[ties.target], ties.weight), nodes


def leiden(ties: Ties, *, seed: int, iterations: int = 10, graph: Any = None) -> Partition:
    """The partition that the Leiden method finds; every iteration starts from what the last one found. The same seed gives the same
    partition. A node without edges is a community of its own. `graph`: what `built` makes of the ties, where it exists already.

    About O(m) for an iteration; ten come within 0.001 of the modularity of as many as it takes to find nothing better. Raises
    ValueError when there are no edges: modularity is not defined then.
    Traag, Waltman and van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", Scientific Reports 9, 2019.
    """
    graph = tied_graph(ties, graph)
    with chance(seed):
        found = graph.community_leiden(objective_function="modularity", weights="weight", n_iterations=iterations)
    return partition(graph, found.membership)


def louvain(ties: Ties, *, seed: int, graph: Any = None) -> Partition:
    """The partition that the Louvain method finds: nodes move to the neighbouring community that gains most, then communities become
    nodes, until nothing gains. The same seed gives the same partition, for it decides in which order nodes are visited. A node without
    edges is a community of its own; a community can fall apart into pieces without an edge between them, which Leiden's cannot.

    About O(m log m) in practice. `graph` and errors are those of `leiden`.
    Blondel, Guillaume, Lambiotte and Lefebvre, "Fast unfolding of communities in large networks", Journal of Statistical Mechanics, 2008.
    """
    graph = tied_graph(ties, graph)
    with chance(seed):
        found = graph.community_multilevel(weights="weight")
    return partition(graph, found.membership)


def tied_graph(ties: Ties, graph: Any) -> Any:
    if not len(ties.weight):
        raise ValueError("a graph without edges has no communities")
    return built(ties) if graph is None else graph


@contextmanager
def chance(seed: int) -> Iterator[None]:
    """What igraph draws within comes from the seed, and from the common source of chance again afterwards."""
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  # chance that can be repeated is what is wanted
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def partition(graph: Any, membership: list[int]) -> Partition:
    number, sizes = numbered(np.asarray(membership))
    return Partition(number, sizes, float(graph.modularity(membership, weights="weight")))


def built(ties: Ties) -> Any:
    """igraph.Graph, undirected, with the edge attribute `weight`; edges in the order of the ties."""
    graph = igraph.Graph(n=ties.n, edges=edges(ties.source, ties.target))
    graph.es["weight"] = ties.weight.tolist()
    return graph


def edges(source: Numbers, target: Numbers, at_once: int = 65_536) -> Iterator[tuple[int, int]]:
    """Pairs of Python numbers: igraph reads these three times as fast as an array. Made part by part: a part fits in the processor's
    cache, and all at once would take 80 bytes an edge."""
    return chain.from_iterable(zip(source[start:start + at_once].tolist(), target[start:start + at_once].tolist(), strict=True)
                               for start in range(0, len(source), at_once))


def numbered(membership: NDArray[np.integer]) -> tuple[Numbers, Numbers]:
    """The same partition with its communities numbered by size, the largest first, then by smallest member; and their sizes.

    `membership`: integer[n], not negative; numbers may be missing, but none is much larger than n. O(n + k log k)."""
    sizes = np.bincount(membership)
    first = np.full(len(sizes), len(membership))
    first[membership[::-1]] = np.arange(len(membership) - 1, -1, -1)  # of several, the last that is written stays
    order = np.lexsort((first, -sizes))[:np.count_nonzero(sizes)]
    number = np.zeros(len(sizes), np.int64)
    number[order] = np.arange(len(order))
    return number[membership], sizes[order].astype(np.int64)


def best(found: Sequence[Partition]) -> Partition:
    """The partition of the highest modularity; of equals, the first."""
    return max(found, key=lambda partition: partition.modularity)
