"""Betweenness: on how many of the shortest paths between others a node lies. Exact, or estimated from some of their sources."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
HOPS, LENGTHS = 30e-9, 100e-9  # seconds that a source takes for each node and each way along an edge; measured, the larger the costlier
SECONDS = 30
FEWEST = 32  # sources: with less, what is estimated is mostly chance
AT_ONCE = 256  # sources between two reports; igraph begins each part with a pass over the edges, which costs as much as ten sources


def betweenness(graph: Any, *, directed: bool, lengths: str | None = None, sources: Numbers | None = None,
                progress: Callable[[int, int], None] | None = None) -> Floats:
    """For each node the sum, over pairs of other nodes, of the share of the pair's shortest paths that lead through it: float64[n], from 0
    to (n - 1)(n - 2), or half of that without directions. It is not scaled by the number of pairs, as igraph's, and as networkx's with
    `normalized=False`. Pairs that cannot reach each other add nothing.

    `graph`: igraph.Graph without parallel edges, which would count as so many paths, as `routes.routes` makes it. `directed`: whether
    paths follow the edges' directions and pairs are ordered. `lengths`: the edge attribute that tells how long an edge is, more than 0;
    without it every edge is one step. Paths whose lengths differ by rounding only are equally short.
    `sources`: int64[k]; only paths that begin at these nodes are looked at, and what they add up to is scaled by n / k. For nodes that were
    drawn at random (`routes.drawn`) the estimate is unbiased; its error shrinks with the square root of k, and is worst, next to
    its size, for nodes of low betweenness. None: all nodes, exactly.
    `progress(done, total)`: sources that are behind.

    O(m) a source, O(m + n log n) with lengths.
    Freeman, "A set of measures of centrality based on betweenness", Sociometry 40, 1977; Brandes, "A faster algorithm for betweenness
    centrality", Journal of Mathematical Sociology 25, 2001; Brandes and Pich, "Centrality estimation in large networks", International
    Journal of Bifurcation and Chaos 17, 2007.
    """
    n = graph.vcount()
    walked = np.arange(n) if sources is None else sources
    found = np.zeros(n)
    for start in range(0, len(walked), AT_ONCE):
        part = walked[start:start + AT_ONCE]
        found += graph.betweenness(directed=directed, weights=lengths, sources=part.tolist())
        if progress is not None:
            progress(start + len(part), len(walked))
    return found * (n / len(walked)) if len(walked) else found


def affordable(n: int, arcs: int, *, by_weight: bool) -> int:
    """From how many of the `n` nodes paths can be looked for in about half a minute of a processor: n when from all, else 32 at the least.
    `arcs`: ways along an edge, two for one without direction."""
    return min(n, max(FEWEST, int(SECONDS / ((LENGTHS if by_weight else HOPS) * (n + arcs))))) if n else 0
