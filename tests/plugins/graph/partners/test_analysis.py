"""What a run proposes out of a snapshot: which ties count, what is told on the way, and what is refused."""

import datetime
from typing import Any

import pytest

from plugins.graph.limits import Limits
from plugins.graph.partners.analysis import potential_partners
from schema.analyses.contract import InsufficientData, InvalidParameters, Result
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from tests.plugins.graph.partners.tied import METHODS
from tests.plugins.graph.snapshots import NOW, Heard, club, snapshot, tie

DAY = datetime.timedelta(days=1)
ANALYSIS = potential_partners(Limits())
COMPLETE = [tie(a, b) for a in range(1, 5) for b in range(1, a)]


def start(**given: Any) -> Any:
    return read_input(ANALYSIS.start, {"seed": 1} | given)


def found(taken: TakenSnapshot, heard: Heard | None = None, *, limits: Limits | None = None, **given: Any) -> Result:
    return potential_partners(limits or Limits()).compute(taken, start(**given), heard or Heard())


def proposed(result: Result) -> dict[int, list[int]]:
    partners: dict[int, list[int]] = {}
    for row in result.tables["graph_partners"].to_pylist():
        partners.setdefault(row["customer_id"], []).append(row["partner_id"])
        assert row["position"] == len(partners[row["customer_id"]])
    return partners


def test_karate_club() -> None:
    """The president, 34, is closest to 3, whom both sides know, and then to his rival, 1. Scores are those of networkx."""
    result = found(club(lonely=2))
    partners = proposed(result)
    assert (partners[34][:3], partners[1][:3]) == ([3, 1, 2], [34, 33, 17])
    assert set(partners) == set(range(1, 35))
    first = result.tables["graph_partners"].to_pylist()[0]
    assert (first["id"], first["customer_id"], first["common"], round(first["score"], 6)) == (0, 1, 4, 2.711020)
    assert [row["via_id"] for row in result.tables["graph_partner_vias"].to_pylist()[:3]] == [20, 9, 14]
    assert result.summary["pairCount"] == result.tables["graph_partners"].num_rows
    assert result.summary["customerCount"] == 34
    assert (result.summary["method"], result.summary["hiddenCount"], result.summary["passedOverCount"]) == ("ADAMIC_ADAR", 8, 0)
    assert [(metric.name, metric.baseline) for metric in result.metrics] == [("auc", 0.5), ("auc popularity", 0.5)]
    assert result.metrics[0].value == result.summary["auc"]


@pytest.mark.parametrize("method", METHODS)
def test_the_same_again(method: str) -> None:
    once, again = (found(club(), method=method) for _ in range(2))
    assert once.tables == again.tables
    assert once.summary == again.summary


def test_the_seed_changes_the_test_alone() -> None:
    once, again = (found(club(), seed=seed) for seed in (1, 2))
    assert once.tables == again.tables
    assert once.summary["auc"] != again.summary["auc"]


def test_everybody_gets_as_many_as_were_asked_for() -> None:
    for most in (1, 3):
        assert max(map(len, proposed(found(club(), perCustomer=most)).values())) == most


def test_a_conflict_makes_no_contact_and_no_candidate() -> None:
    """1 and 2 share 3; 4 is at odds with 3; 5 shares 3 with both and fights 1."""
    ties = [tie(1, 3), tie(2, 3), tie(3, 4, sign=-1, kind_id=2), tie(5, 3), tie(1, 5, sign=-1, kind_id=2)]
    expected = {1: [2], 2: [1, 5], 5: [2]}
    assert proposed(found(snapshot(5, ties))) == expected
    with_conflicts = {"signs": ["POSITIVE", "NEGATIVE"]}
    assert proposed(found(snapshot(5, ties), graph=with_conflicts)) == expected


def test_ties_of_other_kinds_link_but_bring_nobody_together() -> None:
    ties = [tie(1, 3), tie(2, 3), tie(1, 2, kind_id=2), tie(4, 3), tie(4, 5, kind_id=2)]
    assert proposed(found(snapshot(5, ties), graph={"kinds": ["friend"]})) == {1: [4], 2: [4], 4: [1, 2]}


def test_ties_that_have_ended_do_not_count() -> None:
    ties = [tie(1, 3), tie(2, 3), tie(1, 2, valid_to=NOW - DAY), tie(4, 3, valid_to=NOW - DAY)]
    assert proposed(found(snapshot(4, ties))) == {1: [2], 2: [1]}


