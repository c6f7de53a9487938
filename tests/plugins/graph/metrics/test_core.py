"""Core numbers against networkx and by hand."""

import networkx
import pytest
from hypothesis import given

from plugins.graph.metrics.communities import built, collapse
from plugins.graph.metrics.core import core_numbers
from tests.plugins.graph.networks import Network, karate_club, network, networks, steady


def cores(one: Network) -> list[int]:
    found: list[int] = core_numbers(built(collapse(one.n, one.source, one.target, one.weight))).tolist()
    return found


@steady
@given(networks())
def test_they_are_those_of_networkx(one: Network) -> None:
    """Of the graph without directions, loops and pairs that weigh nothing."""
    graph = networkx.Graph()
    graph.add_nodes_from(range(one.n))
    graph.add_edges_from((a, b) for a, b, weight in zip(one.source.tolist(), one.target.tolist(), one.weight, strict=True)
                         if a != b and weight > 0)
    assert cores(one) == [networkx.core_number(graph)[node] for node in range(one.n)]


def test_a_clique_with_a_tail_by_hand() -> None:
    """Four who all know each other, a chain of two from one of them, and one who knows nobody: taking away the chain leaves the clique."""
    clique = [(a, b, 1.0) for a in range(4) for b in range(a)]
    assert cores(network(7, [*clique, (3, 4, 1), (4, 5, 1)])) == [3, 3, 3, 3, 1, 1, 0]


def test_karate_club() -> None:
    """The innermost core of the club is a 4-core of ten members (1, 2, 3, 4, 8, 9, 14, 31, 33 and 34)."""
    found = cores(karate_club())
    assert max(found) == 4
    assert [member + 1 for member, core in enumerate(found) if core == 4] == [1, 2, 3, 4, 8, 9, 14, 31, 33, 34]


@pytest.mark.parametrize(("one", "expected"), [(network(0, []), []), (network(1, [(0, 0, 1)]), [0]), (network(2, []), [0, 0])],
                         ids=["empty", "loop", "lonely"])
def test_small_and_strange_graphs(one: Network, expected: list[int]) -> None:
    assert cores(one) == expected
