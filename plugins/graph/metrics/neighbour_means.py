"""What the neighbours of a node are like on average: A = D^-1 B."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Known = NDArray[np.bool_]
NOTHING = 1e-300  # edges that weigh less in all lead nowhere: their shares would be beyond what a float holds


def neighbour_means(matrix: Any, features: Floats, known: Known) -> Floats:
    """The mean of each feature over the neighbours of each node, by the weights of the edges: float64[n, k].

    With B = `matrix` without its diagonal (nobody is their own neighbour) and D its row sums on a diagonal, A = D^-1 B says how much of a
    node's weight lies at each neighbour, and A @ features are the means. A neighbour whose value is not known takes no part, and the
    others' shares grow accordingly. NaN where no neighbour has a known value, and only there.

    `matrix`: scipy.sparse.csr_array[n, n]; entry [i, j] is the weight of the edges from i to j, finite and not negative; with ones for
    weights, every edge counts the same. `features`: float64[n, k], finite where `known`, bool[n, k], says so.
    Raises ValueError for anything else, and when a node's edges weigh more than a float holds. O(k * edges); one copy of the matrix.

    It is the normalised adjacency matrix of spectral graph theory: Chung, "Spectral Graph Theory", 1997, section 1.2; one step of it over
    attributes is the mean aggregator of Hamilton, Ying and Leskovec, "Inductive representation learning on large graphs", NIPS 30, 2017.
    """
    check(matrix, features, known)
    shares = row_shares(matrix)
    weighed = shares @ np.where(known, features, 0.0)
    present = shares @ known.astype(np.float64)
    means: Floats = np.divide(weighed, present, out=np.full(features.shape, np.nan), where=present > 0)
    return means


def check(matrix: Any, features: Floats, known: Known) -> None:
    n = matrix.shape[0]
    if matrix.shape != (n, n) or features.shape != known.shape or features.shape[:1] != (n,) or features.ndim != 2:
        raise ValueError(f"the matrix must be square, with a row of features for each of its own: not {matrix.shape}, {features.shape} and "
                         f"{known.shape}")
    if matrix.nnz and not (matrix.data.min() >= 0 and np.isfinite(matrix.data.max())):
        raise ValueError("weights must be finite and not negative")
    if not np.isfinite(features[known]).all():
        raise ValueError("features that are known must be finite")


def row_shares(matrix: Any) -> Any:
    """D^-1 B; a row without weight stays empty."""
    n = matrix.shape[0]
    widths = np.diff(matrix.indptr)
    weight = np.where(matrix.indices == np.repeat(np.arange(n, dtype=matrix.indices.dtype), widths), 0.0, matrix.data)
    shares = csr_array((weight, matrix.indices, matrix.indptr), shape=matrix.shape)
    total = shares @ np.ones(n)
    if not np.isfinite(total).all():
        raise ValueError("the weights of a node's edges add up to more than a float holds")
    shares.data *= np.repeat(np.divide(1, total, out=np.zeros(n), where=total > NOTHING), widths)
    return shares
