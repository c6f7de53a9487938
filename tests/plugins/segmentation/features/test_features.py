"""Features of customers by hand: of few customers whose every purchase and look one can count."""

import datetime
from typing import Any

import numpy as np
import pytest

from guanxi import FeatureKind, InsufficientData, InvalidParameters
from plugins.segmentation.features.catalogue import FEATURES
from schema.permissions import PERMISSIONS
from tests.plugins.segmentation.snapshots import NOW, bought, days_ago, snapshot

SALES = [
    bought(1, 10, 100.0), bought(1, 40, 50.0), bought(1, 5, -30.0, "RETURN"), bought(2, 400, 20.0),
    bought(3, 3, 7.0), bought(3, 2, 9.0, currency="EUR"), bought(0, 1, 1000.0),
]
PRODUCTS = [{"id": 1, "sku": "a", "name": "A", "category": "tea"}, {"id": 2, "sku": "b", "name": "B", "category": "silk"},
            {"id": 3, "sku": "c", "name": "C", "category": ""}]


def values(taken: Any, name: str, **window: datetime.datetime) -> list[Any]:
    found, = taken.features(name, **window)
    return [None if isinstance(value, float) and np.isnan(value) else value for value in found.values.tolist()]


def test_what_they_bought() -> None:
    shop = snapshot(4, transactions=SALES)
    assert values(shop, "behaviour.purchaseCount") == [2, 1, 2, 0]
    assert values(shop, "behaviour.returnCount") == [1, 0, 0, 0]
    assert values(shop, "behaviour.purchaseTotal") == [120, 20, None, 0]
    assert values(shop, "behaviour.meanPurchase") == [75, 20, None, None]
    assert values(shop, "behaviour.daysSincePurchase") == [10, 400, 2, None]
    assert values(shop, "behaviour.daysSinceFirstPurchase") == [40, 400, 3, None]


def test_a_window_leaves_out_what_came_before_and_after() -> None:
    shop = snapshot(4, transactions=SALES)
    window = {"since": days_ago(60), "until": days_ago(10)}
    assert values(shop, "behaviour.purchaseCount", **window) == [1, 0, 0, 0]
    assert values(shop, "behaviour.daysSincePurchase", **window) == [30, None, None, None]
    said = "Nothing was bought from 2023-12-04 until 2024-03-03: of 1 transactions that the 4 customers had by then, 0"
    with pytest.raises(InsufficientData, match=said):
        values(shop, "behaviour.purchaseCount", since=days_ago(180), until=days_ago(90))


def test_of_which_categories() -> None:
    lines = [{"transaction_id": 1, "product_id": product, "customer_id": customer, "kind": "PURCHASE", "occurred_at": days_ago(3),
              "currency": "GBP", "quantity": 1.0, "amount": amount}
             for customer, product, amount in ((1, 1, 30.0), (1, 2, 10.0), (2, 3, 5.0), (2, 1, -5.0))]
    shop = snapshot(3, transactionLines=lines, products=PRODUCTS)
    tea, silk = shop.features("behaviour.purchaseShares")
    assert (tea.name, tea.title, tea.title_zh) == ("behaviour.purchaseShares:tea", "Share of spending on: tea", "消费占比：tea")
    assert (tea.values[:2].tolist(), silk.values[:2].tolist()) == ([0.75, 0.0], [0.25, 0.0])
    assert np.isnan(tea.values[2])
    with pytest.raises(InsufficientData, match="There are no categories"):
        snapshot(3, transactionLines=lines, products=PRODUCTS[2:]).features("behaviour.purchaseShares")


def test_what_they_looked_at_and_said() -> None:
    looks = [{"customer_id": customer, "product_id": product, "started_at": days_ago(1), "seconds": seconds}
             for customer, product, seconds in ((1, 1, 60), (1, 1, 30), (1, 2, 10), (2, 0, 5))]
    said = [{"customer_id": 2, "product_id": 1, "score": score, "created_at": days_ago(9)} for score in (2, 5)]
    shop = snapshot(3, browseEvents=looks, reviews=said, products=PRODUCTS)
    assert values(shop, "behaviour.browseCount") == [3, 1, 0]
    assert values(shop, "behaviour.browseSeconds") == [100, 5, 0]
    assert values(shop, "behaviour.reviewCount") == [0, 2, 0]
    assert values(shop, "behaviour.meanReviewScore") == [None, 3.5, None]
    tea, silk = shop.features("behaviour.browseShares")
    assert tea.values[0] == pytest.approx(2 / 3)
    assert silk.values[:2].tolist() == [pytest.approx(1 / 3), 0]


def test_what_is_known_of_them() -> None:
    people = {1: {"birth_year": 1980, "income": 5000.0, "income_currency": "CNY", "education_level": "MA", "tag_count": 2},
              2: {"employee_count": 0, "industry": "tea", "service_level": "gold"}, 3: {"income": 9.0, "income_currency": "CNY"},
              4: {"income": 100.0, "income_currency": "USD"}}
    shop = snapshot(4, people=people)
    assert values(shop, "customer.age") == [44, None, None, None]
    assert values(shop, "customer.income") == [5000, None, 9, None]
    assert values(shop, "customer.employeeCount") == [None, 0, None, None]
    assert values(shop, "customer.tagCount") == [2, 0, 0, 0]
    assert values(shop, "customer.educationLevel") == ["MA", None, None, None]
    assert values(shop, "customer.industry") == [None, "tea", None, None]
    assert values(shop, "customer.serviceLevel") == [None, "gold", None, None]
    assert values(shop, "customer.kind") == ["PERSON", "ORGANIZATION"] * 2
    assert values(shop, "customer.daysKnown") == [1, 2, 3, 4]
    assert values(shop, "customer.daysKnown", until=days_ago(2.5)) == [None, None, 0.5, 1.5]


def test_the_catalogue_is_whole() -> None:
    assert len({one.title for one in FEATURES}) == len({one.title_zh for one in FEATURES}) == len(FEATURES)
    for one in FEATURES:
        assert one.description.endswith(".")
        assert set(one.requires) <= set(PERMISSIONS)
        assert one.title_zh != one.title
    assert {one.name for one in FEATURES if "pii.read" in one.requires} == {"customer.age", "customer.income"}
    assert sum(one.kind is FeatureKind.FAMILY for one in FEATURES) == 2


def test_a_feature_that_is_gone_is_missed() -> None:
    with pytest.raises(InvalidParameters, match="is not here any more"):
        snapshot(2).features("graph.pageRank")
    with pytest.raises(InvalidParameters, match="No run of segmentation is published any more"):
        snapshot(2).features("segmentation.cluster")


def test_nothing_of_later_counts() -> None:
    shop = snapshot(2, transactions=[bought(1, -1, 5.0), bought(2, 1, 5.0)])
    assert shop.as_of == NOW
    assert values(shop, "behaviour.purchaseCount") == [0, 1]
