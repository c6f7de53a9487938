"""Degree and strength against networkx."""

import networkx
import numpy as np
import pytest
from hypothesis import given

from plugins.graph.metrics.degrees import counts, sums
from tests.plugins.graph.networks import Network, karate_club, network, networks, steady


def multigraph(one: Network) -> "networkx.MultiDiGraph[int]":
    graph: networkx.MultiDiGraph[int] = networkx.MultiDiGraph()
    graph.add_nodes_from(range(one.n))
    graph.add_weighted_edges_from(zip(one.source.tolist(), one.target.tolist(), one.weight.tolist(), strict=True))
    return graph


def test_karate_club() -> None:
    """Zachary's club: the instructor (1) has 16 friends there, the president (34) has 17, and 78 friendships have two ends each."""
    club = karate_club()
    degree = counts(34, club.source) + counts(34, club.target)
    assert (degree[0], degree[33], degree.sum()) == (16, 17, 2 * 78)


@steady
@given(networks())
def test_counts_are_those_of_networkx(one: Network) -> None:
    graph = multigraph(one)
    leaving, arriving = counts(one.n, one.source), counts(one.n, one.target)
    assert leaving.tolist() == [graph.out_degree(node) for node in range(one.n)]
    assert arriving.tolist() == [graph.in_degree(node) for node in range(one.n)]
    assert (leaving + arriving).tolist() == [graph.degree(node) for node in range(one.n)]


@steady
@given(networks())
def test_sums_are_those_of_networkx(one: Network) -> None:
    graph = multigraph(one)
    assert sums(one.n, one.source, one.weight) == pytest.approx([graph.out_degree(node, "weight") for node in range(one.n)])
    assert sums(one.n, one.target, one.weight) == pytest.approx([graph.in_degree(node, "weight") for node in range(one.n)])


def test_without_edges_everything_is_zero() -> None:
    nobody = np.zeros(0, np.int32)
    assert counts(3, nobody).tolist() == [0, 0, 0]
    assert sums(3, nobody, np.zeros(0)).tolist() == [0, 0, 0]
    assert counts(0, nobody).tolist() == sums(0, nobody, np.zeros(0)).tolist() == []


def test_their_types_do_not_depend_on_the_edges() -> None:
    for one in (network(2, []), network(2, [(0, 1, 1)])):
        assert counts(2, one.source.astype(np.int32)).dtype == np.int64
        assert sums(2, one.source.astype(np.int32), one.weight).dtype == np.float64


@pytest.mark.parametrize(("weights", "text"), [
    ([-1.0], "not negative"), ([float("nan")], "finite"), ([float("inf")], "finite"), ([1e308, 1e308], "more than a float"),
])
def test_weights_that_are_none_are_refused(weights: list[float], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        sums(1, np.zeros(len(weights), np.int64), np.array(weights))
