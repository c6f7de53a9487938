"""Networks as something to walk on: which ties can be walked, how long they are, and from where walks begin."""

from typing import Any

import igraph
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from plugins.graph.metrics.communities import edges

Numbers = NDArray[np.int64]
NOTHING = 1e-300  # a tie that weighs less is too long for distances to be added up in a float


def lengths(matrix: Any) -> Any:
    """How long each tie is: csr_array[n, n], the inverse of its weight. The stronger a tie the nearer its ends; parallel ties count as one
    of their summed weight. Ties that weigh nothing cannot be walked and are left out. Raises ValueError for weights that are negative or
    not finite.

    `matrix`: csr_array[n, n], entry [i, j] the weight of the ties from i to j. O(n + m).
    Newman, "Scientific collaboration networks. II. Shortest paths, weighted networks, and centrality", Physical Review E 64, 2001."""
    if matrix.nnz and not (matrix.data.min() >= 0 and np.isfinite(matrix.data.max())):
        raise ValueError("weights must be finite and not negative")
    walkable = matrix.data > NOTHING
    start = np.concatenate([[0], np.cumsum(walkable)])[matrix.indptr]
    return csr_array((1 / matrix.data[walkable], matrix.indices[walkable], start), shape=matrix.shape)


def routes(matrix: Any, *, directed: bool, by_weight: bool) -> Any:
    """igraph.Graph to look for shortest paths on: simple, without loops; with the edge attribute `length` when `by_weight`, else every
    tie is one step long, whatever it weighs.

    `matrix`: as for `lengths`; that of an undirected graph holds each tie both ways. O(n + m), about 100 bytes an edge.
    """
    walked = lengths(matrix) if by_weight else matrix
    n = walked.shape[0]
    source, target = np.repeat(np.arange(n), np.diff(walked.indptr)), walked.indices
    kept = source != target if directed else source < target
    graph = igraph.Graph(n=n, edges=edges(source[kept], target[kept]), directed=directed)
    if by_weight:
        graph.es["length"] = walked.data[kept].tolist()
    return graph


def drawn(n: int, k: int, seed: int) -> Numbers | None:
    """`k` of the `n` nodes, each as likely as any other, in the order of their numbers: int64[k]; None, for all, when k is n or more."""
    return None if k >= n else np.sort(np.random.default_rng(seed).choice(n, k, replace=False))