def test_directions_weights_loops_and_parallel_ties_make_no_difference() -> None:
    plain = snapshot(4, [tie(1, 2), tie(2, 3), tie(3, 4)])
    ornate = snapshot(4, [tie(2, 1, weight=0), tie(1, 2, weight=7), tie(2, 2), tie(3, 2), tie(3, 4, directed=False), tie(4, 4)])
    assert found(plain).tables == found(ornate).tables
    assert proposed(found(plain)) == {1: [3], 2: [4], 3: [1], 4: [2]}


def test_who_has_too_many_contacts_is_passed_over_and_said_so() -> None:
    heard = Heard()
    star = [tie(1, other) for other in range(2, 8)] + [tie(2, 3), tie(3, 4)]
    result = found(snapshot(7, star), heard, limits=Limits(largest_common_contact=5))
    assert proposed(result) == {2: [4], 4: [2]}
    assert result.summary["passedOverCount"] == 1
    assert any("more than 5 contacts" in warning and warning.endswith("1 of them.") for warning in heard.warnings)


def test_progress_and_a_warning_of_what_was_not_tested() -> None:
    heard = Heard()
    result = found(snapshot(4, [tie(1, 2), tie(2, 3), tie(3, 4)]), heard)
    assert [stage for stage, _, _ in heard.stages] == ["selecting relationships", "testing", "scoring"]
    assert heard.stages[-1][1:] == (4, 4)
    warning, = heard.warnings
    assert warning.startswith("The method was not tested: that takes at least 5 hidden ties, of the 3 that there are")
    assert (result.metrics, "auc" in result.summary) == ([], False)


def test_nothing_is_hidden_when_nothing_is_to_be() -> None:
    heard = Heard()
    assert found(club(), heard, hiddenShare=0).metrics == []
    assert heard.warnings == []


def test_a_method_that_guesses_badly_is_called_so() -> None:
    """Buyers know sellers only: whoever shares a contact is of the same side, and never tied."""
    heard = Heard()
    result = found(snapshot(24, [tie(buyer, seller) for buyer in range(1, 13) for seller in range(13, 25)]), heard)
    assert result.summary["auc"] < 0.5
    assert any("no better than by chance" in warning for warning in heard.warnings)


def test_popularity_that_guesses_better_is_named() -> None:
    heard = Heard()
    result = found(club(), heard, method="JACCARD", hiddenShare=0.3)
    assert 0.5 < result.summary["auc"] < result.summary["popularityAuc"]
    assert any("numbers of contacts alone" in warning for warning in heard.warnings)


@pytest.mark.parametrize(("customers", "ties", "text"), [
    (1, [], "no relationship"), (3, [], "no relationship"), (2, [tie(1, 2, sign=-1)], "no relationship"),
    (2, [tie(1, 1), tie(2, 2)], "nobody has a contact"), (4, COMPLETE, "nobody to propose"),
    (4, [tie(1, 2), tie(3, 4)], "nobody to propose"),
], ids=["one customer", "no ties", "only conflicts", "loops", "complete", "apart"])
def test_where_there_is_nobody_to_propose(customers: int, ties: list[dict[str, Any]], text: str) -> None:
    with pytest.raises(InsufficientData, match=text):
        found(snapshot(customers, ties))


def test_an_unknown_kind() -> None:
    with pytest.raises(InvalidParameters, match="enemy"):
        found(club(), graph={"kinds": ["enemy"]})


@pytest.mark.parametrize(("given", "path"), [
    ({"perCustomer": 0}, ("perCustomer",)), ({"perCustomer": 51}, ("perCustomer",)), ({"hiddenShare": -0.1}, ("hiddenShare",)),
    ({"hiddenShare": 0.6}, ("hiddenShare",)), ({"hiddenShare": float("nan")}, ("hiddenShare",)), ({"seed": -1}, ("seed",)),
    ({"graph": {"signs": ["NEGATIVE"]}}, ("graph", "signs")), ({"graph": {"kinds": []}}, ("graph", "kinds")),
])
def test_parameters_out_of_bounds(given: dict[str, object], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidParameters) as caught:
        start(**given)
    assert caught.value.path == path


def test_an_estimate_grows_with_what_there_is_to_do() -> None:
    small, large = ({"customers": n, "relationships": 10 * n, "relationshipKinds": 2} for n in (1000, 100_000))
    little, much = (ANALYSIS.estimate(counts, start()) for counts in (small, large))
    assert (little.rows, much.rows) == (11_000, 1_100_000)
    assert little.memory < much.memory < 3e9
    assert little.seconds < much.seconds
    assert ANALYSIS.estimate(large, start(perCustomer=50)).memory > much.memory


def test_a_run_answers_for_one_slot_whatever_its_method() -> None:
    assert {tuple(ANALYSIS.slots(start(method=method))) for method in METHODS} == {("potentialPartners",)}
