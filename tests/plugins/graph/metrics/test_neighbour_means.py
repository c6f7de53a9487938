"""Means over neighbours, against the dense matrix and against a walk over them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from plugins.graph.metrics.neighbour_means import neighbour_means
from tests.plugins.graph.networks import Network, both_ways, karate_club, network, networks

VALUES = st.one_of(st.none(), st.floats(-1e6, 1e6))
Floats = NDArray[np.float64]


def means(one: Network, rows: list[list[float | None]]) -> Floats:
    known = np.array([[value is not None for value in row] for row in rows], bool).reshape(one.n, -1)
    features = np.array([[np.nan if value is None else value for value in row] for row in rows], np.float64).reshape(one.n, -1)
    return neighbour_means(one.matrix(), features, known)


def mean_by_hand(one: Network, node: int, column: list[float | None]) -> float:
    total = weighed = 0.0
    for a, b, weight in zip(one.source.tolist(), one.target.tolist(), one.weight.tolist(), strict=True):
        value = column[b]
        if a == node != b and value is not None:
            total += weight
            weighed += weight * value
    return weighed / total if total else float("nan")


@given(networks(), st.lists(st.tuples(VALUES, VALUES), min_size=12, max_size=12))
def test_means_are_those_of_a_walk_over_the_neighbours(one: Network, values: list[tuple[float | None, float | None]]) -> None:
    rows = [list(row) for row in values[:one.n]]
    found = means(one, rows)
    for column in (0, 1):
        wanted = [mean_by_hand(one, node, [row[column] for row in rows]) for node in range(one.n)]
        assert found[:, column].tolist() == pytest.approx(wanted, abs=1e-6, nan_ok=True)


@given(networks())
def test_all_known_it_is_the_dense_matrix(one: Network) -> None:
    """A = D^-1 B with whole matrices, and A B for the features of the customers."""
    weights = one.matrix().toarray()
    np.fill_diagonal(weights, 0)
    degree = weights.sum(axis=1)
    features = np.arange(2.0 * one.n).reshape(one.n, 2)
    found = neighbour_means(one.matrix(), features, np.ones((one.n, 2), bool))
    tied = degree > 0
    assert found[tied] == pytest.approx((weights[tied] / degree[tied, None]) @ features)
    assert np.isnan(found[~tied]).all()


def test_friends_have_more_friends_in_the_karate_club() -> None:
    """The friendship paradox (Feld 1991): unweighted, the mean of neighbours' degrees, averaged over members, is above the mean degree."""
    club = both_ways(karate_club())
    degree = np.bincount(club.source).astype(np.float64)
    found = neighbour_means(club.matrix(), degree[:, None], np.ones((34, 1), bool))[:, 0]
    assert found[11] == degree[0] == 16  # member 12 is tied to member 1 only
    assert found[0] == pytest.approx(4.3125)  # 69 ties of 16 neighbours
    assert found.mean() > degree.mean()


def test_weights_decide_and_loops_do_not() -> None:
    one = network(3, [(0, 1, 3.0), (0, 2, 1.0), (0, 0, 100.0), (1, 1, 5.0)])
    found = means(one, [[1000.0], [4.0], [8.0]])
    assert found[0, 0] == 5
    assert np.isnan(found[1:, 0]).all()


def test_an_unknown_value_leaves_its_share_to_the_others() -> None:
    one = network(3, [(0, 1, 3.0), (0, 2, 1.0)])
    assert means(one, [[None, 1.0], [None, None], [8.0, None]])[0].tolist() == pytest.approx([8, np.nan], nan_ok=True)


def test_nobody() -> None:
    assert neighbour_means(network(0, []).matrix(), np.zeros((0, 2)), np.zeros((0, 2), bool)).shape == (0, 2)


@pytest.mark.parametrize(("weight", "value", "rows", "why"), [
    (-1.0, 1.0, 2, "not negative"), (float("nan"), 1.0, 2, "finite"), (1.0, float("inf"), 2, "must be finite"),
    (1.0, 1.0, 3, "row of features"),
])
def test_what_cannot_be_reckoned_with_is_refused(weight: float, value: float, rows: int, why: str) -> None:
    matrix = network(2, [(0, 1, weight)]).matrix()
    with pytest.raises(ValueError, match=why):
        neighbour_means(matrix, np.full((rows, 1), value), np.ones((rows, 1), bool))


def test_weights_beyond_what_a_float_holds_are_refused() -> None:
    matrix = network(3, [(0, 1, 1e308), (0, 2, 1e308)]).matrix()
    with pytest.raises(ValueError, match="more than a float holds"):
        neighbour_means(matrix, np.ones((3, 1)), np.ones((3, 1), bool))
