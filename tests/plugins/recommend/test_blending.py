"""The blend and its best: by hand, and whatever the pathways are like."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.recommend import neighbours
from plugins.recommend.blending import Lists, recommended
from tests.plugins.recommend.ways import BOUGHT, BY_GROUP, WAYS, WEIGHTS, drawn


def rows(lists: Lists) -> list[tuple[int, int, int, float, int]]:
    columns = (lists.customer, lists.item, lists.position, np.round(lists.score, 6), lists.method)
    return list(zip(*[column.tolist() for column in columns], strict=True))


def test_by_hand() -> None:
    """To the first customer products speak for 2 with .4 + .2 and for 3 with .1; nobody else for anything new. To the second 1 speaks for
    0 (.5), 2 (.2) and 3 (.1), the first customer for 0, and 0 is the most popular that is new. The third is offered what is popular."""
    assert rows(recommended(WAYS, WEIGHTS, BOUGHT, 3)) == [
        (0, 2, 1, 1.0, 0), (0, 3, 2, round(1 / 6, 6), 0),
        (1, 0, 1, 1.6, 0), (1, 2, 2, 0.4, 0), (1, 3, 3, 0.2, 0),
        (2, 3, 1, 0.1, 2), (2, 1, 2, round(0.2 / 3, 6), 2), (2, 0, 3, round(0.1 / 3, 6), 2)]


def test_the_method_is_the_one_that_adds_most() -> None:
    heavy = WEIGHTS | {"USER_NEIGHBOURS": 3.0}
    assert rows(recommended(WAYS, heavy, BOUGHT, 1))[1] == (1, 0, 1, 4.1, 1)
    off = dict.fromkeys(WEIGHTS, 0.0) | {"POPULARITY": 2.0}
    assert rows(recommended(WAYS, off, BOUGHT, 1)) == [(1, 0, 1, 2.0, 2), (2, 3, 1, 2.0, 2)]


def test_what_was_bought_may_stay() -> None:
    assert rows(recommended([BY_GROUP], {"POPULARITY": 1.0}, None, 1)) == [(0, 1, 1, 1.0, 0), (1, 1, 1, 1.0, 0), (2, 3, 1, 1.0, 0)]


def test_only_for_some() -> None:
    some = recommended(WAYS, WEIGHTS, BOUGHT, 3, chosen=np.array([False, True, False]))
    assert rows(some) == [row for row in rows(recommended(WAYS, WEIGHTS, BOUGHT, 3)) if row[0] == 1]
    assert rows(recommended(WAYS, WEIGHTS, BOUGHT, 3, chosen=np.zeros(3, bool))) == []


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_laws(seed: int, most: int) -> None:
    ways, bought = drawn(seed)
    lists = recommended(ways, WEIGHTS, bought, most)
    scores = sum(WEIGHTS[one.method] * scaled(one, bought) for one in ways)
    assert (bought[lists.customer, lists.item] == 0).all() if len(lists.item) else True
    assert lists.score == pytest.approx(scores[lists.customer, lists.item])
    for customer in range(bought.shape[0]):
        own = lists.score[lists.customer == customer]
        assert own == pytest.approx(-np.sort(-scores[customer])[:most][:len(own)])
        assert len(own) == min(most, (scores[customer] > 0).sum())


def scaled(one: Any, bought: Any) -> Any:
    found = (one.steps.near @ one.steps.far).toarray() * (bought.toarray() == 0)
    return found / np.maximum(found.max(axis=1, keepdims=True), 1e-300)


def test_the_same_whatever_is_worked_through_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ways, bought = drawn(1)
    whole, told = rows(recommended(ways, WEIGHTS, bought, 4)), []
    monkeypatch.setattr(neighbours, "AT_ONCE", 3)
    assert rows(recommended(ways, WEIGHTS, bought, 4, lambda *step: told.append(step))) == whole
    assert told == [(done, 7) for done in range(1, 8)]
