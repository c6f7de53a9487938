"""What a run finds in a snapshot: who counts, what is told, what is warned of, and what is refused."""

import json
import math
from typing import Any

import numpy as np
import pytest

from plugins.satisfaction.analysis import SATISFACTION
from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.analyses.parameters import read_input
from tests.plugins.graph.snapshots import Heard
from tests.plugins.satisfaction.snapshots import BY_REGION, NOW, asked, evaluated, snapshot

CHANCE = np.random.default_rng(4)
LEVEL = CHANCE.integers(0, 3, 60)
GIVEN = np.clip(2 + LEVEL[:, None] + CHANCE.integers(-1, 2, (60, 3)), 1, 5).tolist()
REGIONS = {at: ("North", "South", "West")[level] for at, level in enumerate(LEVEL.tolist(), 1)}
QUESTIONS = [asked("a", scale="s"), asked("b", scale="s"), asked("c", scale="s")]
OVERALL = [asked("overall"), *QUESTIONS[:2]]


def test_questions_scales_and_scores() -> None:
    result = evaluated(snapshot(QUESTIONS, GIVEN))
    summary = result.summary
    assert (summary["responses"], summary["customers"], summary["nobodys"], summary["repeated"]) == (60, 60, 0, 0)
    assert [one["key"] for one in summary["items"]] == ["a", "b", "c"]
    assert [one["name"] for one in summary["scales"]] == ["s"]  # all questions are one scale: told once
    assert summary["scales"][0]["alpha"] == pytest.approx(alpha(np.array(GIVEN)), rel=1e-9)
    table = result.tables["satisfaction_scores"]
    expected = (np.array(GIVEN).mean(axis=1) - 1) / 4 * 100
    assert table["value"].to_numpy() == pytest.approx(expected)
    best = int(np.argmax(expected))
    assert (table["rank"][best].as_py(), table["percentile"][best].as_py()) == (1, 100)


def alpha(values: Any) -> float:
    k = values.shape[1]
    return float(k / (k - 1) * (1 - values.var(axis=0, ddof=1).sum() / values.sum(axis=1).var(ddof=1)))


def test_reverse_scored_questions_are_turned_round() -> None:
    turned = [[a, b, 6 - c] for a, b, c in GIVEN]
    one, other = (evaluated(snapshot([*QUESTIONS[:2], asked("c", scale="s", reverse_scored=reverse)], given)).summary
                  for reverse, given in ((False, GIVEN), (True, turned)))
    assert one["scales"] == other["scales"]
    assert one["items"][2]["distribution"] == other["items"][2]["distribution"]
    assert (one["items"][2]["reversed"], other["items"][2]["reversed"]) == (False, True)


def test_a_reversed_question_that_is_not_marked_is_warned_of() -> None:
    heard = Heard()
    evaluated(snapshot(QUESTIONS, [[a, b, 6 - c] for a, b, c in GIVEN]), heard)
    assert any(text.startswith("The question c goes against the others of the scale s") and "has to be scored in reverse" in text
               for text in heard.warnings)


def test_the_latest_response_of_a_customer_counts_and_all_of_nobody() -> None:
    heard = Heard()
    result = evaluated(snapshot(QUESTIONS, [[1, 1, 1], [5, 5, 5], [3, 3, 3], [2, 2, 2]], customers=[7, 7, 0, 0], days=[1, 2, 0, 0],
                                waves=["one", "two", "one", "one"]), heard)
    assert (result.summary["responses"], result.summary["repeated"], result.summary["nobodys"]) == (3, 1, 2)
    assert result.tables["satisfaction_scores"].to_pylist() == [{"customer_id": 7, "value": 100.0, "rank": 1, "percentile": 100.0}]
    assert [(one["name"]["en"], one["responses"]) for one in result.summary["trend"]["waves"]] == [("one", 3), ("two", 1)]
    assert "1 earlier ones" in heard.warnings[0]
    taken = snapshot(QUESTIONS, [[1, 1, 1], [5, 5, 5], [3, 3, 3]], customers=[7, 7, 8], waves=["one", "two", "one"])
    first = evaluated(taken, wave="one")
    assert first.tables["satisfaction_scores"]["value"].to_pylist() == [0.0, 50.0]


def test_half_of_the_questions_have_to_be_answered_for_a_score() -> None:
    given = [[5, None, None, None], [5, 5, None, None], [None, None, None, None], [1, 1, 1, 1]]
    result = evaluated(snapshot([*QUESTIONS, asked("d")], given))
    assert result.tables["satisfaction_scores"]["customer_id"].to_pylist() == [2, 4]
    assert [one["missing"] for one in result.summary["items"]] == [1, 2, 3, 3]


