"""Closeness against the published value, by hand, and against networkx."""

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.graph.metrics import closeness as module
from plugins.graph.metrics.closeness import AT_ONCE, DEEPEST, closeness
from tests.plugins.graph.networks import NEEDS_DATA, Network, both_ways, karate_club, network, networks, rows, steady


def expected(one: Network, *, directed: bool, by_weight: bool) -> list[float]:
    """networkx looks at the paths to a node, we at those from it."""
    matrix = (one if directed else both_ways(one)).matrix().tocoo()
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(one.n))
    graph.add_edges_from((b, a, {"length": 1 / weight if weight else None}) for a, b, weight in zip(
        matrix.row.tolist(), matrix.col.tolist(), matrix.data.tolist(), strict=True) if weight or not by_weight)
    found = networkx.closeness_centrality(graph, distance="length" if by_weight else None, wf_improved=True)
    return [found[node] for node in range(one.n)]


def test_karate_club_as_published() -> None:
    """0.56897 for the instructor (1): 33 others, 58 steps away in all."""
    found = closeness(both_ways(karate_club()).matrix())
    assert found.values[0] == 33 / 58
    assert round(found.values[0], 5) == 0.56897
    assert found.sources == 34


def test_a_pair_is_not_closer_than_the_middle_of_a_star_by_hand() -> None:
    """Seven people: a star of five, all of whom are one or two steps apart, and a pair."""
    found = closeness(both_ways(network(7, [(0, leaf, 1) for leaf in range(1, 5)] + [(5, 6, 1)])).matrix()).values
    assert found == pytest.approx([4 / 6 * 4 / 4] + [4 / 6 * 4 / 7] * 4 + [1 / 6 * 1 / 1] * 2)


def test_paths_lead_from_a_node_and_strong_ties_are_short() -> None:
    chain = network(3, [(0, 1, 4), (1, 2, 2)])
    assert closeness(chain.matrix()).values == pytest.approx([2 / 3, 1 / 2, 0])
    assert closeness(chain.matrix(), by_weight=True).values == pytest.approx([2 / (0.25 + 0.75), 1 / 2 * 1 / 0.5, 0])


@steady
@given(networks(), st.booleans(), st.booleans())
def test_it_is_that_of_networkx(one: Network, directed: bool, by_weight: bool) -> None:
    found = closeness((one if directed else both_ways(one)).matrix(), by_weight=by_weight)
    assert found.values == pytest.approx(expected(one, directed=directed, by_weight=by_weight))
    assert found.sources == one.n


@pytest.mark.parametrize("by_weight", [False, True])
def test_many_parts_are_as_one(by_weight: bool) -> None:
    """More nodes than a word has bits, in more than one component."""
    graph = networkx.gnm_random_graph(3 * AT_ONCE + 5, 260, seed=2)
    one = network(len(graph), [(a, b, 1 + (a + b) % 3) for a, b in graph.edges])
    seen: list[tuple[int, int]] = []
    found = closeness(both_ways(one).matrix(), by_weight=by_weight, progress=lambda done, total: seen.append((done, total)))
    assert found.values == pytest.approx(expected(one, directed=False, by_weight=by_weight))
    assert seen == [(done, len(graph)) for done in (64, 128, 192, 197)]


def test_far_apart_distances_are_found_all_the_same() -> None:
    """A chain that is too long for searches that go together, beside a pair that was counted before that showed."""
    n = DEEPEST + 40
    chain = network(n + 2, [(a, a + 1, 1) for a in range(n - 1)] + [(n, n + 1, 1)])
    found = closeness(both_ways(chain).matrix()).values
    far = [sum(range(a + 1)) + sum(range(n - a)) for a in range(n)]
    assert found == pytest.approx([(n - 1) / (n + 1) * (n - 1) / d for d in far] + [1 / (n + 1)] * 2)


@pytest.mark.parametrize("by_weight", [False, True])
def test_an_estimate_comes_near_and_says_from_how_many(by_weight: bool) -> None:
    graph = networkx.barabasi_albert_graph(1000, 3, seed=4)
    matrix = both_ways(network(1000, [(a, b, 1 + (a * b) % 5) for a, b in graph.edges])).matrix()
    exact, estimate = closeness(matrix, by_weight=by_weight), closeness(matrix, by_weight=by_weight, most_work=1, seed=1)
    assert (exact.sources, estimate.sources) == (1000, AT_ONCE)
    assert estimate.values == pytest.approx(exact.values, rel=0.15)
    assert (closeness(matrix, by_weight=by_weight, most_work=1, seed=1).values == estimate.values).all()
    assert (closeness(matrix, by_weight=by_weight, most_work=1, seed=2).values != estimate.values).any()


def test_mean_distances_are_estimated_without_bias() -> None:
    """In a connected network of 80, over many samples of 64."""
    matrix = both_ways(network(80, [(a, b, 1) for a, b in networkx.barabasi_albert_graph(80, 2, seed=4).edges])).matrix()
    estimates = np.mean([1 / closeness(matrix, most_work=1, seed=seed).values for seed in range(400)], axis=0)
    assert estimates == pytest.approx(1 / closeness(matrix).values, rel=0.004)


def test_work_ends_when_as_much_is_done_as_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = both_ways(network(640, [(0, leaf, 1) for leaf in range(1, 640)])).matrix()
    work = 3 * (640 + matrix.nnz)  # two steps reach everybody, and the third shows that there is nobody else
    assert [closeness(matrix, most_work=parts * work).sources for parts in (0, 1, 2, 5, 50)] == [64, 64, 128, 320, 640]
    monkeypatch.setattr(module, "CELLS", 640 * 10)
    assert closeness(matrix, by_weight=True, most_work=1).sources == 70


@pytest.mark.parametrize("one", [network(0, []), network(1, [(0, 0, 1)]), network(3, []), network(2, [(0, 1, 1e-310)])],
                         ids=["empty", "loop", "lonely", "subnormal"])
def test_small_and_strange_graphs(one: Network) -> None:
    assert closeness(one.matrix(), by_weight=True).values.tolist() == [0] * one.n


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_weights_that_are_none_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        closeness(network(2, [(0, 1, weight)]).matrix(), by_weight=True)


class TestPublicData:
    pytestmark = NEEDS_DATA

    @pytest.mark.parametrize("directed", [False, True])
    def test_email_eu_core_against_networkx(self, directed: bool) -> None:
        one = network(1005, [(int(row["source"]), int(row["target"]), 1.0) for row in rows("email_eu_core/edges.csv.gz")])
        found = closeness((one if directed else both_ways(one)).matrix())
        assert found.values == pytest.approx(expected(one, directed=directed, by_weight=False))
