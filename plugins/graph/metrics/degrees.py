"""Degree and strength: how many edges end at each node, and how much they weigh together."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Ends = NDArray[np.integer]


def counts(n: int, ends: Ends) -> Numbers:
    """How many of the ends are at each node: int64[n] for numbers of nodes, integer[m].

    Every edge counts, parallel ones too. Of the sources of a directed graph this is the out-degree, of its targets the in-degree. The
    degree without directions is the sum of both over edges that stand once each; a loop has both its ends at the same node and counts
    twice, as in igraph and networkx. O(n + m).
    Freeman, "Centrality in social networks: conceptual clarification", Social Networks 1, 1978.
    """
    return np.bincount(ends, minlength=n).astype(np.int64, copy=False)


def sums(n: int, ends: Ends, weight: Floats) -> Floats:
    """What the edges of `counts` weigh together: float64[n], in the unit of `weight` (float64[m], finite and not negative).

    Raises ValueError for other weights, or when a sum is beyond what a float holds. O(n + m), added up in the order of the edges.
    Barrat, Barthélemy, Pastor-Satorras and Vespignani, "The architecture of complex weighted networks", PNAS 101, 2004.
    """
    if len(weight) and not (weight.min() >= 0 and np.isfinite(weight.max())):
        raise ValueError("weights must be finite and not negative")
    found = np.bincount(ends, weight, minlength=n).astype(np.float64, copy=False)
    if not np.isfinite(found).all():
        raise ValueError("the weights of a node's edges add up to more than a float holds")
    return found
