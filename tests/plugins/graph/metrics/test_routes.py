"""Which ties can be walked, how long they are, and from where walks begin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.graph.metrics.routes import drawn, lengths, routes
from tests.plugins.graph.networks import Network, both_ways, network, networks, steady


@steady
@given(networks())
def test_a_tie_is_as_long_as_it_is_weak(one: Network) -> None:
    weight, length = one.matrix().toarray(), lengths(one.matrix()).toarray()
    assert (length > 0).tolist() == (weight > 0).tolist()
    assert (length * weight)[weight > 0] == pytest.approx(1)


@steady
@given(networks(), st.booleans(), st.booleans())
def test_routes_lead_where_ties_lead(one: Network, directed: bool, by_weight: bool) -> None:
    """Each pair once, nowhere back to where one is; by hops over ties that weigh nothing too."""
    matrix = (one if directed else both_ways(one)).matrix()
    graph = routes(matrix, directed=directed, by_weight=by_weight)
    weight, stored = matrix.toarray(), matrix.tocoo()
    expected = [(a, b) for a, b in zip(stored.row.tolist(), stored.col.tolist(), strict=True)
                if (a < b or (directed and a > b)) and (weight[a, b] > 0 or not by_weight)]
    assert graph.get_edgelist() == expected
    assert (graph.vcount(), graph.is_directed()) == (one.n, directed)
    if by_weight:
        assert graph.es["length"] == pytest.approx([1 / weight[edge] for edge in graph.get_edgelist()])


def test_a_tie_too_weak_to_be_measured_cannot_be_walked() -> None:
    assert lengths(network(2, [(0, 1, 1e-310), (1, 0, 0)]).matrix()).nnz == 0


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_weights_that_are_none_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        routes(network(2, [(0, 1, weight)]).matrix(), directed=True, by_weight=True)


def test_who_is_drawn_is_a_matter_of_the_seed() -> None:
    once, again, other = (np.array(drawn(1000, 10, seed)).tolist() for seed in (5, 5, 6))
    assert once == again == sorted(set(once)) != other
    assert drawn(10, 10, 0) is None


def test_everybody_is_as_likely_to_be_drawn() -> None:
    times = np.bincount(np.concatenate([drawn(10, 3, seed) for seed in range(2000)]), minlength=10)
    assert times == pytest.approx(np.full(10, 600), abs=80)  # four standard deviations
