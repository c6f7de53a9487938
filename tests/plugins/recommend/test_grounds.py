"""Who speaks for a recommendation: by hand, and beside a loop over everybody who might."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.recommend import neighbours
from plugins.recommend.blending import recommended
from plugins.recommend.grounds import MOST_VIA, Grounds, grounds
from plugins.recommend.pathways import CUSTOMER, GROUP, PRODUCT
from tests.plugins.recommend.ways import BOUGHT, WAYS, WEIGHTS, drawn


def vias(found: Grounds) -> dict[int, list[int]]:
    shown: dict[int, list[int]] = {}
    for place, via, position in zip(found.place.tolist(), found.via.tolist(), found.position.tolist(), strict=True):
        shown.setdefault(place, []).append(via)
        assert position == len(shown[place])
    return shown


def test_by_hand() -> None:
    """In the order of the lists in test_blending.py."""
    found = grounds(recommended(WAYS, WEIGHTS, BOUGHT, 3), WAYS)
    assert found.support.tolist() == [2, 1, 1, 1, 1, 3, 2, 1]
    assert found.because.tolist() == [0, 1, 1, 1, 1, -1, -1, -1]
    assert found.group.tolist() == [-1, -1, -1, -1, -1, 1, 1, 1]
    assert vias(found) == {2: [0]}  # of those who buy like the second customer, the first has bought 0


@given(st.integers(0, 2**32 - 1))
def test_as_found_by_looking_at_everybody(seed: int) -> None:
    ways, bought = drawn(seed)
    lists = recommended(ways, WEIGHTS, bought, 4)
    found, shown = grounds(lists, ways), {}
    for place, (customer, item, method) in enumerate(zip(lists.customer, lists.item, lists.method, strict=True)):
        loud = loudness(ways[method], customer, item)
        through = ways[method].steps.through
        assert found.support[place] == (round(sum(loud.values())) if through == GROUP else len(loud))
        first = min(loud, key=lambda one: (-loud[one], one))
        assert found.because[place] == (first if through == PRODUCT else -1)
        assert found.group[place] == (first if through == GROUP else -1)
        customers = loud if through == CUSTOMER else loudness(ways[1], customer, item)
        if customers:
            shown[place] = sorted(customers, key=lambda one: (-customers[one], one))[:MOST_VIA]
    assert vias(found) == shown


def loudness(way: Any, customer: int, item: int) -> dict[int, float]:
    """How loudly each speaks, of those who do."""
    near, far = way.steps.near.toarray()[customer], way.steps.far.toarray()[:, item]
    return {one: near[one] * far[one] for one in range(len(near)) if near[one] * far[one] > 0}


def test_the_same_whatever_is_worked_through_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ways, bought = drawn(3)
    lists = recommended(ways, WEIGHTS, bought, 4)
    whole = grounds(lists, ways)
    monkeypatch.setattr(neighbours, "AT_ONCE", 2)
    again = grounds(lists, ways)
    assert all(np.array_equal(getattr(whole, name), getattr(again, name)) for name in Grounds.__dataclass_fields__)


def test_nothing_to_explain() -> None:
    found = grounds(recommended(WAYS, WEIGHTS, BOUGHT, 3, chosen=np.zeros(3, bool)), WAYS)
    assert (len(found.support), len(found.via)) == (0, 0)
