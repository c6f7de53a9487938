"""Betweenness against published values, by hand, and against networkx."""

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from plugins.graph.metrics.betweenness import AT_ONCE, FEWEST, affordable, betweenness
from plugins.graph.metrics.routes import drawn, routes
from tests.plugins.graph.networks import NEEDS_DATA, Network, both_ways, karate_club, network, networks, rows, steady

Numbers = NDArray[np.int64]


def between(one: Network, *, directed: bool, by_weight: bool = False, sources: Numbers | None = None) -> NDArray[np.float64]:
    graph = routes((one if directed else both_ways(one)).matrix(), directed=directed, by_weight=by_weight)
    return betweenness(graph, directed=directed, lengths="length" if by_weight else None, sources=sources)


def exact(one: Network, directed: bool) -> Network:
    """With lengths of 1, 2, 4 and 8, which floats add up exactly: networkx takes paths for different that differ by rounding."""
    pairs = sorted({(a, b) if directed else (min(a, b), max(a, b)) for a, b in zip(one.source.tolist(), one.target.tolist(), strict=True)})
    return network(one.n, [(a, b, 2.0 ** -(place % 4)) for place, (a, b) in enumerate(pairs) if a != b])


def networkx_graph(one: Network, directed: bool) -> "networkx.Graph[int]":
    graph: networkx.Graph[int] = networkx.DiGraph() if directed else networkx.Graph()
    graph.add_nodes_from(range(one.n))
    graph.add_edges_from((a, b, {"length": 1 / weight if weight else None})
                         for a, b, weight in zip(one.source.tolist(), one.target.tolist(), one.weight.tolist(), strict=True))
    return graph


def test_karate_club_as_published() -> None:
    """231.0714 for the instructor (1), 160.5516 for the president (34): unweighted, without directions."""
    found = between(karate_club(), directed=False)
    assert (round(found[0], 4), round(found[33], 4)) == (231.0714, 160.5516)
    assert found.argsort()[::-1][:2].tolist() == [0, 33]


def test_a_chain_by_hand() -> None:
    """In the middle of five in a row, two times two pairs meet; one way or both ways."""
    chain = network(5, [(a, a + 1, 1) for a in range(4)])
    assert between(chain, directed=False).tolist() == between(chain, directed=True).tolist() == [0, 3, 4, 3, 0]
    assert between(both_ways(chain), directed=True).tolist() == [0, 6, 8, 6, 0]


def test_a_strong_detour_is_shorter_than_a_weak_tie() -> None:
    """0 and 2 know each other a little, and both know 1 well: by weight the way leads over 1."""
    one = network(3, [(0, 1, 10), (1, 2, 10), (0, 2, 1)])
    assert between(one, directed=False, by_weight=True).tolist() == [0, 1, 0]
    assert between(one, directed=False).tolist() == [0, 0, 0]


def test_parallel_ties_are_one_of_their_summed_weight() -> None:
    """Of two ways around a square the one with the double tie is shorter by weight; by hops both are taken equally."""
    one = network(4, [(0, 1, 1), (0, 1, 1), (1, 2, 1), (0, 3, 1), (3, 2, 1)])
    assert between(one, directed=False, by_weight=True).tolist() == [1, 1, 0, 0]
    assert between(one, directed=False).tolist() == [0.5] * 4


@steady
@given(networks(), st.booleans())
def test_by_hops_it_is_that_of_networkx(one: Network, directed: bool) -> None:
    expected = networkx.betweenness_centrality(networkx_graph(one, directed), normalized=False)
    assert between(one, directed=directed) == pytest.approx([expected[node] for node in range(one.n)], abs=1e-12)


@steady
@given(networks(), st.booleans())
def test_by_weight_it_is_that_of_networkx(one: Network, directed: bool) -> None:
    one = exact(one, directed)
    expected = networkx.betweenness_centrality(networkx_graph(one, directed), normalized=False, weight="length")
    assert between(one, directed=directed, by_weight=True) == pytest.approx([expected[node] for node in range(one.n)], abs=1e-12)


@steady
@given(networks(least=2), st.booleans())
def test_over_all_samples_of_a_size_the_estimate_is_right_on_average(one: Network, directed: bool) -> None:
    """Every pair of neighbours on a circle of sources, so that each node is drawn twice: unbiased to the last digit."""
    estimates = [between(one, directed=directed, sources=np.array([node, (node + 1) % one.n])) for node in range(one.n)]
    assert np.mean(estimates, axis=0) == pytest.approx(between(one, directed=directed), abs=1e-9)


def test_a_sample_of_half_finds_who_is_in_between() -> None:
    one = network(300, [(a, b, 1) for a, b in networkx.barabasi_albert_graph(300, 2, seed=1).edges])
    whole, estimate = between(one, directed=False), between(one, directed=False, sources=drawn(300, 150, 0))
    assert np.corrcoef(whole, estimate)[0, 1] > 0.98
    assert (whole != estimate).any()


def test_parts_add_up_and_progress_tells_them() -> None:
    n = AT_ONCE + 44
    graph = routes(both_ways(network(n, [(a, (a * 7 + 1) % n, 1) for a in range(n)])).matrix(), directed=False, by_weight=False)
    seen: list[tuple[int, int]] = []
    found = betweenness(graph, directed=False, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(AT_ONCE, n), (n, n)]
    assert found == pytest.approx(graph.betweenness(directed=False))


@pytest.mark.parametrize("one", [network(0, []), network(1, [(0, 0, 1)]), network(3, []), network(2, [(0, 1, 0)])],
                         ids=["empty", "loop", "lonely", "weightless"])
@pytest.mark.parametrize("by_weight", [False, True])
def test_small_and_strange_graphs(one: Network, by_weight: bool) -> None:
    assert between(one, directed=True, by_weight=by_weight).tolist() == [0] * one.n


def test_what_is_affordable_shrinks_with_the_network() -> None:
    assert affordable(34, 156, by_weight=True) == 34
    assert affordable(5_000, 100_000, by_weight=False) == 5_000
    assert FEWEST < affordable(100_000, 2_000_000, by_weight=True) < affordable(100_000, 2_000_000, by_weight=False) < 1_000
    assert affordable(1_000_000, 20_000_000, by_weight=True) == FEWEST
    assert affordable(0, 0, by_weight=False) == 0


class TestPublicData:
    pytestmark = NEEDS_DATA

    def test_email_eu_core_against_networkx(self) -> None:
        """1,005 members, and who stands between departments."""
        one = network(1005, [(int(row["source"]), int(row["target"]), 1.0) for row in rows("email_eu_core/edges.csv.gz")])
        expected = networkx.betweenness_centrality(networkx_graph(one, directed=True), normalized=False)
        assert between(one, directed=True) == pytest.approx([expected[node] for node in range(1005)])