def test_groups_are_compared_by_all_questions() -> None:
    result = evaluated(snapshot(QUESTIONS, GIVEN, groups=REGIONS), **BY_REGION)
    found, = result.summary["comparisons"]
    assert (found["factor"], found["groups"], found["chosen"]) == ({"en": "Region", "zh": "地区"}, 3, "ANOVA")
    assert found["anova"]["between"]["p"] < 1e-6
    groups = result.tables["satisfaction_groups"].to_pylist()
    assert [(one["id"], one["label_en"]) for one in groups] == [(0, "North"), (1, "South"), (2, "West")]
    assert [one["low_scoring"] for one in groups] == [one["high"] < result.summary["overall"]["mean"] for one in groups]
    assert (groups[0]["low_scoring"], groups[2]["low_scoring"]) == (True, False)
    members = result.tables["satisfaction_members"].to_pylist()
    assert {one["customer_id"] for one in members if one["group_id"] == 1} == {id_ for id_, region in REGIONS.items() if region == "South"}
    assert result.summary["ordinal"] is None


def test_groups_are_compared_by_the_overall_question() -> None:
    heard = Heard()
    found = evaluated(snapshot(OVERALL, GIVEN, groups=REGIONS), heard, overallId="sq_1", **BY_REGION).summary
    assert (found["overall"]["key"], found["overall"]["lowest"], found["overall"]["highest"]) == ("overall", 1, 5)
    assert found["comparisons"][0]["chosen"] == "KRUSKAL_WALLIS"
    assert "5 steps" in found["comparisons"][0]["reason"]["en"]
    assert [one["group"]["en"] for one in found["ordinal"]["effects"]] == ["South", "West"]
    assert found["drivers"]["complete"] == 60
    assert {one["key"] for one in found["drivers"]["drivers"]} == {"a", "b"}


def test_an_answer_makes_groups() -> None:
    where = asked("where", 1, 2, kind="CHOICE", labels_en=["Shop", "Web"], labels_zh=["店内", "网上"])
    taken = snapshot([*QUESTIONS, where], [[*row, 1 + at % 2] for at, row in enumerate(GIVEN)])
    result = evaluated(taken, factors=[{"questionId": "sq_4"}])
    assert result.summary["comparisons"][0]["factor"]["zh"] == "where？"
    assert result.tables["satisfaction_groups"]["label_zh"].to_pylist() == ["店内", "网上"]
    assert [one["key"] for one in result.summary["items"]] == ["a", "b", "c"]


def test_small_groups_and_customers_in_several_are_left_out() -> None:
    heard = Heard()
    groups = {**REGIONS, 1: "Tiny"}
    result = evaluated(snapshot(QUESTIONS, GIVEN, groups=groups, several={2: "South " + REGIONS[2]}), heard, **BY_REGION)
    assert result.tables["satisfaction_groups"]["label_en"].to_pylist() == ["North", "South", "West"]
    assert sum(result.tables["satisfaction_groups"]["size"].to_pylist()) == 58
    assert result.summary["comparisons"][0]["ambiguous"] == 1
    assert any("1 responses are of customers in several groups" in text for text in heard.warnings)
    assert any("1 of 4 groups have fewer than 5 responses" in text for text in heard.warnings)


def test_two_factors_and_empty_cells() -> None:
    heard = Heard()
    kind = asked("kind", 1, 2, kind="CHOICE")
    given = [[*row, 1 if REGIONS[at] == "North" else 1 + at % 2] for at, row in enumerate(GIVEN, 1)]
    found = evaluated(snapshot([*QUESTIONS, kind], given, groups=REGIONS), heard, factors=[{"attribute": "REGION"}, {"questionId": "sq_4"}])
    assert found.summary["together"]["empty"] == 1
    assert any("1 are empty" in text for text in heard.warnings)
    same = [[*row, 1 + (REGIONS[at] == "North")] for at, row in enumerate(GIVEN, 1)]
    two = {at: region for at, region in REGIONS.items() if region != "West"}
    none = evaluated(snapshot([*QUESTIONS, kind], same, groups=two), heard, factors=[{"attribute": "REGION"}, {"questionId": "sq_4"}])
    assert none.summary["together"] is None
    assert any("one says all that the other does" in text for text in heard.warnings)


def test_nothing_varies() -> None:
    result = evaluated(snapshot(QUESTIONS, [[3, 3, 3]] * 60, groups=REGIONS), **BY_REGION)
    found, = result.summary["comparisons"]
    assert (found["chosen"], found["anova"], found["welch"], found["kruskal"], found["tukey"]) == ("NONE", None, None, None, [])
    assert "everybody answered alike" in found["reason"]["en"]
    assert result.summary["scales"][0]["alpha"] is None
    apart = {"North": 1, "South": 3, "West": 5}
    between = evaluated(snapshot(QUESTIONS, [[apart[REGIONS[at]]] * 3 for at in range(1, 61)], groups=REGIONS), **BY_REGION)
    assert "within each group" in between.summary["comparisons"][0]["reason"]["en"]


@pytest.mark.parametrize(("given", "parameters", "text"), [
    ([], {}, "Nobody who is looked at responded"),
    ([[None, None, None]] * 9, {}, "None of 9 responses answers any of the 3 questions"),
    (GIVEN, BY_REGION, "Region: 60 responses make 1 groups of 5 or more, of 1 in all; a comparison takes two"),
])
def test_too_little_data(given: Any, parameters: dict[str, Any], text: str) -> None:
    with pytest.raises(InsufficientData, match=text):
        evaluated(snapshot(QUESTIONS, given, groups=dict.fromkeys(range(1, 61), "One")), **parameters)


