"""PageRank by power iteration on a sparse matrix."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NOTHING = 1e-300  # a node whose edges weigh less in all is a dead end: its shares would be beyond what a float holds


class NotConverged(ArithmeticError):
    """The ranks still moved after the last iteration that was allowed."""


def pagerank(matrix: Any, *, damping: float = 0.85, personalisation: Floats | None = None, tolerance: float = 1e-10,
             most_iterations: int = 2500, progress: Callable[[int, int], None] | None = None) -> Floats:
    """The share of time that a wanderer spends at each node: float64[n], adding up to 1.

    With probability `damping` the wanderer follows an edge out of the node, chosen by weight; else, and at dead ends, they start
    anew: anywhere, or as `personalisation` says.

    `matrix`: scipy.sparse.csr_array[n, n]; entry [i, j] is the weight of the edge from i to j, finite and not negative.
    `personalisation`: float64[n], not negative, not all zero; only its proportions count.
    `tolerance`: the iteration ends when the ranks move by less, all changes added up. What is still missing then is below
    tolerance * damping / (1 - damping).
    `progress(done, total)` is called after every iteration; `total` is the most that can be needed.

    O(edges) for an iteration, of which there are at most log(tolerance / 2) / log(damping); one transposed copy of the matrix.
    Raises ValueError for input that is not as above, `NotConverged` after `most_iterations`.

    Page, Brin, Motwani and Winograd, "The PageRank Citation Ranking", 1999. Langville and Meyer, "Google's PageRank and Beyond",
    2006, chapters 4 and 5. The form without an explicit sum over dead ends is algorithm 1 of Kamvar, Haveliwala, Manning and Golub,
    "Extrapolation Methods for Accelerating PageRank Computations", 2003.
    """
    check(matrix, damping, tolerance)
    n = matrix.shape[0]
    if n == 0:
        return np.zeros(0)
    anew = restarts(n, personalisation)
    flow = matrix.T.tocsr()  # one pass over the edges; every iteration then reads them in order
    follow = shares(matrix, damping)
    total = min(most_iterations, needed(damping, tolerance))
    ranks: Floats = np.full(n, 1 / n) if personalisation is None else anew.copy()
    leaving, change = np.empty(n), math.inf
    for done in range(1, most_iterations + 1):
        np.multiply(ranks, follow, out=leaving)
        moved: Floats = flow @ leaving
        moved += anew * (1 - moved.sum())  # whoever did not follow an edge starts anew
        np.subtract(moved, ranks, out=ranks)
        change = np.abs(ranks, out=ranks).sum()
        ranks = moved
        if progress is not None:
            progress(done, max(done, total))
        if change < tolerance:
            return ranks
    raise NotConverged(f"PageRank still moved by {change:.1e} after {most_iterations} iterations; asked for was {tolerance:.1e}")


def check(matrix: Any, damping: float, tolerance: float) -> None:
    if not 0 <= damping < 1:
        raise ValueError(f"damping must be from 0 to less than 1, not {damping}")
    if not tolerance > 0:
        raise ValueError(f"tolerance must be more than 0, not {tolerance}")
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"the matrix must be square, not {matrix.shape[0]} by {matrix.shape[1]}")
    if matrix.nnz and not (matrix.data.min() >= 0 and math.isfinite(matrix.data.max())):
        raise ValueError("weights must be finite and not negative")


def restarts(n: int, personalisation: Floats | None) -> Any:
    """How probable each node is to be started from: one number when that is the same for all."""
    if personalisation is None:
        return 1 / n
    wanted = np.asarray(personalisation, np.float64)
    if wanted.shape != (n,):
        raise ValueError(f"the personalisation must have {n} entries, not {wanted.shape}")
    if not (wanted.min() >= 0 and math.isfinite(wanted.sum()) and wanted.sum() > 0):
        raise ValueError("the personalisation must be finite, not negative and not all zero")
    return wanted / wanted.sum()


def shares(matrix: Any, damping: float) -> Floats:
    """What a node's rank is multiplied by before it flows along the edges' weights; 0 at dead ends."""
    out: Floats = matrix @ np.ones(matrix.shape[0])
    if not np.isfinite(out).all():
        raise ValueError("the weights of a node's edges add up to more than a float holds")
    return np.divide(damping, out, out=np.zeros_like(out), where=out > NOTHING)


def needed(damping: float, tolerance: float) -> int:
    """Every iteration shrinks the change, which is at most 2 in the first, by the damping."""
    return max(1, math.ceil(math.log(tolerance / 2) / math.log(damping))) if damping > 0 else 1
