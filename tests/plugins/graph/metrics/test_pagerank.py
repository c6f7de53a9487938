"""PageRank against the literature, against exact linear algebra, and against networkx."""

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from plugins.graph.metrics.pagerank import NotConverged, needed, pagerank
from tests.plugins.graph.networks import NEEDS_DATA, Network, both_ways, karate_club, network, networks, rows

Floats = NDArray[np.float64]


def solved(one: Network, damping: float, anew: Floats) -> Floats:
    """The same from its definition: the stationary distribution of Google's matrix, by solving the linear equations."""
    dense = one.matrix().toarray()
    out = dense.sum(axis=1, keepdims=True)
    step = np.where(out > 0, dense / np.where(out > 0, out, 1), anew)
    found: Floats = np.linalg.solve(np.eye(one.n) - damping * step.T, (1 - damping) * anew)
    return found


def test_karate_club_as_published() -> None:
    """Two hubs: the president (34) before the instructor (1), to the six digits that textbooks print for the unweighted club."""
    ranks = pagerank(both_ways(karate_club()).matrix())
    assert (round(ranks[33], 6), round(ranks[0], 6)) == (0.100919, 0.096997)
    assert ranks.argsort()[::-1][:2].tolist() == [33, 0]


def test_three_pages_by_hand() -> None:
    """A cycle with a shortcut: 0 -> 1 -> 2 -> 0 and 0 -> 2."""
    ranks = pagerank(network(3, [(0, 1, 1), (0, 2, 1), (1, 2, 1), (2, 0, 1)]).matrix(), damping=0.5)
    # x0 = 1/6 + x2/2, x1 = 1/6 + x0/4, x2 = 1/6 + x0/4 + x1/2: 14/39, 10/39, 15/39
    assert ranks == pytest.approx([14 / 39, 10 / 39, 15 / 39], abs=1e-9)


def test_an_edge_counts_by_its_weight_and_leads_one_way() -> None:
    ranks = pagerank(network(3, [(0, 1, 3), (0, 2, 1)]).matrix())
    assert ranks[1] > ranks[2] > ranks[0]
    assert ranks[1] - ranks[0] == pytest.approx(3 * (ranks[2] - ranks[0]))


@given(networks(), st.floats(0, 0.99))
def test_it_is_the_exact_solution(one: Network, damping: float) -> None:
    ranks = pagerank(one.matrix(), damping=damping, tolerance=1e-13)
    assert ranks == pytest.approx(solved(one, damping, np.full(one.n, 1 / one.n)), abs=1e-10)
    assert ranks.sum() == pytest.approx(1, abs=1e-12)


@given(networks(), st.data())
def test_personalised_it_is_the_exact_solution(one: Network, data: st.DataObject) -> None:
    """Dead ends lead back to those whom it is personalised to; only proportions count."""
    wanted = np.array(data.draw(st.lists(st.integers(0, 5), min_size=one.n, max_size=one.n).filter(any)), np.float64)
    ranks = pagerank(one.matrix(), personalisation=wanted, tolerance=1e-13)
    assert ranks == pytest.approx(solved(one, 0.85, wanted / wanted.sum()), abs=1e-10)


@given(networks(), st.randoms(use_true_random=False))
def test_names_of_nodes_do_not_matter(one: Network, chance: st.DrawFn) -> None:
    order = np.array(chance.sample(range(one.n), one.n))  # type: ignore[attr-defined]  # a random.Random
    renamed = Network(one.n, order[one.source], order[one.target], one.weight)
    assert pagerank(renamed.matrix())[order] == pytest.approx(pagerank(one.matrix()), abs=1e-9)


