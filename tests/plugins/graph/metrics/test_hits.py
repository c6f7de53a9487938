"""Hubs and authorities by hand, against exact linear algebra, and against networkx."""

import networkx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from plugins.graph.metrics.hits import hits
from plugins.graph.metrics.pagerank import NotConverged
from tests.plugins.graph.networks import NEEDS_DATA, Network, both_ways, karate_club, network, networks, rows, steady

Floats = NDArray[np.float64]


def solved(one: Network) -> tuple[Floats, Floats] | None:
    """By definition: all that is left of equal scores in the space of the largest eigenvalue of M M'. None where two eigenvalues are so
    close that it is a matter of rounding which is the larger."""
    dense = one.matrix().toarray()
    if not dense.any():
        return np.zeros(one.n), np.zeros(one.n)
    values, vectors = np.linalg.eigh(dense @ dense.T)
    ratio = values / values[-1]
    if ((ratio < 1 - 1e-12) & (ratio > 0.999)).any():
        return None
    space = vectors[:, ratio >= 1 - 1e-12]
    hubs = np.maximum(space @ (space.T @ np.ones(one.n)), 0)
    authorities = dense.T @ hubs
    return hubs / hubs.sum(), authorities / authorities.sum()


def test_two_hubs_by_hand() -> None:
    """0 points at 2 and 3, 1 points at 3: the hubs are as the golden ratio to 1, and so are the authorities."""
    hubs, authorities = hits(network(4, [(0, 2, 1), (0, 3, 1), (1, 3, 1)]).matrix())
    golden = (1 + 5 ** 0.5) / 2
    assert hubs == pytest.approx([golden / (1 + golden), 1 / (1 + golden), 0, 0], abs=1e-9)
    assert authorities == pytest.approx([0, 0, 1 / (1 + golden), golden / (1 + golden)], abs=1e-9)


def test_in_the_karate_club_both_are_eigenvector_centrality() -> None:
    """Without directions, and with triangles, there is one dominant eigenvector, and it is both."""
    hubs, authorities = hits(both_ways(karate_club()).matrix())
    expected = networkx.eigenvector_centrality_numpy(networkx.karate_club_graph(), weight=None)
    central = np.array([expected[node] for node in range(34)])
    assert hubs == pytest.approx(central / central.sum(), abs=1e-9)
    assert authorities == pytest.approx(hubs, abs=1e-9)


@steady
@given(networks())
def test_they_are_the_exact_solution(one: Network) -> None:
    expected = solved(one)
    assume(expected is not None)
    assert expected is not None
    hubs, authorities = hits(one.matrix(), tolerance=1e-12)
    assert hubs == pytest.approx(expected[0], abs=1e-6)
    assert authorities == pytest.approx(expected[1], abs=1e-6)
    assert min(hubs.min(), authorities.min()) >= 0
    assert hubs.sum() == pytest.approx(authorities.sum()) == pytest.approx(1 if one.weight.any() else 0)


@pytest.mark.parametrize("seed", range(5))
def test_a_strong_random_network_against_networkx(seed: int) -> None:
    """With a hundred nodes and a thousand edges the dominant eigenvalue stands alone: networkx knows only that case."""
    chance = np.random.default_rng(seed)
    one = Network(100, *chance.integers(0, 100, (2, 1000)), chance.random(1000))
    graph = networkx.from_scipy_sparse_array(one.matrix(), create_using=networkx.DiGraph)
    theirs = networkx.hits(graph, tol=1e-12, max_iter=10_000)
    for our, their in zip(hits(one.matrix()), theirs, strict=True):
        assert our == pytest.approx([their[node] for node in range(100)], abs=1e-8)


def test_equal_parts_have_their_share_and_smaller_ones_nothing() -> None:
    """A triangle, its twin, and a pair: the pair's eigenvalue is smaller."""
    triangles = [(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0), (3, 4, 1.0), (4, 5, 1.0), (5, 3, 1.0)]
    hubs, _ = hits(both_ways(network(8, [*triangles, (6, 7, 1)])).matrix())
    assert hubs == pytest.approx([1 / 6] * 6 + [0] * 2, abs=1e-9)


