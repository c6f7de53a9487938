"""Reasons, in both languages."""

import pytest

from plugins.graph.partners.words import reason


@pytest.mark.parametrize(("method", "common", "score", "en", "zh"), [
    ("COMMON_NEIGHBOURS", 1, 1.0, "They share 1 contact. The more", "双方有 1 位共同联系人。共同联系人越多"),
    ("JACCARD", 2, 0.25, "They share 2 contacts. That is 25% of all", "双方有 2 位共同联系人。占双方全部联系人的 25%。"),
    ("ADAMIC_ADAR", 3, 2.71102, "together they count 2.71.", "合计 2.71 分。"),
    ("PREFERENTIAL_ATTACHMENT", 4, 96.0, "They share 4 contacts. Their numbers of contacts multiply to 96;", "双方联系人数的乘积为 96；"),
])
def test_a_reason_says_how_many_and_what_it_means(method: str, common: int, score: float, en: str, zh: str) -> None:
    assert en in reason(method, common, score, "en")
    assert zh in reason(method, common, score, "zh")
