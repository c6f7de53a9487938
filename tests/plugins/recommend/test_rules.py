"""Rules from one product to another: by hand, beside mlxtend, and whatever the transactions are like."""

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from mlxtend.frequent_patterns import association_rules, fpgrowth
from scipy.sparse import csr_array

from plugins.recommend import neighbours as module
from plugins.recommend.methods.rules import rules
from tests.plugins.recommend.bought import found, lines, offered, only, snapshot

MANY = 10_000
# Five transactions of products a, b, c and d.
SOLD = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0]])


def kept(sold: Any, least: int = 1, most: int = MANY, longest: int = MANY) -> dict[tuple[int, int], float]:
    """From one product to the other: the confidence."""
    made = rules(csr_array(np.asarray(sold, np.float64)), least, most, longest).tocoo()
    return {(int(one), int(other)): float(value) for other, one, value in zip(made.row, made.col, made.data, strict=True)}


def test_by_hand() -> None:
    """a and b are 3 times together, of 4 and 3; a and c twice, of 4 and 2; b and c once, which is less than chance (3 * 2 / 5) has it."""
    assert kept(SOLD) == {(0, 1): 3 / 4, (1, 0): 1.0, (0, 2): 1 / 2, (2, 0): 1.0}
    assert kept(SOLD, least=3) == {(0, 1): 3 / 4, (1, 0): 1.0}
    assert kept(SOLD, most=1) == {(0, 1): 3 / 4, (1, 0): 1.0, (0, 2): 1 / 2}  # of two that lead to a, that from b
    assert kept(SOLD, longest=2) == {(1, 0): 1.0, (0, 1): 2 / 3, (0, 2): 1 / 3, (2, 0): 1.0}
    assert kept(np.zeros((0, 3))) == kept(np.zeros((2, 0))) == {}


@given(st.integers(1, 8).flatmap(lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=12)),
       st.integers(1, 3))
def test_they_are_those_of_mlxtend(sold: list[list[bool]], least: int) -> None:
    frame = pd.DataFrame(np.array(sold, bool))
    itemsets = fpgrowth(frame, min_support=min((least - 0.5) / len(sold), 1), max_len=2)
    expected = {}
    if len(sold) >= least and (itemsets["itemsets"].map(len) == 2).any():
        with np.errstate(invalid="ignore"):  # of measures that are not looked at
            direct = association_rules(itemsets, metric="confidence", min_threshold=0.0)
        for row in direct.itertuples():
            if row.lift > 1 + 1e-12:
                expected[min(row.antecedents), min(row.consequents)] = round(row.confidence, 12)
    assert {pair: round(value, 12) for pair, value in kept(sold, least).items()} == expected


def test_parts_make_no_difference(monkeypatch: Any) -> None:
    chance = np.random.default_rng(3)
    sold = chance.random((200, 40)) < 0.15
    at_once = kept(sold, 2, 5)
    monkeypatch.setattr(module, "AT_ONCE", 50)
    assert kept(sold, 2, 5) == at_once
    assert len(at_once) > 100


def test_a_product_of_the_same_orders_is_recommended_with_the_reason() -> None:
    """Who has a alone is offered b, which five of the six orders with a have; c was bought by the same customers, in other orders."""
    taken = snapshot(7, 4, lines(*["ab c"] * 5, "a", "d"))
    result = found(taken, weights=only(rules=1.0), kinds=["PRODUCT"])
    assert offered(result)[6] == "b"
    first = next(row for row in result.tables["recommend_products"].to_pylist() if row["customer_id"] == 6)
    assert (first["method"], first["support"], first["because_id"], first["score"]) == ("RULES", 1, 1, 1.0)
