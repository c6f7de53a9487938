"""What each measure of a run reads and leaves: which ties, for whom there is a score, and what the run says of itself."""

import datetime
from typing import Any

import pytest

from schema.analyses.contract import InvalidParameters
from tests.plugins.graph.snapshots import NOW, Heard, club, communities, families, measured, ranks, snapshot, tie

UNDIRECTED = {"directed": False}


def parts(result: Any, kind: str) -> list[set[int]]:
    """Members of the components of a kind, by number."""
    numbers = {row["id"]: row["number"] for row in result.tables["graph_components"].to_pylist() if row["kind"] == kind}
    found: list[set[int]] = [set() for _ in numbers]
    for row in result.tables["graph_component_members"].to_pylist():
        if row["kind"] == kind:
            found[numbers[row["component_id"]]].add(row["customer_id"])
    assert [row["size"] for row in result.tables["graph_components"].to_pylist() if row["kind"] == kind] == [len(part) for part in found]
    return found


def test_the_karate_club_as_published() -> None:
    heard = Heard()
    result = measured(club(), heard, graph=UNDIRECTED, metrics=["BETWEENNESS", "CLOSENESS", "CLUSTERING", "CORE", "DEGREE"])
    between = ranks(result, "betweenness")
    assert (round(between[1], 4), round(between[34], 4)) == (231.0714, 160.5516)
    assert round(ranks(result, "closeness")[1], 5) == 0.56897
    assert (ranks(result, "totalDegree")[34], ranks(result, "coreNumber")[1]) == (17, 4)
    assert result.summary == {
        "nodeCount": 34, "edgeCount": 78, "density": pytest.approx(78 / (17 * 33)), "triangles": 45, "largestCore": 4,
        "transitivity": pytest.approx(0.25568, abs=5e-6), "reciprocity": 1, "assortativity": pytest.approx(-0.47561, abs=5e-6),
        "betweennessSources": 34, "closenessSources": 34}
    assert heard.warnings == []


def test_degrees_count_relationships_by_the_way_they_lead() -> None:
    ties = [tie(1, 2, weight=2), tie(1, 2, weight=3), tie(3, 1, weight=5), tie(2, 3, directed=False, weight=7), tie(1, 1, weight=11)]
    result = measured(snapshot(4, ties), metrics=["DEGREE", "STRENGTH"])
    found = {name: [ranks(result, name)[id_] for id_ in range(1, 5)] for name in (
        "totalDegree", "inDegree", "outDegree", "strength", "inStrength", "outStrength")}
    assert found == {"totalDegree": [5, 3, 2, 0], "inDegree": [2, 3, 1, 0], "outDegree": [3, 1, 2, 0],
                     "strength": [32, 12, 12, 0], "inStrength": [16, 12, 7, 0], "outStrength": [16, 7, 12, 0]}


def test_without_directions_every_relationship_leads_both_ways() -> None:
    result = measured(snapshot(3, [tie(1, 2), tie(3, 1)]), metrics=["DEGREE"], graph=UNDIRECTED)
    assert ranks(result, "inDegree") == ranks(result, "outDegree") == ranks(result, "totalDegree") == {1: 2, 2: 1, 3: 1}


def test_hubs_point_at_authorities() -> None:
    result = measured(snapshot(4, [tie(1, 3), tie(2, 3), tie(1, 4)]), metrics=["HITS"])
    hub, authority = ranks(result, "hub"), ranks(result, "authority")
    assert hub[1] > hub[2] > hub[3] == hub[4] == 0
    assert authority[3] > authority[4] > authority[1] == 0
    assert sum(hub.values()) == pytest.approx(sum(authority.values())) == pytest.approx(1)


def test_components_are_weak_and_strong() -> None:
    result = measured(snapshot(6, [tie(1, 2), tie(2, 1), tie(2, 3), tie(4, 5)]), metrics=["COMPONENT"])
    assert parts(result, "weak") == [{1, 2, 3}, {4, 5}, {6}]
    assert parts(result, "strong") == [{1, 2}, {3}, {4}, {5}, {6}]
    assert result.tables["graph_components"]["id"].to_pylist() == list(range(8))
    assert [result.summary[name] for name in ("weakComponentCount", "strongComponentCount", "largestWeakComponent",
                                              "largestStrongComponent")] == [3, 5, 3, 2]


