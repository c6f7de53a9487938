"""Search over names: Chinese names of one and two characters, words in any order, any case and width, and no false matches."""

from typing import Any

import pytest

from schema.changes.change import Change, change
from schema.context import SYSTEM
from schema.customers.models import CustomerKind, CustomerRow, NameGramRow
from schema.customers.names import grams, normalise
from schema.customers.search import rarest, words
from schema.errors import RequestError
from schema.roots import build_schema
from server.database import Database
from tests.schema.querying.asking import Asker

NAMES = ("王伟", "王小伟", "伟东王", "李", "李娜", "张伟 Zhang Wei", "Anna Smith", "ＡＮＮＡ　ＳＭＩＴＨ", "Joanna", "abcb", "bcbab",
         "Straße", "ﬁne Tea", "O'Neil & Co", "Ünal", "100%", "a_b", "😀 GmbH")


def fill(work: Change) -> dict[str, Any]:
    work.session.add_all([
        CustomerRow(kind=CustomerKind.PERSON, name=name, search_name=normalise(name),
                    grams=[NameGramRow(gram=gram) for gram in grams(normalise(name))]) for name in NAMES])
    return {}


SEARCHES: list[tuple[str, set[str]]] = [
    ("王伟", {"王伟"}), ("王", {"王伟", "王小伟", "伟东王"}), ("李", {"李", "李娜"}), ("小伟", {"王小伟"}), ("伟王", set()),
    ("王 伟", {"王伟", "王小伟", "伟东王"}), ("伟 王", {"王伟", "王小伟", "伟东王"}), ("wei 张伟", {"张伟 Zhang Wei"}),
    ("anna smith", {"Anna Smith", "ＡＮＮＡ　ＳＭＩＴＨ"}), ("SMITH ANNA", {"Anna Smith", "ＡＮＮＡ　ＳＭＩＴＨ"}),
    ("ｓｍｉｔｈ", {"Anna Smith", "ＡＮＮＡ　ＳＭＩＴＨ"}), ("anna", {"Anna Smith", "ＡＮＮＡ　ＳＭＩＴＨ", "Joanna"}), ("annas", set()),
    ("abcb", {"abcb"}), ("bcbab", {"bcbab"}), ("cba", {"bcbab"}), ("bcb", {"abcb", "bcbab"}), ("strasse", {"Straße"}),
    ("STRAẞE", {"Straße"}),
    ("fine", {"ﬁne Tea"}), ("o'neil co", {"O'Neil & Co"}), ("ünal", {"Ünal"}), ("U\u0308nal", {"Ünal"}), ("%", {"100%"}), ("a_b", {"a_b"}),
    ("_", {"a_b"}), ("😀", {"😀 GmbH"}), ("  李  娜 ", {"李娜"}), ("x", set()), ("王伟 anna", set()),
]


async def test_names_are_found(database: Database) -> None:
    change(database.engine, SYSTEM, "fill", fill)
    asker = Asker(database, build_schema(database.dialect))
    query = "query($t: String) { customers(where: {search: $t}) { totalCount nodes { name } } }"
    for text, found in SEARCHES:
        customers = (await asker.data(query, {"t": text}))["customers"]
        assert ({node["name"] for node in customers["nodes"]}, customers["totalCount"]) == (found, len(found)), text


def test_pairs_stand_in_for_single_characters() -> None:
    assert rarest("王伟 a") == ["a", "王伟"]
    assert rarest("abc") == ["ab", "bc"]


@pytest.mark.parametrize("text", ["", " ", "\u3000\t\n"])
def test_a_search_for_nothing_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="search is empty"):
        words(text)
