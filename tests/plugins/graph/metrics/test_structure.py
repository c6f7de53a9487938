"""Density, reciprocity and assortativity against networkx, igraph and published values."""

import igraph
import networkx
import numpy as np
import pytest
from hypothesis import given

from plugins.graph.metrics.structure import assortativity, density, reciprocity, simple
from tests.plugins.graph.networks import NEEDS_DATA, Network, both_ways, karate_club, network, networks, rows, steady


def tied_pairs(one: Network) -> "networkx.DiGraph[int]":
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(range(one.n))
    graph.add_edges_from((a, b) for a, b in zip(one.source.tolist(), one.target.tolist(), strict=True) if a != b)
    return graph


@steady
@given(networks())
def test_ties_are_distinct_pairs_of_different_nodes(one: Network) -> None:
    assert set(zip(*simple(one.matrix()).nonzero(), strict=True)) == set(tied_pairs(one).edges)


@steady
@given(networks())
def test_density_and_reciprocity_are_those_of_networkx(one: Network) -> None:
    tied, graph = simple(one.matrix()), tied_pairs(one)
    assert density(tied) == pytest.approx(networkx.density(graph))
    assert reciprocity(tied) == (pytest.approx(networkx.overall_reciprocity(graph)) if graph.size() else None)


@steady
@given(networks())
def test_assortativity_is_that_of_igraph(one: Network) -> None:
    graph = igraph.Graph(n=one.n, edges=list(tied_pairs(one).edges), directed=True)
    expected = graph.assortativity_degree(directed=True) if graph.ecount() else float("nan")
    found = assortativity(simple(one.matrix()))
    assert found == pytest.approx(expected) if found is not None else np.isnan(expected)


@steady
@given(networks())
def test_both_ways_they_are_those_without_directions(one: Network) -> None:
    tied, graph = simple(both_ways(one).matrix()), tied_pairs(one).to_undirected()
    assert density(tied) == pytest.approx(networkx.density(graph))
    assert reciprocity(tied) == (1 if graph.size() else None)
    expected = igraph.Graph(n=one.n, edges=list(graph.edges)).assortativity_degree() if graph.size() else float("nan")
    found = assortativity(tied)
    assert found == pytest.approx(expected) if found is not None else np.isnan(expected)


def test_karate_club_as_published() -> None:
    """Degree assortativity -0.4756, as textbooks print it; 78 of 561 pairs are tied."""
    tied = simple(both_ways(karate_club()).matrix())
    assert assortativity(tied) == pytest.approx(-0.47561, abs=1e-5)
    assert density(tied) == 78 / 561


def test_a_star_is_as_disassortative_as_can_be() -> None:
    assert assortativity(simple(both_ways(network(5, [(0, leaf, 1) for leaf in range(1, 5)])).matrix())) == pytest.approx(-1)


def test_parallel_edges_loops_and_weights_do_not_count() -> None:
    tied = simple(network(3, [(0, 1, 5), (0, 1, 0), (1, 0, 0), (1, 2, 1), (2, 2, 9)]).matrix())
    assert (density(tied), reciprocity(tied)) == (3 / 6, 2 / 3)


@pytest.mark.parametrize("one", [network(0, []), network(1, [(0, 0, 1)]), network(3, [])], ids=["empty", "loop", "lonely"])
def test_without_ties_nothing_is_known(one: Network) -> None:
    tied = simple(one.matrix())
    assert (density(tied), reciprocity(tied), assortativity(tied)) == (0, None, None)


def test_equal_degrees_have_no_correlation() -> None:
    assert assortativity(simple(network(3, [(0, 1, 1), (1, 2, 1), (2, 0, 1)]).matrix())) is None


class TestPublicData:
    pytestmark = NEEDS_DATA

    def test_email_eu_core_against_networkx(self) -> None:
        one = network(1005, [(int(row["source"]), int(row["target"]), 1.0) for row in rows("email_eu_core/edges.csv.gz")])
        tied, graph = simple(one.matrix()), tied_pairs(one)
        assert reciprocity(tied) == pytest.approx(networkx.overall_reciprocity(graph))
        assert assortativity(tied) == pytest.approx(networkx.degree_assortativity_coefficient(graph))
