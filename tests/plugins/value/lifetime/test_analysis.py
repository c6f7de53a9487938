"""What a run of lifetime values finds in a snapshot: models, scores, what adds up, what is told, and what is refused."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from plugins.value.lifetime.analysis import LIFETIME
from schema.analyses.contract import InsufficientData, InvalidParameters, Result
from schema.analyses.parameters import read_input
from tests.plugins.graph.snapshots import Heard
from tests.plugins.value.lifetime.test_holdout import story
from tests.plugins.value.snapshots import Sale, regulars, sale, snapshot, valued

FITTED = {"r": 0.5, "alpha": 5.0, "a": 0.8, "b": 2.5, "p": 5.0, "q": 4.0, "v": 60.0}
SHOP = snapshot(420, story(7, 400, 60))


@pytest.fixture(scope="module")
def result() -> Result:
    return valued(SHOP)


def by_customer(result: Result, metric: str) -> dict[int, float]:
    return {row["customer_id"]: row["value"] for row in result.tables["value_scores"].to_pylist() if row["metric"] == metric}


def test_figures_add_up(result: Result) -> None:
    figures = result.summary
    assert (figures["customerCount"], figures["scoredCount"], figures["unscoredCount"], figures["neverBoughtCount"]) == (420, 400, 20, 20)
    assert figures["scoredCount"] == result.tables["value_lifetimes"].num_rows == result.tables["value_scores"].num_rows / 2
    assert Decimal(figures["total"]["amount"]) == Decimal(sum(result.tables["value_lifetimes"]["value"].to_pylist())) / 10_000
    assert figures["expectedPurchases"] == pytest.approx(sum(by_customer(result, "expectedPurchases").values()))
    assert 1 - figures["meanAlive"] == pytest.approx(sum(by_customer(result, "churnRisk").values()) / 400)
    assert figures["cameBackCount"] == figures["payingCount"] < 400


def test_scores(result: Result) -> None:
    assert all(0 <= risk <= 1 for risk in by_customer(result, "churnRisk").values())
    assert all(count >= 0 for count in by_customer(result, "expectedPurchases").values())
    rows = sorted(result.tables["value_lifetimes"].to_pylist(), key=lambda row: row["rank"])
    assert [row["value"] for row in rows] == sorted((row["value"] for row in rows), reverse=True)
    assert (rows[0]["rank"], rows[0]["percentile"], rows[0]["currency"]) == (1, 100.0, "CNY")


def test_the_models_parameters(result: Result) -> None:
    found = {one["name"]: one for one in result.summary["modelParameters"]}
    assert list(found) == list(FITTED)
    assert all(one["low"] < one["value"] < one["high"] and one["error"] > 0 for one in found.values())
    assert result.summary["logLikelihood"] < 0


def test_the_comparison(result: Result) -> None:
    test = result.summary["holdout"]
    assert test["days"] == 104
    assert test["customerCount"] == sum(one["count"] for one in test["byRepeats"])
    first = result.metrics[0]
    assert (first.name, first.value, first.baseline) == (
        "purchases mean absolute error", test["model"]["meanError"], test["rival"]["meanError"])
    assert len(result.metrics) == 3
    assert sum(one["count"] * one["actual"] for one in test["byRepeats"]) == pytest.approx(test["actual"]["purchases"])


def test_the_same_again(result: Result) -> None:
    again = valued(SHOP)
    assert (result.tables, result.summary) == (again.tables, again.summary)


def test_a_fitted_model_gives_the_same_without_a_fit(result: Result) -> None:
    """Also to other customers, whose purchases it never saw."""
    parameters = {one["name"]: one["value"] for one in result.summary["modelParameters"]}
    again = valued(SHOP, fitted=parameters, holdoutDays=0)
    assert again.tables["value_lifetimes"] == result.tables["value_lifetimes"]
    assert again.summary["logLikelihood"] is None
    assert {one["error"] for one in again.summary["modelParameters"]} == {None}
    few = valued(snapshot(2, [sale(1, 0), sale(1, 20), sale(2, 3)]), fitted=parameters)
    assert few.summary["scoredCount"] == 2


def test_margin_and_discount_and_horizon(result: Result) -> None:
    total = Decimal(result.summary["total"]["amount"])
    half = valued(SHOP, margin=0.5, holdoutDays=0).summary["total"]["amount"]
    assert float(half) == pytest.approx(float(total) / 2, rel=1e-6)
    assert Decimal(valued(SHOP, discountRate=0, holdoutDays=0).summary["total"]["amount"]) > total
    assert Decimal(valued(SHOP, discountRate=0.5, holdoutDays=0).summary["total"]["amount"]) < total
    assert Decimal(valued(SHOP, horizonDays=30, holdoutDays=0).summary["total"]["amount"]) < total / 5


def test_who_bought_once() -> None:
    """By BG/NBD they are still there; by MBG/NBD the less likely so, the longer ago it was."""
    days: dict[int, set[datetime.date]] = {}
    for row in SHOP.table("transactions").to_pylist():
        days.setdefault(row["customer_id"], set()).add(row["occurred_at"].date())
    once = {customer for customer, bought in days.items() if len(bought) == 1}
    heard = Heard()
    risks = by_customer(valued(SHOP, heard, holdoutDays=0), "churnRisk")
    assert {risks[customer] for customer in once} == {0}
    assert any(f"{len(once)} of 400 customers bought on one day only" in warning for warning in heard.warnings)
    heard = Heard()
    risks = by_customer(valued(SHOP, heard, holdoutDays=0, purchaseModel="MBG_NBD"), "churnRisk")
    assert all(0 < risks[customer] < 1 for customer in once)
    assert not any("one day only" in warning for warning in heard.warnings)


def test_progress() -> None:
    heard = Heard()
    valued(SHOP, heard)
    assert [stage for stage, _, _ in heard.stages] == ["reading purchases", "fitting", "comparing", "looking ahead"]


@pytest.mark.parametrize(("sold", "given", "text"), [
    ([sale(i, i % 20, 10 + i % 7) for i in range(1, 41)] + [sale(i, 20 + i % 5, 20) for i in range(1, 13)], {"holdoutDays": 21},
     "were not compared with what happened in the last 21 days. Before these: Of"),
    (regulars(), {"horizonDays": 3650}, "The horizon of 3,650 days is long beside the"),
    ([*regulars(), sale(4, 80, -1000, "RETURN")], {}, "customers came back and paid nothing on balance"),
    ([sale(i, 3 * day + i % 3, 10.0 * (i % 6 + 1)) for i in range(1, 41) for day in range(2 + i % 6)], {}, "are correlated"),
    ([sale(i, 7 * day, 10) for i in range(1, 41) for day in range(10 - i % 3)], {}, "does not determine all parameters"),
    ([sale(i, 5 * day + i % 3, 10 + (i * day) % 7) for i in range(1, 41) for day in range(12)], {}, "leave after a purchase"),
], ids=["no comparison", "far ahead", "nothing paid", "correlated", "all the same", "nobody leaves"])
def test_warnings(sold: list[Sale], given: dict[str, Any], text: str) -> None:
    heard = Heard()
    valued(snapshot(40, sold), heard, **given)
    assert any(text in warning for warning in heard.warnings), heard.warnings


@pytest.mark.parametrize(("customers", "sold", "given", "text"), [
    (9, [], {}, "nobody bought anything"),
    (1, [sale(1, 0), sale(1, 5)], {}, "Of 1 customers who bought, 1 did so on two days or more, and 1 of them paid something"),
    (40, [sale(i, i % 20) for i in range(1, 41)], {}, "Of 40 customers who bought, 0 did so on two days or more"),
    (40, [sale(i, day, 0 if i % 2 else -5) for i in range(1, 41) for day in range(3)], {},
     "40 did so on two days or more, and 0 of them paid"),
    (40, regulars(), {"purchases": {"asOf": "2023-12-01T00:00:00Z"}}, "Until 2023-12-01 00:00 there is no purchase in CNY: the first was"),
    (40, [*regulars(), sale(1, 2, 1e15)], {}, "more than money can be counted in"),
    (40, regulars(), {"fitted": FITTED | {"v": 1e15}, "holdoutDays": 0}, "An amount comes to more than 900,000,000,000,000"),
], ids=["no purchases", "one customer", "all once", "zero and negative totals", "before all data", "absurd", "absurd values"])
def test_too_little_data(customers: int, sold: list[Sale], given: dict[str, Any], text: str) -> None:
    with pytest.raises(InsufficientData, match=text):
        valued(snapshot(customers, sold), **given)


def test_amounts_without_a_mean() -> None:
    sold = [sale(i, 5 * day + i % 7, 10.0 ** (i % 10)) for i in range(1, 61) for day in range(2 + i % 3)]
    with pytest.raises(InsufficientData, match="has no mean: the gamma-gamma model gives q = 0"):
        valued(snapshot(60, sold))


@pytest.mark.parametrize(("given", "path", "text"), [
    ({"horizonDays": 0}, ("horizonDays",), "from 1 to 3,650 days, and is 0"),
    ({"horizonDays": 10_000}, ("horizonDays",), "from 1 to 3,650 days, and is 10,000"),
    ({"holdoutDays": -1}, ("holdoutDays",), "from 0"), ({"holdoutDays": 10_000}, ("holdoutDays",), "and is 10,000"),
    ({"discountRate": -0.1}, ("discountRate",), "from 0 to 1"), ({"discountRate": float("nan")}, ("discountRate",), "from 0 to 1"),
    ({"margin": 0}, ("margin",), "more than 0"), ({"margin": 2}, ("margin",), "at most 1"),
    ({"fitted": FITTED | {"r": 0}}, ("fitted", "r"), "more than 0"), ({"fitted": FITTED | {"b": float("inf")}}, ("fitted", "b"), "at most"),
    ({"fitted": FITTED | {"q": 1}}, ("fitted", "q"), "q must be more than 1"),
    ({"purchases": {"currency": "yuan"}}, ("purchases", "currency"), "ISO 4217"),
])
def test_parameters_out_of_bounds(given: dict[str, Any], path: tuple[str, ...], text: str) -> None:
    with pytest.raises(InvalidParameters, match=text) as caught:
        read_input(LIFETIME.start, given)
    assert caught.value.path == path


def test_a_run_answers_for_three_slots_whatever_its_model() -> None:
    for model in ("BG_NBD", "MBG_NBD"):
        assert LIFETIME.slots(read_input(LIFETIME.start, {"purchaseModel": model})) == ["lifetimeValue", "churnRisk", "expectedPurchases"]


def test_an_estimate_grows_with_what_there_is_to_do() -> None:
    little, much = (LIFETIME.estimate({"customers": n, "transactions": 10 * n}, read_input(LIFETIME.start, {})) for n in (1000, 100_000))
    assert (little.rows, much.rows) == (11_000, 1_100_000)
    assert little.memory < much.memory < 3e9
    assert little.seconds < much.seconds < 300
