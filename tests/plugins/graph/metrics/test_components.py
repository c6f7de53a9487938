"""Weak and strong components against networkx and against the public figures of a mail network."""

from collections.abc import Callable, Iterable

import networkx
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from plugins.graph.metrics.components import strong, weak
from tests.plugins.graph.networks import NEEDS_DATA, Network, network, networks, rows, steady

Numbers = NDArray[np.int64]


def as_numbered(parts: Iterable[set[int]]) -> list[set[int]]:
    """The largest first, of equals the one with the smallest member."""
    return sorted(parts, key=lambda part: (-len(part), min(part)))


def members(label: Numbers, sizes: Numbers) -> list[set[int]]:
    found = [set(np.flatnonzero(label == number).tolist()) for number in range(len(sizes))]
    assert [len(part) for part in found] == sizes.tolist()
    return found


@steady
@given(networks())
def test_they_are_those_of_networkx(one: Network) -> None:
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(one.n))
    graph.add_edges_from(zip(one.source.tolist(), one.target.tolist(), strict=True))
    assert members(*weak(one.n, one.source, one.target)) == as_numbered(networkx.weakly_connected_components(graph))
    assert members(*strong(one.n, one.source, one.target)) == as_numbered(networkx.strongly_connected_components(graph))


def test_two_cycles_and_a_bridge_by_hand() -> None:
    """2 -> 3 -> 2 points at the longer cycle 0 -> 1 -> 4 -> 0; 5 has only itself."""
    one = network(6, [(0, 1, 1), (1, 4, 1), (4, 0, 1), (2, 3, 1), (3, 2, 1), (3, 0, 1), (5, 5, 1)])
    label, sizes = weak(6, one.source, one.target)
    assert (label.tolist(), sizes.tolist()) == ([0, 0, 0, 0, 0, 1], [5, 1])
    label, sizes = strong(6, one.source, one.target)
    assert (label.tolist(), sizes.tolist()) == ([0, 0, 1, 1, 0, 2], [3, 2, 1])


@pytest.mark.parametrize("find", [weak, strong])
@pytest.mark.parametrize(("one", "expected"), [
    (network(0, []), []), (network(1, []), [0]), (network(1, [(0, 0, 1)]), [0]), (network(3, []), [0, 1, 2]),
], ids=["empty", "single", "loop", "lonely"])
def test_small_and_strange_graphs(find: Callable[..., tuple[Numbers, Numbers]], one: Network, expected: list[int]) -> None:
    label, sizes = find(one.n, one.source, one.target)
    assert (label.tolist(), sizes.tolist()) == (expected, [1] * len(expected))
    assert label.dtype == sizes.dtype == np.int64


class TestPublicData:
    pytestmark = NEEDS_DATA

    def test_email_eu_core_as_published(self) -> None:
        """986 and 803 of 1,005 members: the page of the data set in the SNAP collection."""
        mails = rows("email_eu_core/edges.csv.gz")
        source, target = (np.array([int(row[end]) for row in mails], np.int32) for end in ("source", "target"))
        assert weak(1005, source, target)[1][0] == 986
        assert strong(1005, source, target)[1][0] == 803