def test_groups_of_one() -> None:
    groups = {at: f"Region {at}" for at in range(1, 61)}
    with pytest.raises(InsufficientData, match="Region: 60 responses make 0 groups of 2 or more, of 60 in all"):
        evaluated(snapshot(QUESTIONS, GIVEN, groups=groups), minimumGroup=2, **BY_REGION)


def test_a_thousand_groups() -> None:
    given = [[1 + at % 5, 1 + at % 4, 1 + at % 3] for at in range(2000)]
    groups = {at: f"Region {at % 1000}" for at in range(1, 2001)}
    with pytest.raises(InvalidParameters, match="Region makes 1,000 groups of 2 responses or more; at most 50 can be compared") as caught:
        evaluated(snapshot(QUESTIONS, given, groups=groups), minimumGroup=2, **BY_REGION)
    assert caught.value.path == ("factors", "0")


@pytest.mark.parametrize(("given", "path", "text"), [
    ({"surveyId": "sv_2"}, ("surveyId",), "There is no survey sv_2"),
    ({"questionIds": ["sq_1", "sq_9"]}, ("questionIds", "1"), "sq_9 is no question of this survey"),
    ({"questionIds": ["sq_4"]}, ("questionIds", "0"), "have no order"),
    ({"overallId": "sq_4"}, ("overallId",), "have no order"),
    ({"wave": "2020"}, ("wave",), "No response is of the wave 2020; there are: none"),
    ({"factors": [{"questionId": "sq_9"}]}, ("factors", "0", "questionId"), "is no question of this survey"),
    ({"overallId": "sq_1", "factors": [{"questionId": "sq_1"}]}, ("factors", "0", "questionId"), "is what groups are compared by"),
])
def test_parameters_that_do_not_fit_the_survey(given: dict[str, Any], path: tuple[str, ...], text: str) -> None:
    taken = snapshot([*QUESTIONS, asked("where", 1, 2, kind="CHOICE")], [[*row, 1] for row in GIVEN])
    with pytest.raises(InvalidParameters, match=text) as caught:
        evaluated(taken, **given)
    assert caught.value.path == path


def test_a_survey_without_an_order() -> None:
    with pytest.raises(InsufficientData, match="No question of this survey has steps with an order"):
        evaluated(snapshot([asked("where", 1, 2, kind="CHOICE")], [[1], [2]]))


@pytest.mark.parametrize(("days", "period", "names"), [
    ([0, 31, 32], "MONTH", ["2024-05", "2024-06"]), ([0, 40, 62], "QUARTER", ["2024 Q2", "2024 Q3"]),
    ([0, 1, 400], "YEAR", ["2024", "2025"]),
])
def test_a_trend_by_the_calendar(days: list[int], period: str, names: list[str]) -> None:
    assert NOW.isoformat().startswith("2024-05-01")
    found = evaluated(snapshot(QUESTIONS, GIVEN[:3], days=days), trend=period).summary["trend"]
    assert [one["name"]["en"] for one in found["waves"]] == names


def test_a_trend_that_rises() -> None:
    given = [[min(5, 1 + at // 12)] * 3 for at in range(60)]
    found = evaluated(snapshot(QUESTIONS, given, waves=[f"w{at // 12}" for at in range(60)])).summary["trend"]
    assert found["slope"]["value"] == pytest.approx(25)
    assert [one["mean"] for one in found["waves"]] == pytest.approx([0, 25, 50, 75, 100])


def test_drivers_without_what_follows_from_others() -> None:
    heard = Heard()
    given = [[1 + at % 5, 1 + at * 7 % 5, 1 + at * 7 % 5, 3] for at in range(60)]
    found = evaluated(snapshot([asked("overall"), *QUESTIONS], given), heard, overallId="sq_1").summary["drivers"]
    assert [one["key"] for one in found["drivers"]] == ["a"]
    assert [text.partition(":")[0] for text in heard.warnings] == [
        "Questions that everybody answered alike explain nothing",
        "The question b follows from others, and was left out of the drivers."]


def test_figures_are_finite_json_and_the_same_again() -> None:
    once, again = (evaluated(snapshot(OVERALL, GIVEN, groups=REGIONS), overallId="sq_1", **BY_REGION) for _ in range(2))
    assert (once.tables, once.summary) == (again.tables, again.summary)
    assert json.loads(json.dumps(once.summary, allow_nan=False)) == once.summary
    assert all(math.isfinite(value) for value in once.tables["satisfaction_members"]["value"].to_pylist())


def test_an_estimate_grows_with_what_there_is_to_do() -> None:
    start = read_input(SATISFACTION.start, {"surveyId": "sv_1"})
    little, much = (SATISFACTION.estimate({"surveyResponses": n, "surveyAnswers": 20 * n}, start) for n in (1000, 1_000_000))
    assert little.memory < much.memory < 4e9
    assert little.seconds < much.seconds < 120
