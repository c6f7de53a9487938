"""Who bought what: lines of transactions as a sparse matrix of customers and products."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Purchases:
    """`often`: csr_array[n, m], in how many transactions customer i bought product j, for what was not given back. `has`: the same
    places, each 1."""

    often: csr_array
    has: csr_array

    @property
    def buyers(self) -> Numbers:
        """By how many customers each product was bought: int64[m]."""
        return np.bincount(self.has.indices, minlength=self.has.shape[1]).astype(np.int64)

    @property
    def bought(self) -> Numbers:
        """How many products each customer bought: int64[n]."""
        counts: Numbers = np.diff(self.has.indptr).astype(np.int64)
        return counts


def purchases(customer: Numbers, product: Numbers, transaction: Numbers, quantity: Floats, shape: tuple[int, int]) -> Purchases:
    """From lines, all arrays of one length: numbers of customers and products, -1 where they are none of ours; any number that tells
    transactions apart; and the quantity, negative for what came back.

    Returns are netted out: a customer whose quantities of a product add up to nothing, or less, did not buy it. Several lines of one
    transaction count once. O(lines log lines).
    """
    ours = (customer >= 0) & (product >= 0)
    customer, product, transaction, quantity = customer[ours], product[ours], transaction[ours], quantity[ours]
    pair = customer.astype(np.int64) * shape[1] + product
    order = np.lexsort((transaction, pair))
    pair, transaction, quantity = pair[order], transaction[order], quantity[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    net = np.add.reduceat(quantity, first) if len(first) else np.zeros(0)
    counts = np.add.reduceat(once(pair, transaction, quantity), first) if len(first) else np.zeros(0, np.int64)
    kept = (net > 0) & (counts > 0)
    row, column = np.divmod(pair[first][kept], shape[1]) if shape[1] else (first, first)
    often = csr_array((counts[kept].astype(np.float64), (row, column)), shape=shape)
    often.sort_indices()
    return Purchases(often, ones(often))


def once(pair: Numbers, transaction: Numbers, quantity: Floats) -> Numbers:
    """1 for the first line of each pair and transaction that bought something, 0 for all others. Lines are sorted by both."""
    found = np.zeros(len(pair), np.int64)
    lines = np.flatnonzero(quantity > 0)
    new = (np.diff(pair[lines], prepend=-1) != 0) | (np.diff(transaction[lines], prepend=-1) != 0)
    found[lines[new]] = 1
    return found


def ones(matrix: Any) -> csr_array:
    """The same places, each 1."""
    return csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
