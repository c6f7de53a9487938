"""The table of scores: what is made of it, and which slots runs answer for."""

from typing import Any

import pytest

from plugins.graph import fields, filters, orders
from plugins.graph.metrics.scores import SCORES, GraphMetric, GraphScore
from plugins.graph.metrics.start import NeighbourFeature
from plugins.graph.models import ScoreRow
from tests.plugins.graph.snapshots import ANALYSIS, start

NAMES = [one.name for one in SCORES]
EVERYTHING = [metric.name for metric in GraphMetric]


def test_every_score_has_a_field_a_filter_and_an_order() -> None:
    (of_customers,) = (made for type_, made in fields().items() if type_.__name__ == "Customer")
    snake = {"".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name) for name in NAMES}
    assert snake <= set(of_customers)
    assert set(NAMES) < {one.name for one in filters()}
    assert [one.name for one in orders()] == NAMES


def test_names_are_the_tables_own() -> None:
    assert len(set(NAMES)) == len(NAMES) == 19
    features: set[Any] = {feature.value for feature in NeighbourFeature}
    assert features == {one.name for one in SCORES if one.metric is GraphMetric.NEIGHBOUR_MEANS}
    assert ScoreRow.metric.type.length is None


def test_the_list_of_the_highest_leaves_out_what_needs_more_permissions() -> None:
    values: set[Any] = {one.value for one in GraphScore}
    assert values == {one.name for one in SCORES if one.requires == ("relationships.read",)}
    assert GraphScore["PAGE_RANK"].value == "pageRank"
    assert "neighbourPurchaseTotal" not in values


@pytest.mark.parametrize(("given", "slots"), [
    ({"metrics": ["PAGE_RANK"]}, ["pageRank"]), ({"metrics": ["COMMUNITY"]}, ["community"]),
    ({"metrics": ["COMMUNITY", "PAGE_RANK", "COMMUNITY"]}, ["pageRank", "community"]),
    ({"personalisedTo": ["c_1"]}, ["pageRank:personalised", "community"]),
    ({"metrics": ["HITS", "DEGREE"]}, ["totalDegree", "inDegree", "outDegree", "hub", "authority"]),
    ({"metrics": ["COMPONENT"]}, ["weakComponent", "strongComponent"]),
    ({"metrics": ["RISK_EXPOSURE", "BALANCE"]}, ["riskExposure", "conflict"]), ({"metrics": ["BALANCE"]}, []),
    ({"metrics": ["NEIGHBOUR_MEANS"], "features": ["PURCHASE_COUNT", "DEGREE"]}, ["neighbourDegree", "neighbourPurchaseCount"]),
])
def test_a_run_answers_for_what_it_measures(given: dict[str, object], slots: list[str]) -> None:
    assert ANALYSIS.slots(start(**given)) == slots


def test_a_run_of_everything_answers_for_all() -> None:
    assert ANALYSIS.slots(start(metrics=EVERYTHING)) == [*NAMES, "weakComponent", "strongComponent", "community", "conflict"]


@pytest.mark.parametrize(("given", "more"), [
    ({"metrics": ["PAGE_RANK"]}, ()), ({"metrics": ["COMMUNITY"]}, ("traits",)), ({"metrics": ["NEIGHBOUR_MEANS"]}, ("behaviour",)),
    ({"metrics": ["NEIGHBOUR_MEANS"], "features": ["DEGREE", "STRENGTH"]}, ()),
    ({"metrics": ["NEIGHBOUR_MEANS", "COMMUNITY"], "features": ["DAYS_SINCE_PURCHASE"]}, ("behaviour", "traits")),
])
def test_only_what_is_needed_is_read(given: dict[str, object], more: tuple[str, ...]) -> None:
    assert ANALYSIS.tables(start(**given)) == ("customers", "relationships", "relationshipKinds", *more)
