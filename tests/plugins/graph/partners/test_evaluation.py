"""The test of a method: areas under curves against scikit-learn, which pairs are drawn, and what email-Eu-core says of each method."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve

from plugins.graph.metrics.communities import Ties
from plugins.graph.partners.evaluation import Trial, auc, evaluate, pairs_without, places_of, roc, standard_error, untied
from tests.plugins.graph.networks import NEEDS_DATA, karate_club, rows
from tests.plugins.graph.partners.tied import METHODS, UNHURRIED, graphs, pairs_of, ties_of

SCORES = st.lists(st.one_of(st.integers(0, 4).map(float), st.floats(0, 10)), min_size=1, max_size=40)


def marked(hidden: list[float], others: list[float]) -> tuple[list[int], list[float]]:
    return [1] * len(hidden) + [0] * len(others), hidden + others


@UNHURRIED
@given(SCORES, SCORES)
def test_the_area_is_that_of_scikit_learn(hidden: list[float], others: list[float]) -> None:
    assert auc(np.array(hidden), np.array(others)) == pytest.approx(roc_auc_score(*marked(hidden, others)), abs=1e-12)


@UNHURRIED
@given(SCORES, SCORES)
def test_the_curve_is_that_of_scikit_learn(hidden: list[float], others: list[float]) -> None:
    wrong, right, _ = roc_curve(*marked(hidden, others), drop_intermediate=False)
    ours = roc(np.array(hidden), np.array(others))
    assert ours[0][:-1] == pytest.approx(wrong)
    assert ours[1][:-1] == pytest.approx(right)
    assert (ours[0][-1], ours[1][-1]) == (1, 1)


def test_a_long_curve_is_thinned() -> None:
    chance = np.random.default_rng(1)
    hidden, others = chance.normal(1, 1, 5000), chance.normal(0, 1, 5000)
    wrong, right = roc(hidden, others)
    assert len(wrong) == 400
    assert (wrong[0], right[0], wrong[-1], right[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(right, wrong) == pytest.approx(auc(hidden, others), abs=1e-3)


def test_by_hand() -> None:
    """Of six pairs of a hidden tie and another, three are right, one is wrong and two are equal."""
    assert auc(np.array([3.0, 1.0]), np.array([2.0, 1.0, 0.0])) == (4 + 0.5) / 6
    assert standard_error(1, 10, 10) == 0


@pytest.mark.parametrize("rate", [0.2, 0.5, 1.0])
def test_the_standard_error_is_how_much_areas_differ(rate: float) -> None:
    """For exponential scores the formula is exact: hidden ones of this rate against others of rate 1 have the area 1 / (1 + rate)."""
    chance = np.random.default_rng(5)
    areas = [auc(chance.exponential(1 / rate, 40), chance.exponential(1, 60)) for _ in range(4000)]
    assert np.mean(areas) == pytest.approx(1 / (1 + rate), abs=0.003)
    assert np.std(areas) == pytest.approx(standard_error(1 / (1 + rate), 40, 60), rel=0.05)


@UNHURRIED
@given(graphs())
def test_every_pair_without_a_tie_can_be_drawn(ties: Ties) -> None:
    nodes = np.unique(np.concatenate([ties.source, ties.target]))
    linked = set(pairs_of(ties))
    free = untied(nodes, ties)
    u, v = pairs_without(nodes, ties, np.arange(free))
    found = {(min(a, b), max(a, b)) for a, b in zip(u.tolist(), v.tolist(), strict=True)}
    members = nodes.tolist()
    assert found == {(a, b) for a in members for b in members if a < b} - linked
    assert len(found) == free


def test_pairs_of_very_many_nodes_are_found_exactly() -> None:
    n = 3_000_000
    nodes, none = np.arange(n), ties_of(0, [])
    places = np.array([0, 1, 2, n * (n - 1) // 2 - 1, (n - 1) * (n - 2) // 2, (n - 1) * (n - 2) // 2 - 1])
    u, v = pairs_without(nodes, none, places)
    assert list(zip(u.tolist(), v.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2), (n - 2, n - 1), (0, n - 1), (n - 3, n - 2)]
    assert places_of(nodes, ties_of(n, [(n - 2, n - 1)])).tolist() == [n * (n - 1) // 2 - 1]


def club() -> Ties:
    one = karate_club()
    return ties_of(one.n, list(zip(one.source.tolist(), one.target.tolist(), strict=True)))


def tried(ties: Ties, method: str = "ADAMIC_ADAR", share: float = 0.1, seed: int = 1, linked: Ties | None = None) -> Trial | None:
    return evaluate(ties, linked or ties, method, share=share, seed=seed, most_ties=500)


def test_the_seed_decides() -> None:
    one, same, other = (tried(club(), seed=seed) for seed in (1, 1, 2))
    assert one is not None
    assert same is not None
    assert other is not None
    assert one.hidden == 8
    assert (one.method.auc, one.method.right.tolist()) == (same.method.auc, same.method.right.tolist())
    assert (one.method.auc, one.popularity.auc) != (other.method.auc, other.popularity.auc)


def test_over_many_draws_the_club_is_guessed_better_than_by_chance() -> None:
    found = [tried(club(), seed=seed) for seed in range(60)]
    mean = np.mean([one.method.auc for one in found if one])
    assert 0.65 < mean < 0.8


def test_a_random_network_cannot_be_guessed() -> None:
    chance = np.random.default_rng(3)
    found = tried(ties_of(400, chance.integers(0, 400, (3000, 2)).tolist()))
    assert found is not None
    assert abs(found.method.auc - 0.5) < 4 * found.method.error


def test_pairs_that_are_linked_in_another_way_are_not_drawn() -> None:
    """Two who both know ten others are the only pair without any tie, and the only ones who share more than two contacts."""
    knows = ties_of(12, [(a, b) for a in (0, 1) for b in range(2, 12)])
    linked = ties_of(12, [(a, b) for a in range(12) for b in range(a) if (a, b) != (1, 0)])
    found = tried(knows, "COMMON_NEIGHBOURS", share=0.25, linked=linked)
    assert found is not None
    assert (found.hidden, found.method.auc) == (5, 0)
    assert set(found.method.wrong.tolist()) == {0, 1}


@pytest.mark.parametrize("ties", [ties_of(3, [(0, 1), (1, 2)]), ties_of(12, [(a, b) for a in range(12) for b in range(a)])],
                         ids=["few", "complete"])
def test_where_nothing_can_be_tested(ties: Ties) -> None:
    assert tried(ties) is None


class TestPublicData:
    pytestmark = NEEDS_DATA

    def test_email_eu_core(self) -> None:
        """1,005 members of an institute, 16,064 pairs who wrote to each other: a tenth hidden, five times."""
        written = ties_of(1005, [(int(row["source"]), int(row["target"])) for row in rows("email_eu_core/edges.csv.gz")])
        assert len(written.source) == 16_064
        found = {method: [tried(written, method, seed=seed) for seed in range(5)] for method in METHODS}
        mean = {method: float(np.mean([one.method.auc for one in tests if one])) for method, tests in found.items()}
        popular = float(np.mean([one.popularity.auc for one in found["ADAMIC_ADAR"] if one]))
        for method, tests in found.items():
            print(f"{method}: AUC {mean[method]:.4f}, each ± {max(one.method.error for one in tests if one):.4f}")
        print(f"popularity: AUC {popular:.4f}")
        assert all(mean[method] > 0.9 for method in ("COMMON_NEIGHBOURS", "JACCARD", "ADAMIC_ADAR"))
        assert mean["ADAMIC_ADAR"] > mean["COMMON_NEIGHBOURS"]
        assert mean["ADAMIC_ADAR"] > popular + 0.05
        assert popular > 0.75
