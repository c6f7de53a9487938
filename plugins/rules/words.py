"""The labels of the pictures, English and Chinese."""

WORDS = {
    "scatter": ("{shown:,} rules out of {baskets:,} baskets", "从 {baskets:,} 个购物篮中得到的 {shown:,} 条规则"),
    "support": ("Support: share of baskets with both sides", "支持度：同时包含前项与后项的购物篮占比"),
    "confidence": ("Confidence: share of those with the left side", "置信度：含前项的购物篮中也含后项的占比"),
    "lift": ("Lift", "提升度"),
    "network": ("The {shown} sets of items of the highest lift, by their most confident rule",
                "提升度最高的 {shown} 组商品（各取置信度最高的规则）"),
    "read": ("Arrows lead from what is given over the rule to what follows; the larger its dot, the more baskets hold both.",
             "箭头由前项经规则指向后项；圆点越大，同时包含两者的购物篮越多。"),
    "unnamed": ("no name", "未命名"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)
