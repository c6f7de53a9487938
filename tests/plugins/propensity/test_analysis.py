"""Runs without a database: what models find in a shop, what is warned of, and probabilities of whoever comes later."""

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from guanxi import InsufficientData, InvalidParameters
from plugins.propensity.analysis import PROPENSITY
from plugins.propensity.scoring import foretell
from tests.plugins.propensity.snapshots import DAYS, Heard, day, foretold, lively, metric, probabilities, sale, snapshot, start


@pytest.fixture(scope="module")
def sales() -> list[dict[str, Any]]:
    return lively(300)


@pytest.mark.parametrize(("model", "least"), [("LOGISTIC_REGRESSION", 0.72), ("SVM", 0.70), ("RANDOM_FOREST", 0.70)])
def test_every_model_finds_who_buys(sales: list[dict[str, Any]], model: str, least: float) -> None:
    """Customers buy at paces of their own: the pace so far tells how likely the next window has a purchase."""
    result = foretold(snapshot(300, sales), model=model)
    assert metric(result, "AUC") > least
    assert metric(result, "cross-validated AUC") > least
    assert metric(result, "log loss") < next(one.baseline for one in result.metrics if one.name == "log loss" and one.baseline)
    found = probabilities(result)
    assert all(0 < p < 1 for p in found.values())
    assert result.summary["expectedBuyers"] == pytest.approx(sum(found.values()))
    assert (result.summary["coefficients"] is None) == (model != "LOGISTIC_REGRESSION")
    assert result.summary["importances"][0]["feature"] == "behaviour.purchaseCount"


def test_the_model_knows_the_pace_of_the_shop(sales: list[dict[str, Any]]) -> None:
    """Fifteen more days were simulated: as many bought as were expected."""
    moment = day(DAYS - 15)
    result = foretold(snapshot(300, sales), asOf=moment.isoformat())
    found = probabilities(result)
    bought = {one["customer_id"] for one in sales if one["occurred_at"] >= moment} & set(found)
    deviation = np.sqrt(sum(p * (1 - p) for p in found.values()))
    assert len(bought) == pytest.approx(result.summary["expectedBuyers"], abs=3 * deviation)


def test_what_customers_did_with_a_product_tells_whether_they_buy_it(sales: list[dict[str, Any]]) -> None:
    looks = [{"customer_id": one["customer_id"], "product_id": one["product"], "started_at": one["occurred_at"], "seconds": 3}
             for one in sales[::2]]
    taken = snapshot(300, sales, looks=looks)
    told, untold = (foretold(taken, target={"productId": "p_1"}, history=known) for known in (True, False))
    assert metric(told, "cross-validated AUC") > metric(untold, "cross-validated AUC") + 0.02
    assert {one["feature"] for one in told.summary["importances"]} >= {"target.purchaseCount", "target.browseCount"}
    assert told.summary["importances"][0]["feature"] == "target.purchaseCount"


def test_categories_and_products_of_one_are_the_same(sales: list[dict[str, Any]]) -> None:
    taken = snapshot(300, sales)
    assert probabilities(foretold(taken, target={"productId": "p_1"})) == probabilities(foretold(taken, target={"category": "茶"}))


def test_reviewers_buy(sales: list[dict[str, Any]]) -> None:
    reviews = [{"customer_id": one["customer_id"], "product_id": 1, "score": 4, "created_at": one["occurred_at"]} for one in sales[::3]]
    result = foretold(snapshot(300, sales, reviews=reviews), among="REVIEWERS", features=["behaviour.reviewCount"])
    assert set(probabilities(result)) == {one["customer_id"] for one in reviews}
    assert metric(result, "AUC") > 0.6


def test_the_same_seed_gives_the_same_run(sales: list[dict[str, Any]]) -> None:
    taken = snapshot(300, sales)
    one, same, other = (foretold(taken, model="RANDOM_FOREST", folds=2, seed=seed) for seed in (1, 1, 2))
    assert (one.summary, one.tables) == (same.summary, same.tables)
    assert probabilities(one) != probabilities(other)


def test_balanced_classes_leave_probabilities_as_they_are_and_have_no_errors(sales: list[dict[str, Any]]) -> None:
    taken = snapshot(300, sales)
    plain, even = (foretold(taken, target={"productId": "p_2"}, classWeights=weights) for weights in ("NONE", "BALANCED"))
    assert even.summary["expectedBuyers"] == pytest.approx(plain.summary["expectedBuyers"], rel=0.1)
    assert all(one["pValue"] is None for one in even.summary["coefficients"])
    assert all(one["pValue"] is not None for one in plain.summary["coefficients"])


def test_a_threshold_decides_the_table(sales: list[dict[str, Any]]) -> None:
    taken = snapshot(300, sales)
    low, high = (foretold(taken, threshold=threshold).summary for threshold in (0.05, 0.9))
    assert (low["threshold"], high["threshold"]) == (0.05, 0.9)
    said = [sum(row[1] for row in one["confusion"]) for one in (low, high)]
    assert said[0] > said[1]