def test_means_are_those_of_whom_the_customer_is_tied_to() -> None:
    bought = [{"customer_id": 2, "currency": "CNY", "purchase_count": 4, "purchase_total": 100.0, "last_purchase_at": NOW},
              {"customer_id": 3, "currency": "CNY", "purchase_count": 1, "purchase_total": 20.0,
               "last_purchase_at": NOW - datetime.timedelta(days=10)},
              {"customer_id": 3, "currency": "EUR", "purchase_count": 1, "purchase_total": 9.0, "last_purchase_at": None}]
    taken, heard = snapshot(5, [tie(1, 2, weight=3), tie(1, 3), tie(4, 5)], bought=bought), Heard()
    result = measured(taken, heard, metrics=["NEIGHBOUR_MEANS"])
    assert ranks(result, "neighbourDegree") == {1: 1, 4: 1}
    assert ranks(result, "neighbourPurchaseCount") == {1: 3.5, 4: 0}
    assert ranks(result, "neighbourPurchaseTotal") == {1: 100, 4: 0}
    assert ranks(result, "neighbourDaysSincePurchase") == {1: 2.5}
    assert result.summary["purchaseCurrency"] == "CNY"
    assert heard.warnings == ["1 customers paid in another currency than CNY: they are left out of neighbourPurchaseTotal."]
    with pytest.raises(InvalidParameters, match="Nobody paid in USD") as caught:
        measured(taken, metrics=["NEIGHBOUR_MEANS"], currency="USD")
    assert caught.value.path == ("currency",)
    chosen = measured(taken, metrics=["NEIGHBOUR_MEANS"], currency="EUR", features=["PURCHASE_TOTAL"])
    assert set(chosen.tables["graph_scores"]["metric"].to_pylist()) == {"neighbourPurchaseTotal"}


def test_means_take_the_features_that_are_asked_for_and_directions_as_they_are() -> None:
    result = measured(snapshot(3, [tie(1, 2), tie(2, 3)]), metrics=["NEIGHBOUR_MEANS"], features=["DEGREE"])
    assert ranks(result, "neighbourDegree") == {1: 2, 2: 1}
    both = measured(snapshot(3, [tie(1, 2), tie(2, 3)]), metrics=["NEIGHBOUR_MEANS"], features=["DEGREE"], graph=UNDIRECTED)
    assert ranks(both, "neighbourDegree") == {1: 2, 2: 1, 3: 2}


FEUD = [tie(1, 2), tie(2, 3), tie(1, 3), tie(4, 5), tie(5, 6), tie(4, 6), tie(1, 4, sign=-1, weight=2.0), tie(2, 4, sign=-1),
        tie(1, 2, sign=-1, weight=0.5), tie(7, 7, sign=-1)]


@pytest.mark.parametrize(("rule", "counts"), [
    ("LEAVE_OUT", (1, 0, 0, 0)), ("NEGATIVE_WINS", (1, 1, 0, 1)), ("SIGN_OF_SUM", (2, 0, 1, 0))])
def test_balance_reads_all_signs_under_each_rule(rule: str, counts: tuple[int, ...]) -> None:
    result = measured(snapshot(7, FEUD), metrics=["BALANCE"], twoSignedPairs=rule)
    found = result.summary["balance"]
    assert tuple(found[name] for name in ("allPositive", "twoPositive", "onePositive", "allNegative")) == counts
    assert (found["rule"], found["balancedShare"]) == (rule, pytest.approx((counts[0] + counts[2]) / sum(counts)))
    assert result.tables == {}
    assert result.summary["edgeCount"] == 10