def test_a_long_chain_converges() -> None:
    """200 in a row: eigenvalues are close, and power iteration would need tens of thousands of steps. The scores are half a sine wave."""
    hubs, _ = hits(both_ways(network(200, [(a, a + 1, 1) for a in range(199)])).matrix())
    wave = np.sin(np.pi * np.arange(1, 201) / 201)
    assert hubs == pytest.approx(wave / wave.sum(), abs=1e-7)


@steady
@given(networks(), st.randoms(use_true_random=False))
def test_names_of_nodes_do_not_matter(one: Network, chance: st.DrawFn) -> None:
    assume(solved(one) is not None)
    order = np.array(chance.sample(range(one.n), one.n))  # type: ignore[attr-defined]  # a random.Random
    renamed = Network(one.n, order[one.source], order[one.target], one.weight)
    for new, old in zip(hits(renamed.matrix()), hits(one.matrix()), strict=True):
        assert new[order] == pytest.approx(old, abs=1e-6)


@pytest.mark.parametrize(("one", "expected"), [
    (network(0, []), []), (network(1, []), [0]), (network(1, [(0, 0, 2)]), [1]), (network(3, []), [0, 0, 0]),
    (network(2, [(0, 1, 0)]), [0, 0]), (network(2, [(0, 1, 1e-310)]), [1, 0]), (network(2, [(0, 1, 1e308), (1, 0, 1e300)]), [1, 0]),
], ids=["empty", "single", "loop", "lonely", "weightless", "subnormal", "enormous"])
def test_small_and_strange_graphs(one: Network, expected: list[float]) -> None:
    assert hits(one.matrix())[0].tolist() == pytest.approx(expected, abs=1e-7)


def test_progress_tells_how_far_it_came_and_the_graph_is_left_as_it_was() -> None:
    seen: list[tuple[int, int]] = []
    matrix = both_ways(karate_club()).matrix()
    before = matrix.copy()
    hits(matrix, progress=lambda done, total: seen.append((done, total)))
    assert 0 < seen[0][0] <= seen[-1][0] <= seen[-1][1] == 2000
    assert (matrix != before).nnz == 0


def test_it_says_when_it_did_not_converge() -> None:
    with pytest.raises(NotConverged, match="after 20 iterations"):
        hits(both_ways(network(200, [(a, a + 1, 1) for a in range(199)])).matrix(), most_iterations=10)


@pytest.mark.parametrize(("matrix", "tolerance", "text"), [
    (np.eye(2), 0.0, "tolerance"), (np.ones((2, 3)), 1e-6, "square"), (np.array([[0, -1], [0, 0]]), 1e-6, "not negative"),
    (np.array([[0, np.nan], [0, 0]]), 1e-6, "finite"), (np.array([[0, np.inf], [0, 0]]), 1e-6, "finite"),
])
def test_it_refuses_what_is_no_graph(matrix: Floats, tolerance: float, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        hits(csr_array(matrix), tolerance=tolerance)


class TestPublicData:
    pytestmark = NEEDS_DATA

    def test_bitcoin_otc_against_networkx(self) -> None:
        ratings = [(row["source"], row["target"], float(row["rating"])) for row in rows("bitcoin_otc/bitcoin_otc.csv.gz")]
        names = sorted({name for source, target, _ in ratings for name in (source, target)})
        number = {name: i for i, name in enumerate(names)}
        one = network(len(names), [(number[source], number[target], rating) for source, target, rating in ratings if rating > 0])
        theirs = networkx.hits(networkx.from_scipy_sparse_array(one.matrix(), create_using=networkx.DiGraph), tol=1e-12, max_iter=10_000)
        for our, their in zip(hits(one.matrix()), theirs, strict=True):
            assert our == pytest.approx([their[node] for node in range(len(names))], abs=1e-9)
