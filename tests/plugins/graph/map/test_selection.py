"""Who is on a map, against NetworkX and against plain sorting."""

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.graph.map.selection import Chosen, Network, choose, distances, highest, strengths
from tests.plugins.graph import networks

MANY = 1000


def network_of(one: networks.Network) -> Network:
    return Network(one.n, one.source.astype(np.int32), one.target.astype(np.int32), one.weight)


def graph_of(one: Network) -> networkx.MultiGraph:
    graph = networkx.MultiGraph()
    graph.add_nodes_from(range(one.n))
    graph.add_weighted_edges_from(zip(one.source.tolist(), one.target.tolist(), one.weight.tolist(), strict=True))
    return graph


def steps(one: Network, roots: list[int], depth: int) -> dict[int, int]:
    found: dict[int, int] = networkx.multi_source_dijkstra_path_length(graph_of(one), set(roots), cutoff=depth, weight=lambda *_: 1)
    return found


def place(one: Network, chosen: Chosen) -> list[tuple[int, int]]:
    return [(int(one.source[edge]), int(one.target[edge])) for edge in chosen.edges]


@networks.steady
@given(networks.networks(), st.data())
def test_steps_are_those_of_a_breadth_first_search(drawn: networks.Network, data: st.DataObject) -> None:
    one = network_of(drawn)
    roots = data.draw(st.lists(st.integers(0, one.n - 1), min_size=1, max_size=3))
    depth = data.draw(st.integers(0, 6))
    found = distances(one, np.array(roots), depth)
    assert {node: step for node, step in enumerate(found.tolist()) if step >= 0} == steps(one, roots, depth)


@networks.steady
@given(networks.networks(), st.data())
def test_the_nearest_then_the_strongest_then_the_first_are_kept(drawn: networks.Network, data: st.DataObject) -> None:
    one = network_of(drawn)
    roots = data.draw(st.none() | st.lists(st.integers(0, one.n - 1), min_size=1, max_size=3, unique=True))
    depth, most_edges = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 20))
    most_nodes = data.draw(st.integers(len(roots or ()) or 1, 14))
    chosen = choose(one, None if roots is None else np.array(roots), depth, most_nodes, most_edges)
    near = dict.fromkeys(range(one.n), 0) if roots is None else steps(one, roots, depth)
    strength = strengths(one).tolist()
    wanted = sorted(near, key=lambda node: (near[node], -strength[node], node))
    assert chosen.nodes.tolist() == wanted[:most_nodes]
    assert chosen.depth.tolist() == [near[node] for node in wanted[:most_nodes]]
    shown = set(wanted[:most_nodes])
    between = [edge for edge in range(len(one.source)) if {int(one.source[edge]), int(one.target[edge])} <= shown]
    assert chosen.edges.tolist() == sorted(between, key=lambda edge: (-one.weight[edge], edge))[:most_edges]
    assert chosen.total_nodes == len(near)
    assert chosen.total_edges == sum(int(a) in near and int(b) in near for a, b in zip(one.source, one.target, strict=True))


@networks.steady
@given(networks.networks())
def test_strengths_are_weighted_degrees(drawn: networks.Network) -> None:
    one = network_of(drawn)
    assert strengths(one) == pytest.approx([weight for _, weight in graph_of(one).degree(weight="weight")])


@networks.steady
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5]), max_size=30), st.integers(0, 35))
def test_the_highest_in_order(values: list[float], most: int) -> None:
    assert highest(np.array(values), most).tolist() == sorted(range(len(values)), key=lambda one: (-values[one], one))[:most]


def test_a_network_of_nobody() -> None:
    nothing = np.zeros(0, np.int32)
    chosen = choose(Network(0, nothing, nothing, np.zeros(0)), None, 1, 500, 10)
    assert (chosen.nodes.tolist(), chosen.edges.tolist(), chosen.total_nodes, chosen.total_edges) == ([], [], 0, 0)


def test_a_root_without_ties_stands_alone() -> None:
    one = network_of(networks.network(3, [(0, 1, 1.0)]))
    chosen = choose(one, np.array([2]), 6, 500, 10)
    assert (chosen.nodes.tolist(), chosen.total_nodes, place(one, chosen)) == ([2], 1, [])


def test_loops_and_parallel_ties_are_shown_each() -> None:
    one = network_of(networks.network(2, [(0, 1, 1.0), (1, 0, 3.0), (1, 1, 2.0)]))
    chosen = choose(one, np.array([0]), 1, 500, 10)
    assert place(one, chosen) == [(1, 0), (1, 1), (0, 1)]


def test_a_long_way_is_followed_as_far_as_asked() -> None:
    one = network_of(networks.network(MANY, [(node, node + 1, 1.0) for node in range(MANY - 1)]))
    assert choose(one, np.array([0]), 6, 500, MANY).depth.tolist() == [0, 1, 2, 3, 4, 5, 6]
