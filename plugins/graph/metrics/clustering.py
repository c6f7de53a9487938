"""Clustering: how often the neighbours of a node are neighbours of each other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Clustering:
    """`local`: float64[n], the share of the pairs of a node's neighbours that are tied to each other, from 0 to 1; 0 for a node with fewer
    than two neighbours, as in networkx. `triangles`: how many there are. `transitivity`: the share of all such pairs that are tied, from
    0 to 1; 0 when no node has two neighbours."""

    local: Floats
    triangles: int
    transitivity: float


def clustering(graph: Any) -> Clustering:
    """Local clustering coefficients, and what they come to in the whole graph.

    `graph`: igraph.Graph, undirected and simple, as `communities.built` makes it of collapsed ties; directions and weights do not count.
    O(sum of squared degrees) at worst. Watts and Strogatz, "Collective dynamics of 'small-world' networks", Nature 393, 1998; for
    transitivity Newman, "Networks", 2018, section 7.3.
    """
    local = np.array(graph.transitivity_local_undirected(mode="zero"), np.float64)
    degree = np.array(graph.degree(), np.float64)
    pairs = degree * (degree - 1) / 2
    closed = np.rint(local * pairs).sum()  # every triangle closes one pair at each of its three corners
    return Clustering(local, round(closed / 3), float(closed / pairs.sum()) if pairs.any() else 0.0)
