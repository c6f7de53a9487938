"""Runs on snapshots of made-up sales: what is a basket, what is an item, what came back, and what cannot be answered."""

from typing import Any

import pytest

from plugins.rules.analysis import rule_mining
from plugins.rules.limits import Limits
from schema.analyses.contract import InsufficientData, InvalidParameters
from tests.plugins.graph.snapshots import Heard
from tests.plugins.rules.sales import Sale, itemsets, line, lines, mined, rules, snapshot, start

SALES: list[Sale] = [(1, 0, [11, 12]), (1, 3, [13]), (2, 0, [11, 12]), (2, 40, [13]), (0, 0, [11, 14]), (0, 0, [14])]


def test_baskets_are_transactions() -> None:
    found = mined(snapshot(lines(SALES)), minimumSupport=1 / 3)
    assert itemsets(found) == {(11,): 3, (12,): 2, (13,): 2, (14,): 2, (11, 12): 2}
    assert {name: found.summary[name] for name in ("basketCount", "itemCount", "longestBasket", "minimumCount", "itemsetCount", "ruleCount",
                                                   "testedCount", "returnedCount", "truncated")} == {
        "basketCount": 6, "itemCount": 4, "longestBasket": 2, "minimumCount": 2, "itemsetCount": 5, "ruleCount": 2, "testedCount": 1,
        "returnedCount": 0, "truncated": False}
    rule = rules(found)[(11,), (12,)]
    assert {name: pytest.approx(rule[name]) for name in rule} == {
        "count": 2, "support": 1 / 3, "confidence": 2 / 3, "lift": 2.0, "leverage": 1 / 6, "conviction": 2.0,
        "gain": 0.4591479170272448, "p_value": 0.2, "adjusted_p_value": 0.2}  # gain: 0.9183 bits less half of that; 3 of 15 choices
    assert rules(found)[(12,), (11,)]["conviction"] is None  # no exception


def test_baskets_are_what_customers_bought_within_a_window() -> None:
    heard = Heard()
    found = mined(snapshot(lines(SALES)), heard, minimumSupport=0.5, unit="CUSTOMER_WINDOW")
    assert itemsets(found) == dict.fromkeys(((11,), (12,), (13,), (11, 12), (11, 13), (12, 13), (11, 12, 13)), 2)
    assert heard.warnings == ["3 lines of buyers whom nobody knows belong to no customer's basket: they were left out."]
    within = mined(snapshot(lines(SALES)), minimumSupport=0.6, unit="CUSTOMER_WINDOW", windowDays=7)
    assert (within.summary["basketCount"], itemsets(within)) == (3, {(11,): 2, (12,): 2, (13,): 2, (11, 12): 2})


def test_items_are_categories() -> None:
    heard = Heard()
    taken = snapshot(lines(SALES), categories={11: "茶", 12: "茶", 13: "杯"})
    found = mined(taken, heard, minimumSupport=0.2, byCategory=True)
    assert itemsets(found) == {("茶",): 3, ("杯",): 2}
    assert found.summary["basketCount"] == 5
    assert heard.warnings == ["1 products belong to no category: what was bought of them was left out.",
                              "There is no rule: no two items are together in so many baskets, or maxLength is 1."]


def test_what_came_back_is_in_no_basket() -> None:
    rows = [*lines(SALES), line(7, 1, 5, 12, -1), line(8, 0, 5, 11, -1), line(1, 1, 0, 13), line(1, 1, 0, 13, -1)]
    heard = Heard()
    found = mined(snapshot(rows), heard, minimumSupport=0.1)
    assert found.summary["returnedCount"] == 2
    assert itemsets(found) == {(11,): 3, (12,): 1, (13,): 2, (14,): 2, (11, 12): 1, (11, 14): 1}
    assert heard.warnings == ["1 returns are of purchases that are not here, or of buyers whom nobody knows: they took nothing off."]


def test_what_was_bought_by_who_refused_is_not_there() -> None:
    assert mined(snapshot(lines(SALES), refusing=2), minimumSupport=0.1).summary["basketCount"] == 4


def test_thresholds_pruning_and_the_length() -> None:
    taken = snapshot(lines([(1, 0, [1, 2, 3])] * 6 + [(1, 0, [1])] * 2 + [(2, 0, [2, 3, 4])] * 2))
    everything = rules(mined(taken, minimumSupport=0.2))
    assert rules(mined(taken, minimumSupport=0.2, minimumConfidence=0.8)) == {
        sides: rule for sides, rule in everything.items() if rule["confidence"] >= 0.8}
    assert set(rules(mined(taken, minimumSupport=0.2, minimumLift=1.2))) == {
        sides for sides, rule in everything.items() if rule["lift"] >= 1.2}
    assert {len(left) + len(right) for left, right in rules(mined(taken, minimumSupport=0.2, maxLength=2))} == {2}
    pruned = rules(mined(taken, minimumSupport=0.2, pruneRedundant=True))
    assert ((2,), (3,)) in pruned
    assert ((1, 2), (3,)) not in pruned  # who has 2 has 3 anyway
    few = rules(mined(taken, minimumSupport=0.2, maxPValue=0.3))
    assert few
    assert {sides: rule["adjusted_p_value"] for sides, rule in few.items()} == {
        sides: rule["adjusted_p_value"] for sides, rule in everything.items() if rule["adjusted_p_value"] <= 0.3}


