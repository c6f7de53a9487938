"""What a proposal means, in the words of whoever asks, and the labels of the pictures: English and Chinese."""

REASONS = {
    "COMMON_NEIGHBOURS": ("The more contacts two customers share, the likelier they are to come together.",
                          "共同联系人越多，双方越可能建立关系。"),
    "JACCARD": ("That is {percent}% of all the contacts that either of them has.", "占双方全部联系人的 {percent}%。"),
    "ADAMIC_ADAR": ("A shared contact who knows few others says more: together they count {score}.",
                    "认识的人越少的共同联系人越有参考价值：合计 {score} 分。"),
    "PREFERENTIAL_ATTACHMENT": ("Their numbers of contacts multiply to {product}; who has many contacts gets more.",
                                "双方联系人数的乘积为 {product}；联系人多者更容易建立新的关系。"),
}
METHODS = {
    "COMMON_NEIGHBOURS": ("Common neighbours", "共同邻居"), "JACCARD": ("Jaccard", "Jaccard 系数"),
    "ADAMIC_ADAR": ("Adamic-Adar", "Adamic-Adar 指数"), "PREFERENTIAL_ATTACHMENT": ("Preferential attachment", "优先连接"),
}


def in_language(texts: tuple[str, str], language: str) -> str:
    return texts[language == "zh"]


def method_called(method: str, language: str) -> str:
    return in_language(METHODS[method], language)


def reason(method: str, common: int, score: float, language: str) -> str:
    """Why two customers are proposed to each other: how many contacts they share, and what that means by the method."""
    shared = in_language((f"They share {common:,} contact{'s' * (common != 1)}.", f"双方有 {common:,} 位共同联系人。"), language)
    numbers = {"percent": f"{100 * score:.3g}", "score": f"{score:,.2f}", "product": f"{score:,.0f}"}
    meaning = in_language(REASONS[method], language).format_map(numbers)
    return f"{shared}{'' if language == 'zh' else ' '}{meaning}"
