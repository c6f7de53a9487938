"""Core numbers: how deep in the dense middle of a network each node lies."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def core_numbers(graph: Any) -> NDArray[np.int64]:
    """The largest k for which a node is in the k-core: the part that is left when nodes with fewer than k neighbours are taken away again
    and again. int64[n]; 0 for a node without neighbours.

    `graph`: igraph.Graph, undirected and simple, as `communities.built` makes it of collapsed ties; directions and weights do not count.
    O(n + m). Seidman, "Network structure and minimum degree", Social Networks 5, 1983; Batagelj and Zaveršnik, "An O(m) algorithm for
    cores decomposition of networks", 2003.
    """
    return np.array(graph.coreness(), np.int64)
