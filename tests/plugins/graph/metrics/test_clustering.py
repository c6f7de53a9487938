"""Clustering and triangles against networkx, by hand, and against published counts."""

import networkx
import pytest
from hypothesis import given

from plugins.graph.metrics.clustering import Clustering, clustering
from plugins.graph.metrics.communities import built, collapse
from tests.plugins.graph.networks import NEEDS_DATA, Network, karate_club, network, networks, rows, steady


def clustered(one: Network) -> Clustering:
    return clustering(built(collapse(one.n, one.source, one.target, one.weight)))


@steady
@given(networks())
def test_it_is_that_of_networkx(one: Network) -> None:
    """Of the graph without directions, loops and pairs that weigh nothing."""
    graph = networkx.Graph()
    graph.add_nodes_from(range(one.n))
    graph.add_edges_from((a, b) for a, b, weight in zip(one.source.tolist(), one.target.tolist(), one.weight, strict=True)
                         if a != b and weight > 0)
    found = clustered(one)
    assert found.local == pytest.approx([networkx.clustering(graph, node) for node in range(one.n)])
    assert found.triangles == sum(networkx.triangles(graph).values()) / 3
    assert found.transitivity == pytest.approx(networkx.transitivity(graph))


def test_a_triangle_with_a_tail_by_hand() -> None:
    """0, 1 and 2 know each other; 3 knows only 2, of whose three pairs of friends one is tied."""
    found = clustered(network(4, [(0, 1, 1), (1, 2, 1), (2, 0, 1), (2, 3, 1)]))
    assert found.local == pytest.approx([1, 1, 1 / 3, 0])
    assert (found.triangles, found.transitivity) == (1, pytest.approx(3 / 5))


def test_karate_club_as_published() -> None:
    """45 triangles; transitivity 0.2557 and average clustering 0.5706, as textbooks print them."""
    found = clustered(karate_club())
    assert (found.triangles, round(found.transitivity, 4), round(found.local.mean(), 4)) == (45, 0.2557, 0.5706)


@pytest.mark.parametrize(("one", "expected"), [(network(0, []), []), (network(1, [(0, 0, 1)]), [0]), (network(2, [(0, 1, 1)]), [0, 0])],
                         ids=["empty", "loop", "pair"])
def test_small_and_strange_graphs(one: Network, expected: list[float]) -> None:
    found = clustered(one)
    assert (found.local.tolist(), found.triangles, found.transitivity) == (expected, 0, 0.0)


class TestPublicData:
    pytestmark = NEEDS_DATA

    def test_email_eu_core_as_published(self) -> None:
        """105,461 triangles; average clustering coefficient 0.3994: the page of the data set in the SNAP collection."""
        found = clustered(network(1005, [(int(row["source"]), int(row["target"]), 1.0) for row in rows("email_eu_core/edges.csv.gz")]))
        assert (found.triangles, round(found.local.mean(), 4)) == (105_461, 0.3994)
