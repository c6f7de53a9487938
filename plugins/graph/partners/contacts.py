"""Who is a contact of whom, and whom two customers have in common: sparse matrices, worked through in parts that fit in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array

from plugins.graph.metrics.communities import Ties

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
ADAMIC_ADAR = "ADAMIC_ADAR"
AT_ONCE = 4_000_000  # entries of intermediate arrays
FINEST = 2.0**32  # sums of whole multiples of 1 / FINEST are exact, so that they do not depend on the order of their parts


@dataclass(frozen=True)
class Contacts:
    """An undirected graph without loops or parallel edges.

    `matrix`: csr_array[n, n], 1 where two nodes are tied, sorted. `degree`: int64[n]. `worth`: float64[n], what a node counts as
    somebody's common contact, 0 where it does not count. `through`: as `matrix`, but only with columns that count, each entry the
    column's worth. `passed_over`: how many nodes have too many ties to count.
    """

    matrix: csr_array
    through: csr_array
    degree: Numbers
    worth: Floats
    passed_over: int

    @property
    def reach(self) -> Numbers:
        """How many contacts who count each node has: int64[n]."""
        found: Numbers = np.diff(self.through.indptr).astype(np.int64)
        return found


def contacts(ties: Ties, method: str, most_ties: int) -> Contacts:
    """`most_ties`: nodes with more are passed over as common contacts. They would bring together nearly everybody with everybody,
    which says little and takes time with the square of their ties. O(m log m)."""
    matrix = symmetric(ties)
    degree = np.diff(matrix.indptr).astype(np.int64)
    worth = np.ones(ties.n)
    if method == ADAMIC_ADAR:
        worth = np.rint(FINEST / np.log(np.maximum(degree, 2))) / FINEST  # nobody with a single contact is common to two
    worth[degree > most_ties] = 0
    through = csr_array((worth[matrix.indices], matrix.indices.copy(), matrix.indptr.copy()), shape=matrix.shape)
    through.eliminate_zeros()
    return Contacts(matrix, through, degree, worth, int((degree > most_ties).sum()))


def symmetric(ties: Ties) -> csr_array:
    ends = np.concatenate([ties.source, ties.target]), np.concatenate([ties.target, ties.source])
    matrix = csr_array((np.ones(len(ends[0])), ends), shape=(ties.n, ties.n))
    matrix.sum_duplicates()
    return matrix


def not_to_be_proposed(ties: Ties) -> csr_array:
    """1 where two nodes are tied in any way, and for each node and itself."""
    return (symmetric(ties) + eye_array(ties.n, format="csr")).tocsr()


def parts(work: Numbers) -> Iterator[slice]:
    """Consecutive slices that cover `work` (int64[k], entries that each element needs): as long as fit into `AT_ONCE`, at least one
    element each."""
    ends = np.cumsum(work)
    start = 0
    while start < len(work):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + AT_ONCE, side="right")))
        yield slice(start, stop)
        start = stop


def fewer(of: Contacts, u: Numbers, v: Numbers) -> tuple[Numbers, Numbers]:
    """The pairs turned so that the first has no more contacts who count than the second."""
    turned = of.reach[u] > of.reach[v]
    return np.where(turned, v, u), np.where(turned, u, v)


def common(of: Contacts, first: Numbers, second: Numbers) -> tuple[Numbers, Any]:
    """Every contact who counts and whom a pair has in common: the pair's place in `first` and `second` (int64[k], ascending) and the
    contact (int32[k], ascending within a pair). O(contacts of all `first`)."""
    bounds = of.through.indptr
    counts = (bounds[first + 1] - bounds[first]).astype(np.int64)
    pair = np.repeat(np.arange(len(first)), counts)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(bounds[first], counts)
    contact = of.through.indices[place]
    if not len(pair):
        return pair, contact
    tied = of.matrix[second[pair], contact] != 0
    return pair[tied], contact[tied]