def test_stricter_corrections_give_higher_values() -> None:
    taken = snapshot(lines([(1, 0, [1, 2, 3])] * 6 + [(1, 0, [4])] * 6 + [(2, 0, [5, 3])] * 2))
    raw, shared, strict = (rules(mined(taken, minimumSupport=0.1, correction=one)) for one in ("NONE", "BENJAMINI_HOCHBERG", "HOLM"))
    assert all(rule["adjusted_p_value"] == rule["p_value"] for rule in raw.values())
    assert all(raw[one]["p_value"] <= shared[one]["adjusted_p_value"] <= strict[one]["adjusted_p_value"] * (1 + 1e-12) <= 1 + 1e-12
               for one in raw)
    assert any(shared[one]["adjusted_p_value"] < strict[one]["adjusted_p_value"] for one in raw)


@pytest.mark.parametrize("algorithm", ["APRIORI", "FP_GROWTH"])
def test_every_algorithm_gives_the_same_result(algorithm: str) -> None:
    taken = snapshot(lines([*SALES * 3, (3, 0, [11, 12, 13, 14]), (4, 1, [12, 14])]))
    found, other = mined(taken, minimumSupport=0.05), mined(taken, minimumSupport=0.05, algorithm=algorithm)
    assert found.tables == other.tables
    assert found.summary | {"algorithm": algorithm} == other.summary


def test_caps_are_told() -> None:
    taken = snapshot(lines([(1, 0, list(range(1, 11)))] * 2 + [(2, 0, [1, 2, 3])]))
    heard = Heard()
    found = mined(taken, heard, limits=Limits(most_itemsets=100, most_rules=10), minimumSupport=0.5, maxLength=3)
    assert (found.summary["truncated"], found.summary["minimumCount"], found.summary["itemsetCount"]) == (True, 3, 7)
    assert (found.summary["ruleCount"], found.tables["rules_rules"].num_rows) == (12, 10)
    assert heard.warnings == [
        "More than 100 itemsets (the setting most_itemsets) are in 2 baskets or more: those in 3 or more were kept.",
        "12 rules met what was asked for: the 10 of the highest lift were kept (the setting most_rules)."]


def test_one_item_in_every_basket_surprises_nobody() -> None:
    found = mined(snapshot(lines([(1, 0, [1, 2]), (2, 0, [1]), (3, 0, [1, 2]), (4, 0, [1])])))
    rule = rules(found)[(2,), (1,)]
    assert (rule["confidence"], rule["lift"], rule["leverage"], rule["conviction"], rule["gain"], rule["p_value"]) == (1, 1, 0, None, 0, 1)


def test_a_basket_of_ten_thousand_items_ends_with_an_answer() -> None:
    rows = [line(1, 1, 0, product) for product in range(1, 10_001)] + [
        line(transaction, 2, 0, product) for transaction in (2, 3) for product in (1, 2)]
    found = mined(snapshot(rows), minimumSupport=0.3)
    assert itemsets(found) == {(1,): 3, (2,): 3, (1, 2): 3}
    assert found.summary["truncated"]
    with pytest.raises(InvalidParameters, match=r"More than 100,000 itemsets .* are in 1 of 1 baskets or more") as refused:
        mined(snapshot(rows[:10_000]))
    assert refused.value.path == ("maxLength",)


@pytest.mark.parametrize(("rows", "given", "said"), [
    ([line(1, 1, 0, 11), line(2, 1, 1, 11, -1)], {}, "Nothing was bought in what this run is about, or all of it came back"),
    (lines([(0, 0, [11])]), {"unit": "CUSTOMER_WINDOW"}, "Nothing was bought"),
    (lines(SALES), {"byCategory": True}, "None of the 4 products that were bought belongs to a category."),
    (lines(SALES), {"minimumSupport": 0.9},
     "Nothing is in 6 of the 6 baskets or more, as minimumSupport asks for: of the 4 items the most frequent one is in 3."),
])
def test_too_little_to_say_anything(rows: Any, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InsufficientData, match=said):
        mined(snapshot(rows), **given)


@pytest.mark.parametrize(("given", "path"), [
    ({"minimumSupport": 0.0}, "minimumSupport"), ({"minimumSupport": -0.1}, "minimumSupport"), ({"minimumSupport": 1.01}, "minimumSupport"),
    ({"minimumSupport": float("nan")}, "minimumSupport"), ({"minimumConfidence": 1.5}, "minimumConfidence"),
    ({"minimumConfidence": -1.0}, "minimumConfidence"), ({"minimumLift": -0.5}, "minimumLift"),
    ({"minimumLift": float("inf")}, "minimumLift"), ({"maxLength": 0}, "maxLength"), ({"maxLength": 9}, "maxLength"),
    ({"maxPValue": 0.0}, "maxPValue"), ({"maxPValue": 2.0}, "maxPValue"), ({"windowDays": 7}, "windowDays"),
    ({"unit": "CUSTOMER_WINDOW", "windowDays": 0}, "windowDays"), ({"unit": "CUSTOMER_WINDOW", "windowDays": 4000}, "windowDays"),
])
def test_parameters_out_of_bounds(given: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidParameters) as refused:
        start(**given)
    assert refused.value.path == (path,)


def test_the_estimate_grows_with_the_lines_and_with_slow_algorithms() -> None:
    analysis = rule_mining(Limits())
    small, large = (analysis.estimate({"transactionLines": lines, "products": 10}, start()) for lines in (1_000, 10_000_000))
    assert (small.rows, large.rows) == (1_000, 10_000_000)
    assert small.memory < large.memory
    slow = analysis.estimate({"transactionLines": 10_000_000, "products": 10}, start(algorithm="FP_GROWTH"))
    assert slow.memory > 3 * large.memory
    assert slow.seconds > 2 * large.seconds
