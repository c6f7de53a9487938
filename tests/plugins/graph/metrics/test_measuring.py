"""What a run works out of a snapshot: which ties count, what is told on the way, and what is refused."""

import datetime

import pytest

from plugins.graph import check
from plugins.graph.limits import Limits
from plugins.graph.metrics import groups
from plugins.graph.metrics.scores import GraphMetric
from schema.analyses.contract import InsufficientData, InvalidParameters
from server.settings import Settings
from tests.plugins.graph.snapshots import ANALYSIS, NOW, Heard, club, communities, measured, ranks, snapshot, start, tie

DAY = datetime.timedelta(days=1)


def test_karate_club_as_published() -> None:
    result = measured(club())
    found = ranks(result)
    assert (round(found[34], 6), round(found[1], 6)) == (0.100919, 0.096997)
    assert result.tables["graph_scores"].schema.names == ["metric", "customer_id", "value", "rank", "percentile"]
    first = result.tables["graph_scores"].to_pylist()[33]
    assert (first["metric"], first["rank"], first["percentile"]) == ("pageRank", 1, 100)
    assert [len(members) for members in communities(result)] == result.tables["graph_communities"]["size"].to_pylist() == [12, 11, 6, 5]
    assert result.summary == {"nodeCount": 34, "edgeCount": 156, "density": pytest.approx(156 / (34 * 33)), "communityCount": 4,
                              "modularity": pytest.approx(0.4198, abs=5e-5)}
    assert [(metric.name, metric.baseline) for metric in result.metrics] == [("modularity", 0)]


def test_who_has_no_ties_has_a_rank_and_no_community() -> None:
    heard = Heard()
    result = measured(club(lonely=2), heard)
    assert len(ranks(result)) == result.summary["nodeCount"] == 36
    assert sum(map(len, communities(result))) == 34
    assert heard.warnings == ["2 customers have no relationship that holds anybody together: they belong to no community."]


def test_progress_comes_from_inside() -> None:
    heard = Heard()
    measured(club(), heard, restarts=3)
    assert heard.stages[0] == ("selecting relationships", 0, None)
    ranking = [(done, total) for stage, done, total in heard.stages if stage == "ranking"]
    assert [done for done, _ in ranking] == list(range(1, len(ranking) + 1))
    assert [one for one in heard.stages if one[0] == "grouping"] == [("grouping", done, 3) for done in range(4)]


def test_a_conflict_is_no_endorsement_unless_it_is_asked_for() -> None:
    hated = snapshot(3, [tie(1, 2), tie(2, 1), tie(1, 3, sign=-1, kind_id=2, weight=9), tie(2, 3, sign=-1, kind_id=2)])
    loved = ranks(measured(hated, metrics=["PAGE_RANK"]))
    talked_about = ranks(measured(hated, metrics=["PAGE_RANK"], graph={"signs": ["POSITIVE", "NEUTRAL", "NEGATIVE"]}))
    assert loved[3] < loved[1] == loved[2]
    assert talked_about[3] > talked_about[1]


def test_conflicts_hold_nobody_together() -> None:
    camps = snapshot(4, [tie(1, 2), tie(3, 4), tie(1, 3, sign=-1, weight=50), tie(2, 4, sign=-1, weight=50)])
    everything = {"signs": ["POSITIVE", "NEGATIVE"]}
    assert communities(measured(camps, metrics=["COMMUNITY"], graph=everything)) == [{1, 2}, {3, 4}]


def test_directions_and_weights_count_unless_they_are_not_to() -> None:
    led = snapshot(3, [tie(1, 2, weight=3), tie(1, 3)])
    found = ranks(measured(led, metrics=["PAGE_RANK"]))
    assert found[2] > found[3] > found[1]
    unweighted = ranks(measured(led, metrics=["PAGE_RANK"], graph={"useWeights": False}))
    assert unweighted[2] == unweighted[3] > unweighted[1]
    undirected = ranks(measured(led, metrics=["PAGE_RANK"], graph={"directed": False}))
    assert undirected[1] > undirected[2] > undirected[3]


def test_ties_of_a_moment_and_of_kinds() -> None:
    past = snapshot(3, [tie(1, 2), tie(1, 3, valid_to=NOW - DAY)])
    found = ranks(measured(past, metrics=["PAGE_RANK"]))
    assert found[2] > found[3] == found[1]
    mixed = snapshot(3, [tie(1, 2), tie(1, 3, kind_id=2)])
    found = ranks(measured(mixed, metrics=["PAGE_RANK"], graph={"kinds": ["rival"]}))
    assert found[3] > found[2] == found[1]


def test_personalised_ranks_tell_who_matters_to_somebody() -> None:
    chain = snapshot(5, [tie(1, 2), tie(2, 3), tie(4, 5)])
    found = ranks(measured(chain, metrics=["PAGE_RANK"], personalisedTo=["c_1"]))
    assert found[1] > found[2] > found[3] > found[4] == found[5] == 0


