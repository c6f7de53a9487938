"""Runs without a database: dates and categories of customers whose habits are known."""

import json
from typing import Any

import numpy as np
import pytest

from guanxi import InsufficientData, InvalidParameters
from plugins.forecast.next_purchase.analysis import NEXT_PURCHASE
from plugins.forecast.next_purchase.choosing import Choices, fit
from plugins.forecast.next_purchase.start import NextPurchaseCategoryModel
from tests.plugins.forecast.next_purchase.shops import metric, regular, start, told
from tests.plugins.propensity.snapshots import DAYS, NOW, sale, snapshot
from tests.plugins.segmentation.snapshots import Heard


def rows(result: Any) -> dict[int, dict[str, Any]]:
    return {row["customer_id"]: row for row in result.tables["forecast_next_purchases"].to_pylist()}


@pytest.mark.parametrize("model", ["TIME_TO_EVENT", "SVR"])
def test_who_has_a_pace_is_told_by_it(model: str) -> None:
    sales = regular()
    result = told(snapshot(61, sales), dateModel=model)
    error, _ = metric(result, "date: mean absolute error in days")
    concordance, _ = metric(result, "date: concordance")
    assert error < 4  # of paces from 5 to 29 days
    assert concordance > 0.75
    found = rows(result)
    assert set(found) == set(range(1, 61))
    last = {customer: max(one["occurred_at"] for one in sales if one["customer_id"] == customer) for customer in found}
    gaps = [((found[customer]["expected_at"] - last[customer]).total_seconds() / 86_400, 5 + customer % 25) for customer in found
            if found[customer]["expected_at"]]
    assert np.median([abs(gap - pace) / pace for gap, pace in gaps]) < 0.3
    assert all(row["lower80"] <= row["expected_at"] <= row["upper80"] for row in found.values() if row["upper80"])
    assert all(row["expected_at"] >= NOW for row in found.values() if row["expected_at"])


@pytest.mark.parametrize("model", ["RANDOM_FOREST", "SVM"])
def test_who_takes_turns_is_told_by_what_they_took_last(model: str) -> None:
    """The plain guess, what was bought most so far, cannot know it."""
    sales = regular()
    result = told(snapshot(60, sales), categoryModel=model)
    accuracy, plain = metric(result, "category: accuracy")
    assert accuracy > 0.95 > plain + 0.1
    found = rows(result)
    for customer in (1, 2, 3, 4):
        mine = [one["product"] for one in sales if one["customer_id"] == customer]
        first, *rest = json.loads(found[customer]["categories"])
        assert first["category"] == ("茶" if customer % 2 == 0 or mine[-1] == 2 else "coffee")
        assert 0.5 < first["probability"] < 1
        assert first["probability"] + sum(one["probability"] for one in rest) == pytest.approx(1)


def test_what_comes_after_the_moment_changes_nothing() -> None:
    import datetime

    sales, moment = regular(), NOW - datetime.timedelta(days=20)
    ended = told(snapshot(60, [one for one in sales if one["occurred_at"] < moment]), asOf=moment.isoformat())
    went_on = told(snapshot(60, sales), asOf=moment.isoformat())
    assert went_on.tables == ended.tables
    assert (went_on.summary, went_on.metrics) == (ended.summary, ended.metrics)


def test_the_hidden_days_change_nothing_of_what_is_told_of_them() -> None:
    """Customers are asked about by a model of what was before: whatever they did then, it tells the same."""
    from plugins.forecast.next_purchase.testing import date_test
    from tests.plugins.forecast.next_purchase.shops import past_of

    sales = regular()
    since = DAYS - 40
    dropped = [one for at, one in enumerate(sales) if (NOW - one["occurred_at"]).days >= 40 or at % 2]
    one, other = (date_test(past_of(60, given), start(testDays=40), 1) for given in (sales, dropped))
    assert one.told.middle.tolist() == other.told.middle.tolist()
    assert one.days.tolist() != other.days.tolist()
    assert since > 0


def test_without_categories_dates_are_told_alone() -> None:
    import pyarrow as pa

    taken, heard = snapshot(60, regular()), Heard()
    taken._tables["products"] = taken._tables["products"].set_column(3, "category", pa.array(["", ""]))  # type: ignore[index]
    result = told(taken, heard)
    assert [one.name for one in result.metrics if one.name.startswith("category")] == []
    assert {row["categories"] for row in rows(result).values()} == {"[]"}
    assert "No categories are told: no product that was bought has one." in heard.warnings


def test_too_little_is_said_with_what_there_is() -> None:
    with pytest.raises(InsufficientData, match="3 days of purchases of 1 customers, and 0 times somebody bought again to learn from"):
        told(snapshot(1, [sale(1, 1), sale(1, 2), sale(1, 3), sale(1, 179)]), testDays=10)
    with pytest.raises(InsufficientData, match=r"Before 2024-06-21, .* the first purchase was on 2024-06-26\. Fewer testDays may help"):
        told(snapshot(1, [sale(1, 175)]), testDays=10)
    with pytest.raises(InvalidParameters, match="testDays must be from 1 to 3,650, and is 0"):
        start(testDays=0)


def test_one_category_is_certain() -> None:
    some = Choices(np.random.default_rng(1).normal(size=(30, 3)), np.zeros(30, np.int64), np.ones((30, 2)), np.arange(30))
    assert fit(NextPurchaseCategoryModel.SVM, some, 2, 1)(np.zeros((2, 3))).tolist() == [[1, 0], [1, 0]]


def test_estimates_grow() -> None:
    few, many = ({"customers": n, "transactions": 10 * n, "transactionLines": 20 * n, "products": 10} for n in (100, 100_000))
    assert NEXT_PURCHASE.estimate(few, start()).seconds < NEXT_PURCHASE.estimate(many, start()).seconds
    assert NEXT_PURCHASE.estimate(few, start()).memory < NEXT_PURCHASE.estimate(many, start()).memory
