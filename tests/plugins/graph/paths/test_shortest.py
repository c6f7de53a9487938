"""Shortest paths against every path there is, and against networkx."""

from collections.abc import Iterator
from itertools import pairwise

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.graph.paths.shortest import Path, inverse, shortest_path
from tests.plugins.graph.networks import Network, both_ways, karate_club, network, networks

MANY = settings(deadline=None)  # the machine may be busy
WEIGHTS = st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0, 4.0])  # sums of their inverses are exact


@st.composite
def plain_networks(draw: st.DrawFn) -> Network:
    """Of few nodes and few different weights, so that many paths are equally long."""
    n = draw(st.integers(1, 6))
    node = st.integers(0, n - 1)
    return network(n, draw(st.lists(st.tuples(node, node, WEIGHTS), max_size=4 * n)))


def shortest(one: Network, start: int, goal: int, most_hops: int, *, weighted: bool = True) -> Path | None:
    length = inverse(one.weight) if weighted else np.ones(len(one.weight))
    return shortest_path(one.n, one.source, one.target, length, start, goal, most_hops)


def edges(one: Network, *, weighted: bool = True) -> dict[tuple[int, int], float]:
    """The shortest edge from one node to another."""
    found: dict[tuple[int, int], float] = {}
    for a, b, weight in zip(one.source.tolist(), one.target.tolist(), one.weight.tolist(), strict=True):
        if weight or not weighted:
            found[a, b] = min(found.get((a, b), np.inf), 1 / weight if weighted else 1.0)
    return found


def every_path(found: dict[tuple[int, int], float], start: int, goal: int, most_hops: int) -> Iterator[tuple[float, int, list[int]]]:
    """(length, edges, nodes) of each way from start to goal that meets no node twice."""
    if start == goal:
        yield 0.0, 0, [goal]
    elif most_hops:
        for (a, b), length in found.items():
            if a == start != b:
                rest = {pair: known for pair, known in found.items() if start not in pair}
                for further, hops, nodes in every_path(rest, b, goal, most_hops - 1):
                    yield length + further, hops + 1, [start, *nodes]


@MANY
@given(plain_networks(), st.integers(1, 6), st.booleans(), st.data())
def test_of_all_paths_the_shortest_of_fewest_edges_and_smallest_nodes(one: Network, most_hops: int, weighted: bool,
                                                                      data: st.DataObject) -> None:
    start, goal = (data.draw(st.integers(0, one.n - 1)) for _ in range(2))
    wanted = min(every_path(edges(one, weighted=weighted), start, goal, most_hops), default=None)
    found = shortest(one, start, goal, most_hops, weighted=weighted)
    assert (found and (found.length, len(found.nodes) - 1, found.nodes)) == wanted


@MANY
@given(networks(most=9), st.integers(1, 20), st.data())
def test_without_a_bound_that_matters_it_is_dijkstras(one: Network, more: int, data: st.DataObject) -> None:
    start, goal = (data.draw(st.integers(0, one.n - 1)) for _ in range(2))
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(one.n))
    graph.add_weighted_edges_from((a, b, length) for (a, b), length in edges(one).items())
    found = shortest(one, start, goal, one.n + more)
    try:
        wanted = networkx.dijkstra_path_length(graph, start, goal)
    except networkx.NetworkXNoPath:
        assert found is None
        return
    assert found is not None
    assert found.length == pytest.approx(wanted, rel=1e-12)
    assert (found.nodes[0], found.nodes[-1]) == (start, goal)
    assert sum(edges(one)[pair] for pair in pairwise(found.nodes)) == pytest.approx(found.length, rel=1e-12)


@MANY
@given(networks(most=6), st.integers(1, 4), st.data())
def test_any_weights_within_a_bound(one: Network, most_hops: int, data: st.DataObject) -> None:
    """To the last bit: lengths are added up from the goal on."""
    start, goal = (data.draw(st.integers(0, one.n - 1)) for _ in range(2))
    wanted = min(every_path(edges(one), start, goal, most_hops), default=None)
    found = shortest(one, start, goal, most_hops)
    assert (found and (found.length, len(found.nodes) - 1)) == (wanted and wanted[:2])


def test_the_bound_is_exact_where_the_shortest_way_has_too_many_edges() -> None:
    """0 - 1 - 2 - 3 by strong ties, and 0 - 4 - 3 by weak ones."""
    one = network(5, [(0, 1, 10), (1, 2, 10), (2, 3, 10), (0, 4, 1), (4, 3, 1)])
    assert shortest(one, 0, 3, 3) == Path([0, 1, 2, 3], 0.1 + 0.1 + 0.1)
    assert shortest(one, 0, 3, 2) == Path([0, 4, 3], 2.0)
    assert shortest(one, 0, 3, 1) is None
    assert shortest(one, 0, 3, 3, weighted=False) == Path([0, 4, 3], 2.0)


def test_hops_of_the_karate_club_are_networkxs() -> None:
    club = both_ways(karate_club())
    known = dict(networkx.all_pairs_shortest_path_length(networkx.karate_club_graph()))
    found = {(a, b): shortest(club, a, b, 6, weighted=False) for a in range(34) for b in range(34)}
    assert {pair: path and len(path.nodes) - 1 for pair, path in found.items()} == {(a, b): known[a][b] for a, b in found}
    assert found[16, 25] == Path([16, 5, 0, 31, 25], 4.0)  # of five such ways the one by the smallest members


def test_what_weighs_nothing_cannot_be_walked_and_no_length_is_infinite() -> None:
    assert shortest(network(2, [(0, 1, 0.0)]), 0, 1, 6) is None
    assert shortest(network(2, [(0, 1, 5e-324)]), 0, 1, 6) is None  # its inverse is beyond all numbers
    assert shortest(network(3, [(0, 1, 6e-309), (1, 2, 6e-309)]), 0, 2, 6) is None  # nor can the sum be told


@pytest.mark.parametrize("most_hops", [1, 20])
def test_from_a_node_to_itself_and_without_edges(most_hops: int) -> None:
    assert shortest(network(1, []), 0, 0, most_hops) == Path([0], 0.0)
    assert shortest(network(2, [(0, 0, 1.0), (0, 1, 1.0)]), 0, 0, most_hops) == Path([0], 0.0)
    assert shortest(network(2, [(0, 0, 1.0)]), 0, 1, most_hops) is None