def test_a_lookback_forgets(sales: list[dict[str, Any]]) -> None:
    """A customer who bought often, long ago: with a short look back that does not count."""
    more = [*sales, *[sale(301, at) for at in range(1, 60)]]
    short, whole = (foretold(snapshot(301, more), lookbackDays=days, features=["behaviour.purchaseCount"]) for days in (30, None))
    assert probabilities(short)[301] < probabilities(whole)[301]


def test_poor_data_is_warned_of() -> None:
    heard = Heard()
    names = ["behaviour.purchaseCount", "behaviour.purchaseTotal", "behaviour.meanPurchase", "behaviour.daysSincePurchase",
             "behaviour.daysSinceFirstPurchase", "behaviour.purchaseShares", "behaviour.returnCount"]
    foretold(snapshot(40, lively(40)), heard, windows=2, features=names)
    said = " ".join(heard.warnings)
    assert "the same for all customers: behaviour.returnCount." in said
    assert "follow from the other features: behaviour.purchaseShares:" in said
    assert "they are mostly chance" in said


def test_a_season_is_warned_of(sales: list[dict[str, Any]]) -> None:
    heard = Heard()
    quiet = [one for one in sales if one["occurred_at"] < day(DAYS - 15) or one["customer_id"] % 4 == 0]
    foretold(snapshot(300, quiet), heard)
    assert any("In the latest window 1" in one and "Think of seasons" in one for one in heard.warnings)


def asked(taken: Any, result: Any, *customers: int, **given: Any) -> list[float | None]:
    desk: Any = SimpleNamespace(snapshot=taken, language="en")
    model = json.loads(result.tables["propensity_models"]["content"][0].as_py())
    parameters = {"seed": 1, "windowDays": 15} | given
    return foretell(desk, {"parameters": parameters, "model": model, "customers": list(customers)})


@pytest.mark.parametrize("model", ["LOGISTIC_REGRESSION", "SVM", "RANDOM_FOREST"])
def test_a_model_that_is_kept_says_of_its_customers_what_the_run_said(sales: list[dict[str, Any]], model: str) -> None:
    given = {"model": model, "asOf": None, "folds": 2, "features": ["behaviour.purchaseShares", "behaviour.daysSincePurchase"]}
    taken = snapshot(300, sales)
    result = foretold(taken, **given)
    found = probabilities(result)
    several = [customer for customer in range(1, 300, 50) if customer in found]
    assert asked(taken, result, *several, 999, **given) == [*(pytest.approx(found[customer], abs=1e-12) for customer in several), None]


def test_customers_who_came_later_have_probabilities(sales: list[dict[str, Any]]) -> None:
    result = foretold(snapshot(300, sales), target={"productId": "p_1"})
    later = snapshot(302, [*sales, *[sale(301, DAYS - at) for at in (20, 12, 7, 1)]])
    often, never = asked(later, result, 301, 302, target={"productId": "p_1"})
    assert never is None  # bought nothing: the run is not about them
    assert often is not None
    assert often > 1.2 * np.mean(list(probabilities(result).values()))


def test_a_category_that_is_gone_is_missing(sales: list[dict[str, Any]]) -> None:
    given = {"features": ["behaviour.purchaseShares"]}
    result = foretold(snapshot(300, sales), **given)
    only_coffee = snapshot(300, [one for one in sales if one["product"] == 2])
    buyers = [one["customer_id"] for one in sales if one["product"] == 2][:3]
    assert all(p is not None and 0 < p < 1 for p in asked(only_coffee, result, *buyers, **given))
    with pytest.raises(InvalidParameters, match="Nobody has a probability now"):
        asked(snapshot(300, []), result, 1, **given)


def test_features_that_fail_are_named() -> None:
    with pytest.raises(InsufficientData, match=r"behaviour\.browseShares: There are no categories"):
        foretold(snapshot(100, lively(100)), features=["behaviour.browseShares"])
    with pytest.raises(InvalidParameters, match="All features are the same for all customers"):
        foretold(snapshot(100, lively(100)), features=["behaviour.browseCount"])


def test_estimates_grow_with_what_takes_time() -> None:
    counts = {"customers": 10_000, "transactions": 100_000}
    plain, forest = (PROPENSITY.estimate(counts, start(model=model)) for model in ("LOGISTIC_REGRESSION", "RANDOM_FOREST"))
    assert plain.rows == 110_000
    assert forest.seconds > plain.seconds
    assert PROPENSITY.estimate(counts, start(windows=12)).memory > plain.memory


def test_a_run_answers_for_what_it_is_about() -> None:
    assert [PROPENSITY.slots(start(target=target)) for target in ({}, {"productId": "p_17"}, {"category": "茶"})] == [
        ["purchaseProbability"], ["purchaseProbability:p_17"], ["purchaseProbability:category:茶"]]
    with pytest.raises(InvalidParameters, match="from 1 to 170 characters"):
        start(target={"category": "x" * 171})
