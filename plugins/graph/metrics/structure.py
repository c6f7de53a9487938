"""Figures of a whole network: density, reciprocity and degree assortativity, each from its matrix.

They look at which ordered pairs of nodes are tied: loops, weights and parallel edges do not count. The matrix of an undirected graph holds
each edge both ways, and the same formulas then give the undirected figures.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]


def simple(matrix: Any) -> Any:
    """Which ordered pairs are tied: csr_array of float64[n, n], 1 for every stored entry of `matrix` (csr_array, entries added up) that is
    not on the diagonal. O(n + m)."""
    n = matrix.shape[0]
    row = np.repeat(np.arange(n, dtype=matrix.indices.dtype), np.diff(matrix.indptr))
    kept = row != matrix.indices
    if kept.all():
        return csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=(n, n))
    start = np.concatenate([[0], np.cumsum(np.bincount(row[kept], minlength=n))])
    return csr_array((np.ones(int(kept.sum())), matrix.indices[kept], start), shape=(n, n))


def density(tied: Any) -> float:
    """The share of all ordered pairs that are tied, from 0 to 1; 0 for fewer than two nodes. `tied`: what `simple` gives. Unlike in
    networkx, parallel edges and loops add nothing."""
    n = tied.shape[0]
    return float(tied.nnz / (n * (n - 1))) if n > 1 else 0.0


def reciprocity(tied: Any) -> float | None:
    """The share of the tied ordered pairs that are tied the other way too, from 0 to 1; None without edges. `tied`: what `simple` gives.
    O(n + m), one transposed copy. Newman, "Networks", 2018, section 7.4; igraph's default; networkx counts loops as not returned."""
    return float(tied.multiply(tied.T.tocsr()).nnz / tied.nnz) if tied.nnz else None


def assortativity(tied: Any) -> float | None:
    """Whether nodes with many edges are tied to their like: the correlation of the degrees at both ends of an edge, from -1 to 1.

    `tied`: what `simple` gives. In a directed graph it is the out-degree of the source and the in-degree of the target. None where it is
    not defined: without edges, or when all ends of one side have the same degree. O(n + m).
    Newman, "Assortative mixing in networks", Physical Review Letters 89, 2002, equation 4; for directed graphs Newman, "Mixing patterns in
    networks", Physical Review E 67, 2003, equation 25.
    """
    if not tied.nnz:
        return None
    leaving = np.diff(tied.indptr).astype(np.float64)
    arriving = np.bincount(tied.indices, minlength=tied.shape[0]).astype(np.float64)
    one, other = leaving - np.average(leaving, weights=leaving), arriving - np.average(arriving, weights=arriving)
    spread = float((leaving * one**2).sum() * (arriving * other**2).sum())
    return float(np.clip((one * (tied @ other)).sum() / np.sqrt(spread), -1, 1)) if spread > 0 else None
