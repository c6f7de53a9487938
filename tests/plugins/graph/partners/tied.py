"""Undirected graphs for the tests of potential partners, in our form and in that of networkx."""

import networkx
import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from plugins.graph.metrics.communities import Ties, collapse

UNHURRIED = settings(deadline=None)  # the first example loads what SciPy needs
METHODS = ["COMMON_NEIGHBOURS", "JACCARD", "ADAMIC_ADAR", "PREFERENTIAL_ATTACHMENT"]
PREDICTIONS = {"JACCARD": networkx.jaccard_coefficient, "ADAMIC_ADAR": networkx.adamic_adar_index,
               "PREFERENTIAL_ATTACHMENT": networkx.preferential_attachment}


def ties_of(n: int, pairs: list[tuple[int, int]]) -> Ties:
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    return collapse(n, ends[:, 0], ends[:, 1], np.ones(len(ends)))


def pairs_of(ties: Ties) -> list[tuple[int, int]]:
    return list(zip(ties.source.tolist(), ties.target.tolist(), strict=True))


def in_networkx(ties: Ties) -> networkx.Graph:
    graph = networkx.Graph()
    graph.add_nodes_from(range(ties.n))
    graph.add_edges_from(pairs_of(ties))
    return graph


def expected(graph: networkx.Graph, method: str, u: int, v: int) -> float:
    """The score as networkx has it."""
    if method == "COMMON_NEIGHBOURS":
        return float(len(list(networkx.common_neighbors(graph, u, v))))
    (_, _, score), = PREDICTIONS[method](graph, [(u, v)])
    return float(score)


@st.composite
def graphs(draw: st.DrawFn, most: int = 14) -> Ties:
    """Some with loops and parallel edges to begin with, lonely nodes, several parts."""
    n = draw(st.integers(1, most))
    node = st.integers(0, n - 1)
    return ties_of(n, draw(st.lists(st.tuples(node, node), max_size=4 * n)))
