"""Reasons, in both languages."""

import pytest

from plugins.recommend.start import RecommendationMethod
from plugins.recommend.types import JudgedMethod
from plugins.recommend.words import CUSTOMER_REASONS, METHODS, PRODUCT_REASONS, customer_reason, product_reason


@pytest.mark.parametrize(("method", "support", "group", "en", "zh"), [
    ("ITEM_NEIGHBOURS", 1, None, "Goes with a product that was bought: “红茶”.", "与已购买的“红茶”相关。"),
    ("ITEM_NEIGHBOURS", 3, None, "Goes with 3 products that were bought, most of all “红茶”.", "与已购买的 3 种商品相关，尤其是“红茶”。"),
    ("RULES", 1, None, "Often in one order with a product that was bought: “红茶”.", "常与已购买的“红茶”在同一订单中购买。"),
    ("RULES", 2, None, "Often in one order with 2 products that were bought, most of all “红茶”.",
     "常与已购买的 2 种商品在同一订单中购买，尤其是“红茶”。"),
    ("USER_NEIGHBOURS", 1, None, "Bought by a customer who buys alike.", "购买习惯相近的客户中有 1 位购买过。"),
    ("USER_NEIGHBOURS", 12, None, "Bought by 12 of the customers who buy most alike.", "购买习惯最相近的客户中有 12 位购买过。"),
    ("RELATIONS", 2, None, "Bought by 2 customers with whom there is a relationship.", "有往来关系的客户中有 2 位购买过。"),
    ("POPULARITY", 1_200, None, "Popular: bought by 1,200 customers.", "热销商品：有 1,200 位客户购买过。"),
    ("POPULARITY", 20, ("city", "上海"), "Popular: bought by 20 customers of the same city, 上海.",
     "热销商品：同一城市（上海）有 20 位客户购买过。"),
])
def test_why_a_product(method: str, support: int, group: tuple[str, str] | None, en: str, zh: str) -> None:
    assert product_reason(method, support, "红茶", group, "en") == en
    assert product_reason(method, support, "红茶", group, "zh") == zh


def test_why_a_customer() -> None:
    assert customer_reason("USER_NEIGHBOURS", 12, "en") == "Both bought 12 of the same products."
    assert customer_reason("USER_NEIGHBOURS", 12, "zh") == "双方购买过 12 种相同的商品。"
    assert customer_reason("RELATIONS", 1, "en") == "Both have a relationship with one and the same customer."
    assert customer_reason("RELATIONS", 1, "zh") == "双方与同 1 位客户有往来关系。"


def test_every_method_has_words() -> None:
    methods = {method.name for method in RecommendationMethod}
    assert set(PRODUCT_REASONS) == methods
    assert set(CUSTOMER_REASONS) < methods
    assert set(METHODS) == {one.name for one in JudgedMethod} > methods
