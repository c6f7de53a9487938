"""HITS: hubs point at good authorities, authorities are pointed at by good hubs. By Lanczos' method on a sparse matrix."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from plugins.graph.metrics.pagerank import NotConverged

Floats = NDArray[np.float64]
DIMENSIONS = 20  # vectors in memory; with twice as many, graphs in long chains converge in half the iterations, others no sooner


def hits(matrix: Any, *, tolerance: float = 1e-10, most_iterations: int = 2000,
         progress: Callable[[int, int], None] | None = None) -> tuple[Floats, Floats]:
    """How good a hub and how good an authority each node is: float64[n] twice, each adding up to 1, or all 0 in a graph without edges.

    Hub scores are proportional to the summed authority of those whom a node points at, authority scores to the summed hub scores of those
    who point at it, by weight: the dominant eigenvectors of M M' and M' M. Where several belong to the same eigenvalue, as when the graph
    falls into equal parts, the answer is what power iteration would come to when all nodes begin alike: each part has its share, and the
    order of the nodes does not matter. Parts with a smaller eigenvalue have scores of 0, or next to it.

    `matrix`: scipy.sparse.csr_array[n, n]; entry [i, j] is the weight of the edge from i to j, finite and not negative.
    `tolerance`: M M' changes the scores, but for their common length, by less than this part of it (Euclidean norm).
    `progress(done, total)` is called after every iteration; `total` is the most that is allowed.

    O(edges + 20 n) for an iteration; one transposed copy of the matrix and 20 vectors. Power iteration would need the square of the number
    of iterations where the two largest eigenvalues are close. Raises ValueError for input that is not as above, `NotConverged` after
    `most_iterations`.

    Kleinberg, "Authoritative sources in a hyperlinked environment", Journal of the ACM 46, 1999; Saad, "Numerical Methods for Large
    Eigenvalue Problems", 2011, section 6.6, with explicit restarts.
    """
    check(matrix, tolerance)
    n = matrix.shape[0]
    if not matrix.nnz or not matrix.data.any():
        return np.zeros(n), np.zeros(n)
    scaled = matrix.data / matrix.data.max()  # so that no product is beyond what a float holds
    matrix = csr_array((scaled, matrix.indices, matrix.indptr), shape=(n, n))
    back = matrix.T.tocsr()
    hubs, done, missing = length_one(matrix @ (back @ np.ones(n))), 0, math.inf
    while missing >= tolerance:
        if done >= most_iterations:
            raise NotConverged(f"HITS still moved by {missing:.1e} after {done} iterations; asked for was {tolerance:.1e}")
        hubs, steps, missing = improved(matrix, back, hubs, tolerance)
        done += steps
        if progress is not None:
            progress(done, max(done, most_iterations))
    return shares(hubs), shares(back @ hubs)


def improved(matrix: Any, back: Any, hubs: Floats, tolerance: float) -> tuple[Floats, int, float]:
    """The best that can be combined from `hubs` and what M M' makes of it, again and again; the number of times, and by how much of its
    length M M' still changes it. It stops when that is good enough, for what is added then would be noise."""
    basis, diagonal, beside = [hubs], [], []
    while True:
        new = matrix @ (back @ basis[-1])
        diagonal.append(dot(new, basis[-1]))
        for vector in (*basis, *basis):  # twice is enough to have them at right angles
            new -= dot(new, vector) * vector
        beside.append(math.sqrt(dot(new, new)))
        value, share = top(diagonal, beside[:-1])
        missing = beside[-1] * abs(share[-1]) / value
        if missing < tolerance or len(basis) == DIMENSIONS:
            best = sum(part * vector for part, vector in zip(share, basis, strict=True))
            return length_one(np.maximum(best, 0)), len(basis), missing
        basis.append(new / beside[-1])


def top(diagonal: list[float], beside: list[float]) -> tuple[float, Floats]:
    """The largest eigenvalue of a symmetric tridiagonal matrix and its eigenvector, which begins with a positive number."""
    values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
    return float(values[-1]), vectors[:, -1] * (np.sign(vectors[0, -1]) or 1)


def dot(one: Floats, other: Floats) -> float:
    """Without the threads of a linear algebra library: they cost more than they save here, and add up in an order of their own."""
    return float(np.einsum("i,i", one, other))


def length_one(values: Floats) -> Floats:
    return values / math.sqrt(dot(values, values))


def shares(values: Floats) -> Floats:
    scaled: Floats = values / values.sum()
    return scaled


def check(matrix: Any, tolerance: float) -> None:
    if not tolerance > 0:
        raise ValueError(f"tolerance must be more than 0, not {tolerance}")
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"the matrix must be square, not {matrix.shape[0]} by {matrix.shape[1]}")
    if matrix.nnz and not (matrix.data.min() >= 0 and math.isfinite(matrix.data.max())):
        raise ValueError("weights must be finite and not negative")
