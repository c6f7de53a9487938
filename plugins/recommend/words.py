"""Why something is recommended, in the words of whoever asks, and the labels of the pictures: English and Chinese."""

# For one who speaks for it, and for several.
PRODUCT_REASONS = {
    "ITEM_NEIGHBOURS": (
        ("Goes with a product that was bought: “{because}”.", "Goes with {count} products that were bought, most of all “{because}”."),
        ("与已购买的“{because}”相关。", "与已购买的 {count} 种商品相关，尤其是“{because}”。")),
    "USER_NEIGHBOURS": (
        ("Bought by a customer who buys alike.", "Bought by {count} of the customers who buy most alike."),
        ("购买习惯相近的客户中有 1 位购买过。", "购买习惯最相近的客户中有 {count} 位购买过。")),
    "RULES": (
        ("Often in one order with a product that was bought: “{because}”.",
         "Often in one order with {count} products that were bought, most of all “{because}”."),
        ("常与已购买的“{because}”在同一订单中购买。", "常与已购买的 {count} 种商品在同一订单中购买，尤其是“{because}”。")),
    "RELATIONS": (
        ("Bought by a customer with whom there is a relationship.", "Bought by {count} customers with whom there is a relationship."),
        ("有往来关系的客户中有 1 位购买过。", "有往来关系的客户中有 {count} 位购买过。")),
    "POPULARITY": (
        ("Bought by one customer{group}.", "Popular: bought by {count} customers{group}."),
        ("{group}有 1 位客户购买过。", "热销商品：{group}有 {count} 位客户购买过。")),
}
CUSTOMER_REASONS = {
    "USER_NEIGHBOURS": (
        ("Both bought one and the same product.", "Both bought {count} of the same products."),
        ("双方购买过 1 种相同的商品。", "双方购买过 {count} 种相同的商品。")),
    "RELATIONS": (
        ("Both have a relationship with one and the same customer.", "Both have relationships with {count} of the same customers."),
        ("双方与同 1 位客户有往来关系。", "双方与 {count} 位相同的客户有往来关系。")),
}
GROUPS = {
    "industry": (" of the same industry, {value}", "同行业（{value}）"),
    "country": (" of the same country, {value}", "同一国家（{value}）"),
    "city": (" of the same city, {value}", "同一城市（{value}）"),
    "tag": (" with the same tag, {value}", "相同标签（{value}）"),
}
METHODS = {
    "ITEM_NEIGHBOURS": ("Item neighbours", "相似商品"), "USER_NEIGHBOURS": ("User neighbours", "相似客户"),
    "RULES": ("Rules", "关联规则"), "RELATIONS": ("Relations", "往来关系"),
    "POPULARITY": ("Popularity in the group", "群体热销"), "BLEND": ("Blend", "综合"),
    "BLEND_WITHOUT_RELATIONS": ("Blend without relations", "综合（不含关系）"), "BEST_SELLERS": ("Best sellers", "全体热销"),
}


def in_language(texts: tuple[str, str], language: str) -> str:
    return texts[language == "zh"]


def method_called(method: str, language: str) -> str:
    return in_language(METHODS[method], language)


def product_reason(method: str, support: int, because: str | None, group: tuple[str, str] | None, language: str) -> str:
    """`because`: what the product is called that speaks most for it; `group`: the trait and value of those with whom it is popular, None
    for everybody."""
    one, many = PRODUCT_REASONS[method][language == "zh"]
    where = "" if group is None else in_language(GROUPS[group[0]], language).format(value=group[1])
    return (one if support == 1 else many).format(count=f"{support:,}", because=because or "", group=where)


def customer_reason(method: str, support: int, language: str) -> str:
    one, many = CUSTOMER_REASONS[method][language == "zh"]
    return (one if support == 1 else many).format(count=f"{support:,}")
