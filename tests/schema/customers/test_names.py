"""Names as the search index knows them."""

import pytest

from schema.customers.names import grams, normalise


@pytest.mark.parametrize(("name", "search_name"), [
    ("  ＡＣＭＥ\u3000Ltd ", "acme ltd"), ("Straße", "strasse"), ("王伟", "王伟"), ("ﬁancé", "fiancé"), ("e\u0301", "é"), ("ǅ", "dž"),
    ("", ""),
    ("İ", "i̇"), ("\u2126", "ω"),
])
def test_normalise(name: str, search_name: str) -> None:
    assert normalise(name) == search_name
    assert normalise(search_name) == search_name


def test_grams_do_not_cross_spaces() -> None:
    assert grams("王伟 a1") == {"王", "伟", "王伟", "a", "1", "a1"}
    assert grams("") == set()