def test_the_seed_makes_it_the_same_again() -> None:
    ties = [tie(a, b) for a in range(1, 61) for b in range(1, 61) if a < b and (a * b) % 7 == 3]
    once, again = (measured(snapshot(60, ties), metrics=["COMMUNITY"], restarts=1, seed=9) for _ in range(2))
    assert once.tables == again.tables
    assert once.summary == again.summary


def test_more_restarts_are_never_worse() -> None:
    ties = [tie(a, b) for a in range(1, 61) for b in range(1, 61) if a < b and (a * b) % 7 == 3]
    few, many = (measured(snapshot(60, ties), metrics=["COMMUNITY"], restarts=restarts).summary["modularity"] for restarts in (1, 10))
    assert many >= few


@pytest.mark.slow
def test_searches_in_processes_of_their_own_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    heard, here = Heard(), measured(club(), restarts=2)
    monkeypatch.setattr(groups, "LARGE", 1)
    elsewhere = measured(club(), heard, restarts=2)
    assert (elsewhere.tables, elsewhere.summary) == (here.tables, here.summary)
    assert ("grouping", 2, 2) in heard.stages


@pytest.mark.parametrize(("metrics", "ties", "text"), [
    (["PAGE_RANK"], [], "no relationship"), (["COMMUNITY"], [], "no relationship"),
    (["PAGE_RANK"], [tie(1, 2, sign=-1)], "no relationship"), (["COMMUNITY"], [tie(1, 2, weight=0)], "weight 0"),
])
def test_without_a_network_there_is_nothing_to_measure(metrics: list[str], ties: list[dict[str, object]], text: str) -> None:
    with pytest.raises(InsufficientData, match=text):
        measured(snapshot(2, ties), metrics=metrics)


def test_a_graph_that_is_too_large_for_communities_is_refused() -> None:
    with pytest.raises(InvalidParameters, match=r"at most 77 relationships.*there are 78") as caught:
        measured(club(), limits=Limits(largest_community_graph=77))
    assert caught.value.path == ("graph",)
    assert measured(club(), limits=Limits(largest_community_graph=77), metrics=["PAGE_RANK"]).summary["nodeCount"] == 34


@pytest.mark.parametrize(("given", "path"), [
    ({"damping": 1.0}, ("damping",)), ({"damping": -0.1}, ("damping",)), ({"damping": float("nan")}, ("damping",)),
    ({"restarts": 0}, ("restarts",)), ({"restarts": 51}, ("restarts",)), ({"seed": -1}, ("seed",)), ({"metrics": []}, ("metrics",)),
    ({"personalisedTo": []}, ("personalisedTo",)), ({"personalisedTo": ["c_1"] * 1001}, ("personalisedTo",)),
    ({"graph": {"kinds": []}}, ("graph", "kinds")), ({"graph": {"signs": []}}, ("graph", "signs")),
    ({"graph": {"signs": ["NEGATIVE"]}}, ("graph", "signs")),
])
def test_parameters_out_of_bounds(given: dict[str, object], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidParameters) as caught:
        start(**given)
    assert caught.value.path == path


def test_an_estimate_grows_with_what_there_is_to_do() -> None:
    small, large = ({"customers": n, "relationships": 10 * n, "relationshipKinds": 2} for n in (1000, 1_000_000))
    little, much = (ANALYSIS.estimate(counts, start(metrics=["PAGE_RANK"])) for counts in (small, large))
    assert (little.rows, much.rows) == (11_000, 11_000_000)
    assert little.memory < much.memory < 3e9
    assert ANALYSIS.estimate(large, start(restarts=8)).seconds > ANALYSIS.estimate(large, start(restarts=1)).seconds > much.seconds
    assert ANALYSIS.estimate(large, start()).memory > much.memory


@pytest.mark.parametrize("metric", [metric.name for metric in GraphMetric if metric is not GraphMetric.PAGE_RANK])
def test_every_metric_takes_its_time(metric: str) -> None:
    counts = {"customers": 100_000, "relationships": 1_000_000, "relationshipKinds": 2, "behaviour": 50_000, "traits": 50_000}
    without, with_it = (ANALYSIS.estimate(counts, start(metrics=metrics)) for metrics in (["PAGE_RANK"], ["PAGE_RANK", metric]))
    assert with_it.seconds > without.seconds
    assert with_it.memory >= without.memory


def test_the_largest_network_fits_into_what_a_run_may_use() -> None:
    counts = {"customers": 1_000_000, "relationships": 10_000_000, "relationshipKinds": 2, "traits": 1_000_000}
    metrics = ["PAGE_RANK", "HITS", "DEGREE", "COMPONENT", "CORE", "COMMUNITY"]
    assert ANALYSIS.estimate(counts, start(metrics=metrics)).memory < Settings().runs.memory


def test_a_network_that_is_too_large_for_several_processes_is_searched_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "LARGE", 1)
    monkeypatch.setattr(groups, "TOGETHER", 77)
    monkeypatch.setattr(groups, "fan_out", None)
    heard = Heard()
    assert measured(club(), heard, metrics=["COMMUNITY"], restarts=2).summary["communityCount"] == 4
    assert [done for stage, done, _ in heard.stages if stage == "grouping"] == [0, 1, 2]


def test_the_libraries_are_here() -> None:
    assert list(check()) == []