def test_exposure_and_conflicts_read_all_signs() -> None:
    result = measured(snapshot(8, FEUD), metrics=["RISK_EXPOSURE"], riskSteps=1, riskDecay=0.5)
    exposed = ranks(result, "riskExposure")
    assert exposed[4] == 3
    assert exposed[1] == 2.5 + 0.5 * 1.5 / 2
    assert exposed[5] == 0.5 * 3 / 2
    assert exposed[7] == exposed[8] == 0
    assert parts(result, "conflict") == [{1, 2, 4}]
    assert result.summary["conflictCount"] == 1
    assert "graph_tensions" not in result.tables


def test_communities_at_odds() -> None:
    result = measured(snapshot(7, FEUD), metrics=["RISK_EXPOSURE", "COMMUNITY"])
    assert communities(result) == [{1, 2, 3}, {4, 5, 6}]
    assert result.tables["graph_tensions"].to_pylist() == [{"id": 0, "community_id": 0, "other_id": 1, "relationships": 2, "weight": 3.0}]
    assert result.summary["edgeCount"] == 6


def test_only_conflicts_are_a_network_for_what_is_about_conflicts() -> None:
    war = snapshot(3, [tie(1, 2, sign=-1), tie(2, 3, sign=-1), tie(1, 3, sign=-1)])
    result = measured(war, metrics=["BALANCE", "RISK_EXPOSURE"])
    assert result.summary["balance"]["allNegative"] == 1
    assert ranks(result, "riskExposure") == {1: 2, 2: 2, 3: 2}
    assert (result.summary["nodeCount"], result.summary["edgeCount"], result.summary["density"]) == (3, 3, 0.5)


def test_peace_is_told() -> None:
    heard = Heard()
    result = measured(club(), heard, metrics=["RISK_EXPOSURE", "BALANCE"])
    warning, = heard.warnings
    assert warning.startswith("There is no negative relationship in this network")
    assert set(ranks(result, "riskExposure").values()) == {0}
    assert result.tables["graph_components"].num_rows == 0


def test_weak_ties_are_long_ways_when_asked_for() -> None:
    shortcut = snapshot(3, [tie(1, 3, weight=0.1), tie(1, 2, weight=1), tie(2, 3, weight=1)])
    hops = measured(shortcut, metrics=["BETWEENNESS", "CLOSENESS"])
    lengths = measured(shortcut, metrics=["BETWEENNESS", "CLOSENESS"], weighting="INVERSE_WEIGHT")
    assert (ranks(hops, "betweenness")[2], ranks(lengths, "betweenness")[2]) == (0, 1)
    assert [ranks(found, "closeness")[1] for found in (hops, lengths)] == [1, pytest.approx(2 / 3)]


def test_what_is_sampled_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from plugins.graph.metrics import betweenness

    monkeypatch.setattr(betweenness, "affordable", lambda *_, **__: 10)
    heard = Heard()
    result = measured(club(), heard, metrics=["BETWEENNESS"])
    assert result.summary["betweennessSources"] == 10
    assert [text.split(":")[0] for text in heard.warnings] == ["Betweenness was estimated"]
    assert measured(club(), metrics=["BETWEENNESS"]).tables == result.tables


def test_louvain_finds_groups_too() -> None:
    leiden, louvain = (measured(club(), metrics=["COMMUNITY"], communityMethod=method) for method in ("LEIDEN", "LOUVAIN"))
    assert 0.415 < louvain.summary["modularity"] <= leiden.summary["modularity"]


def test_names_are_what_members_share() -> None:
    result = measured(families([(id_, "city", "上海") for id_ in range(1, 11)]), metrics=["COMMUNITY"])
    assert result.tables["graph_communities"]["name"].to_pylist() == ["上海", None]


def test_one_network_at_a_time_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[tuple[str, ...], bool]] = []
    taken = club()
    graph = taken.graph

    def counted(**given: Any) -> Any:
        asked.append((tuple(given["signs"]), given["directed"]))
        return graph(**given)

    monkeypatch.setattr(taken, "graph", counted)
    measured(taken, metrics=["DEGREE", "PAGE_RANK", "HITS", "CORE", "CLUSTERING", "COMMUNITY", "COMPONENT", "NEIGHBOUR_MEANS", "BALANCE",
                             "RISK_EXPOSURE"])
    assert [directed for _, directed in asked] == [False, True, False]
    assert len(set(asked)) == 3
