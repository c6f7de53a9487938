"""Who is joined by conflicts, against networkx."""

import networkx
from hypothesis import given

from plugins.graph.conflict.neighbourhoods import neighbourhoods
from tests.plugins.graph.conflict.signed import Signed, signed_networks


@given(signed_networks().map(Signed.negative))
def test_neighbourhoods_are_the_components_that_networkx_finds(one: Signed) -> None:
    oracle = networkx.Graph([(a, b) for a, b, *_ in one.ties if a != b])
    wanted = sorted(map(sorted, networkx.connected_components(oracle)), key=lambda members: (-len(members), members))
    membership, sizes = neighbourhoods(one.n, one.source, one.target)
    assert [[node for node in range(one.n) if membership[node] == number] for number in range(len(sizes))] == wanted
    assert sizes.tolist() == [len(members) for members in wanted]
    assert {node for node in range(one.n) if membership[node] < 0} == set(range(one.n)) - set(oracle)


def test_a_conflict_with_oneself_joins_nobody() -> None:
    one = Signed(4, [(0, 0, 1.0, -1), (3, 2, 0.0, -1)])
    membership, sizes = neighbourhoods(4, one.source, one.target)
    assert membership.tolist() == [-1, -1, 0, 0]
    assert sizes.tolist() == [2]
