"""The inquiry over a snapshot: which relationships carry a path, which network it goes through, and what is declined in which words."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi import InvalidParameters
from plugins.graph.paths.inquiries import answer
from server.worker.snapshots.snapshot import TakenSnapshot
from tests.plugins.graph.snapshots import Tie, snapshot, tie

NOTHING = {"found": False, "length": None, "hops": None, "customers": [], "relationships": []}


@dataclass
class Desk:
    snapshot: TakenSnapshot
    language: str = "en"

    def draw(self, *_: Any) -> dict[str, str]:
        raise NotImplementedError

    def write(self, *_: Any) -> str:
        raise NotImplementedError


def path(taken: TakenSnapshot, from_: int, to: int, *, language: str = "en", **more: Any) -> dict[str, Any]:
    return answer(Desk(taken, language), {"fromId": f"c_{from_}", "toId": f"c_{to}"} | more)


def ties() -> st.SearchStrategy[list[Tie]]:
    end = st.integers(1, 5)
    return st.lists(st.builds(tie, end, end, directed=st.booleans(), weight=st.sampled_from([0.0, 0.5, 1.0, 2.0, 4.0]),
                              sign=st.sampled_from([1, 0, -1]), kind_id=st.sampled_from([1, 2])), max_size=14)


def graph_of(rows: list[Tie], *, directed: bool, signs: list[int]) -> networkx.MultiDiGraph:
    """Every relationship that may be walked, each way that it may be walked, by its number."""
    found = networkx.MultiDiGraph()
    found.add_nodes_from(range(1, 6))
    for number, row in enumerate(rows, 1):
        if row["sign"] in signs:
            found.add_edge(row["from_id"], row["to_id"], number=number, weight=row["weight"])
            if not (directed and row["directed"]):
                found.add_edge(row["to_id"], row["from_id"], number=number, weight=row["weight"])
    return found


@settings(deadline=None)  # libraries are imported at the first call
@given(ties(), st.booleans(), st.booleans(), st.data())
def test_each_step_is_the_strongest_relationship_that_leads_there(rows: list[Tie], directed: bool, negative: bool,
                                                                  data: st.DataObject) -> None:
    start, goal = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))
    graph = {"directed": directed, **({"signs": ["NEGATIVE", "NEUTRAL"]} if negative else {})}
    found = path(snapshot(5, rows), start, goal, graph=graph)
    network = graph_of(rows, directed=directed, signs=[-1, 0] if negative else [0, 1])
    if not networkx.has_path(network, start, goal):
        assert found == NOTHING
        return
    assert found["hops"] == found["length"] == networkx.shortest_path_length(network, start, goal)
    assert found["customers"] == min(networkx.all_shortest_paths(network, start, goal))
    assert found["relationships"] == [
        min((-one["weight"], one["number"]) for one in network[a][b].values())[1] for a, b in pairwise(found["customers"])]


def test_strong_relationships_are_short_steps() -> None:
    taken = snapshot(4, [tie(1, 2, weight=0.5), tie(1, 3, weight=4.0), tie(3, 4, weight=4.0), tie(4, 2, weight=2.0), tie(1, 2, weight=0.0)])
    near = path(taken, 1, 2, weighting="INVERSE_WEIGHT")
    assert near == {"found": True, "length": 1.0, "hops": 3, "customers": [1, 3, 4, 2], "relationships": [2, 3, 4]}
    assert path(taken, 1, 2, weighting="INVERSE_WEIGHT", maxHops=2)["relationships"] == [1]
    assert path(taken, 1, 2)["length"] == 1.0
    assert path(snapshot(2, [tie(1, 2, weight=0.0)]), 1, 2, weighting="INVERSE_WEIGHT") == NOTHING
    assert path(snapshot(2, [tie(1, 2, weight=0.0)]), 1, 2)["relationships"] == [1]


@pytest.mark.parametrize("customers", [1, 3])
def test_nobody_is_tied_to_anybody(customers: int) -> None:
    taken = snapshot(customers, [])
    assert path(taken, 1, 1) == {"found": True, "length": 0.0, "hops": 0, "customers": [1], "relationships": []}
    assert path(taken, 1, customers)["found"] is (customers == 1)


@pytest.mark.parametrize(("given", "at"), [
    ({"fromId": "c_9"}, "fromId"), ({"toId": "c_9"}, "toId"), ({"fromId": "r_1"}, "fromId"), ({"toId": "客" * 10_000}, "toId"),
    ({"graph": {"kinds": ["friend", "enemy"]}}, "graph.kinds"), ({"graph": {"kinds": []}}, "graph.kinds"),
    ({"graph": {"signs": []}}, "graph.signs"), ({"maxHops": 0}, "maxHops"), ({"maxHops": 21}, "maxHops"),
    ({"weighting": "INVERSE_WEIGHT", "graph": {"useWeights": False}}, "weighting")])
def test_what_cannot_be_asked_is_said_with_its_place(given: dict[str, Any], at: str) -> None:
    with pytest.raises(InvalidParameters) as refused:
        path(snapshot(2, [tie(1, 2)]), 1, 2, **given)
    assert ".".join(refused.value.path) == at
    assert len(str(refused.value)) < 300


def test_who_is_not_there_is_told_of_in_either_language() -> None:
    taken = snapshot(2, [tie(1, 2)])
    with pytest.raises(InvalidParameters, match=r"^c_9 is not a customer of this network: there is no such customer"):
        path(taken, 9, 1)
    with pytest.raises(InvalidParameters, match=r"^c_9 不在该网络中：客户不存在"):
        path(taken, 9, 1, language="zh")
