"""Relationships as arrays, checked against a plain walk over the rows."""

import dataclasses
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import pytest

from schema.analyses.contract import InvalidParameters
from server.worker.snapshots.graph import Numbering
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.taking import take_snapshot
from server.worker.task import Task
from tests.server.worker.network import MOMENT, NEGATIVE, NEUTRAL, POSITIVE, SUPPLIES, TIES, TRUST, populate
from tests.server.worker.workers import task_for

KEYS = {"test_trusts": TRUST, "test_supplies": SUPPLIES}
SIGNS = {"POSITIVE": POSITIVE, "NEUTRAL": NEUTRAL, "NEGATIVE": NEGATIVE}
VALUES = {POSITIVE: 1, NEUTRAL: 0, NEGATIVE: -1}
Edge = tuple[int, int, float, int]


@pytest.fixture
def snapshot(sqlite_url: str, tmp_path: Path) -> TakenSnapshot:
    populate(sqlite_url)
    task = dataclasses.replace(Task.of(task_for(sqlite_url, tmp_path, 1)), as_of=MOMENT)
    return take_snapshot(task, ["customers", "relationships"])[0]


def expected(kinds: list[str] | None, signs: list[str] | None, directed: bool) -> list[Edge]:
    edges: list[Edge] = []
    for source, target, kind, one_way, sign, weight, begins, ends in TIES:
        if (begins is None or begins <= MOMENT) and (ends is None or ends > MOMENT) \
                and (kinds is None or kind in [KEYS[key] for key in kinds]) and (signs is None or sign in [SIGNS[name] for name in signs]):
            edges.append((source, target, weight, VALUES[sign]))
            if directed and not one_way:
                edges.append((target, source, weight, VALUES[sign]))
    return sorted(edges)


def found(graph: Any) -> list[Edge]:
    return sorted(zip(graph.ids[graph.source].tolist(), graph.ids[graph.target].tolist(), graph.weight.tolist(), graph.sign.tolist(),
                      strict=True))


@pytest.mark.parametrize("kinds", [None, ["test_trusts"], ["test_trusts", "test_supplies"], []])
@pytest.mark.parametrize("signs", [None, ["POSITIVE"], ["NEUTRAL", "NEGATIVE"]])
@pytest.mark.parametrize("directed", [True, False])
def test_ties_of_kinds_and_signs(snapshot: TakenSnapshot, kinds: list[str] | None, signs: list[str] | None, directed: bool) -> None:
    assert found(snapshot.graph(kinds=kinds, signs=signs, directed=directed)) == expected(kinds, signs, directed)


@pytest.mark.parametrize(("kinds", "directed"), [(None, True), (None, False), (["test_trusts"], True), (["test_supplies"], False)])
def test_which_relationships_edges_are(snapshot: TakenSnapshot, kinds: list[str] | None, directed: bool) -> None:
    graph = snapshot.graph(kinds=kinds, directed=directed)
    rows = {row["id"]: row for row in snapshot.table("relationships").to_pylist()}
    numbers = graph.relationships(range(len(graph.source))).tolist()
    for number, *ends in zip(numbers, graph.ids[graph.source].tolist(), graph.ids[graph.target].tolist(), strict=True):
        assert {rows[number]["from_id"], rows[number]["to_id"]} == set(ends)
    figures = list(zip(graph.weight.tolist(), graph.sign.tolist(), strict=True))
    assert figures == [(rows[one]["weight"], rows[one]["sign"]) for one in numbers]
    assert graph.relationships([]).tolist() == []


def test_a_kind_that_there_is_not(snapshot: TakenSnapshot) -> None:
    with pytest.raises(InvalidParameters, match="no kind of relationship called envies") as refusal:
        snapshot.graph(kinds=["test_trusts", "envies"])
    assert isinstance(refusal.value.path, tuple)


def test_without_weights_every_tie_weighs_one(snapshot: TakenSnapshot) -> None:
    assert set(snapshot.graph(weighted=False).weight.tolist()) == {1.0}


@pytest.mark.parametrize("directed", [True, False])
def test_the_matrix_and_the_graph_of_igraph_are_those_of_networkx(snapshot: TakenSnapshot, directed: bool) -> None:
    graph = snapshot.graph(directed=directed)
    oracle = networkx.MultiDiGraph() if directed else networkx.MultiGraph()
    oracle.add_nodes_from(range(5))
    oracle.add_weighted_edges_from(zip(graph.source.tolist(), graph.target.tolist(), graph.weight.tolist(), strict=True))
    wanted = networkx.to_numpy_array(oracle)
    assert np.array_equal(graph.matrix().toarray(), wanted)
    drawn = graph.igraph()
    assert (drawn.vcount(), drawn.ecount(), drawn.is_directed()) == (5, len(graph.source), directed)
    assert np.array_equal(np.array(drawn.get_adjacency(), dtype=float) > 0, wanted > 0)
    assert drawn.es["weight"] == graph.weight.tolist()


@pytest.mark.parametrize("ids", [[], [7], [1, 2, 3], [5, 2**40, 2**62]], ids=["none", "one", "dense", "sparse"])
def test_customers_are_numbered_in_the_order_of_their_ids(ids: list[int]) -> None:
    numbering = Numbering(np.array(ids, dtype=np.int64))
    asked = [*ids, 0, 4, 6, 2**41, 2**62 + 1]
    assert numbering(np.array(asked, dtype=np.int64)).tolist() == [ids.index(one) if one in ids else -1 for one in asked]
