"""Components: who can be reached from whom at all, without regard to directions and along them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from plugins.graph.metrics.communities import numbered

Numbers = NDArray[np.int64]
Ends = NDArray[np.integer]


def weak(n: int, source: Ends, target: Ends) -> tuple[Numbers, Numbers]:
    """The weak components: nodes are together when a chain of edges joins them, whichever way these lead.

    `source`, `target`: integer[m], numbers of nodes. Returns the component of each node, int64[n], numbered from 0, the largest first and
    of equals the one with the smallest member; and their sizes, int64[k]. A node without edges is a component of its own.
    O(n + m). Hopcroft and Tarjan, "Algorithm 447: efficient algorithms for graph manipulation", Communications of the ACM 16, 1973.
    """
    return components(n, source, target, "weak")


def strong(n: int, source: Ends, target: Ends) -> tuple[Numbers, Numbers]:
    """The strong components: nodes are together when each can be reached from the other along the edges' directions.

    Shapes and numbering are those of `weak`. O(n + m), without recursion. Pearce, "A space-efficient algorithm for finding strongly
    connected components", Information Processing Letters 116, 2016, after Tarjan 1972.
    """
    return components(n, source, target, "strong")


def components(n: int, source: Ends, target: Ends, connection: str) -> tuple[Numbers, Numbers]:
    if n == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    _, membership = connected_components(pattern(n, source, target), directed=True, connection=connection)
    return numbered(membership)


def pattern(n: int, source: Ends, target: Ends) -> Any:
    """Which edges there are, in the float64 that SciPy would turn any other type into."""
    return csr_array((np.ones(len(source)), (source, target)), shape=(n, n))