@pytest.mark.parametrize(("one", "expected"), [
    (network(0, []), []),
    (network(1, []), [1]),
    (network(1, [(0, 0, 2)]), [1]),
    (network(3, []), [1 / 3] * 3),
    (network(3, [(0, 1, 0), (1, 2, 0)]), [1 / 3] * 3),
    (network(2, [(0, 1, 1e-310)]), [0.5, 0.5]),
], ids=["empty", "single", "loop", "lonely", "weightless", "subnormal"])
def test_small_and_strange_graphs(one: Network, expected: list[float]) -> None:
    assert pagerank(one.matrix()).tolist() == pytest.approx(expected)


def test_the_graph_is_left_as_it_was() -> None:
    matrix, wanted = both_ways(karate_club()).matrix(), np.arange(34.0)
    before = matrix.copy()
    pagerank(matrix, personalisation=wanted)
    assert (matrix != before).nnz == 0
    assert wanted.tolist() == list(range(34))


def test_progress_tells_every_iteration() -> None:
    seen: list[tuple[int, int]] = []
    pagerank(both_ways(karate_club()).matrix(), progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert {total for _, total in seen} == {needed(0.85, 1e-10)}
    assert 20 < len(seen) <= needed(0.85, 1e-10)


def test_it_says_when_it_did_not_converge() -> None:
    with pytest.raises(NotConverged, match="after 3 iterations"):
        pagerank(both_ways(karate_club()).matrix(), most_iterations=3)


@pytest.mark.parametrize(("change", "text"), [
    ({"damping": 1.0}, "damping"), ({"damping": -0.1}, "damping"), ({"damping": float("nan")}, "damping"),
    ({"tolerance": 0.0}, "tolerance"),
    ({"personalisation": np.zeros(2)}, "all zero"), ({"personalisation": np.array([1, -1])}, "not negative"),
    ({"personalisation": np.ones(3)}, "2 entries"), ({"personalisation": np.array([1, np.nan])}, "finite"),
    ({"matrix": csr_array(np.ones((2, 3)))}, "square"), ({"matrix": csr_array(np.array([[0, -1], [0, 0]]))}, "not negative"),
    ({"matrix": csr_array(np.array([[0, np.nan], [0, 0]]))}, "finite"), ({"matrix": csr_array(np.array([[0, np.inf], [0, 0]]))}, "finite"),
    ({"matrix": csr_array(np.array([[1e308, 1e308], [0, 0]]))}, "more than a float"),
])
def test_it_refuses_what_is_no_graph(change: dict[str, object], text: str) -> None:
    given: dict[str, object] = {"matrix": csr_array(np.eye(2))} | change
    with pytest.raises(ValueError, match=text):
        pagerank(**given)  # type: ignore[arg-type]  # that is the point


class TestPublicData:
    pytestmark = NEEDS_DATA

    @pytest.mark.parametrize("personalised", [False, True])
    def test_bitcoin_otc_against_networkx(self, personalised: bool) -> None:
        """5,881 traders, 32,029 positive ratings, weighted and directed."""
        ratings = [(row["source"], row["target"], float(row["rating"])) for row in rows("bitcoin_otc/bitcoin_otc.csv.gz")]
        names = sorted({name for source, target, _ in ratings for name in (source, target)})
        number = {name: i for i, name in enumerate(names)}
        trust = [(number[source], number[target], rating) for source, target, rating in ratings if rating > 0]
        graph = networkx.DiGraph()
        graph.add_nodes_from(range(len(names)))
        graph.add_weighted_edges_from(trust)
        wanted = np.zeros(len(names))
        wanted[:10] = np.arange(1, 11)
        ours = pagerank(network(len(names), trust).matrix(), tolerance=1e-14, personalisation=wanted if personalised else None)
        theirs = networkx.pagerank(graph, tol=1e-14 / len(names), max_iter=1000,
                                   personalization=dict(enumerate(wanted)) if personalised else None)
        difference = np.abs(ours - [theirs[i] for i in range(len(names))])
        print(f"{len(names)} nodes, {len(trust)} edges: largest difference {difference.max():.1e}")
        assert difference.max() < 1e-8
