"""Conflict neighbourhoods: who is joined to whom by a chain of conflicts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugins.graph.metrics.components import weak

Numbers = NDArray[np.int64]


def neighbourhoods(n: int, source: Any, target: Any) -> tuple[Numbers, Numbers]:
    """The components of the graph of negative ties: the neighbourhood of each node, int64[n], numbered from 0, the largest first and of
    equals the one with the smallest member; and their sizes, int64[k].

    `source`, `target`: integer[m], the negative ties, whichever way they lead and whatever they weigh. A node without a negative tie to
    another is in none: -1. O(n + m).
    """
    two = source != target
    source, target = source[two], target[two]
    involved = np.zeros(n, bool)
    involved[source] = involved[target] = True
    number = np.cumsum(involved) - 1
    found, sizes = weak(int(involved.sum()), number[source], number[target])
    membership = np.full(n, -1, np.int64)
    membership[involved] = found
    return membership, sizes
