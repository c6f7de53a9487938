"""Groups at odds, against a walk over the ties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.graph.conflict.tensions import Tensions, tensions
from tests.plugins.graph.conflict.signed import Signed, signed_networks

Row = tuple[int, int, int, float]


def rows_of(one: Tensions) -> list[Row]:
    return list(zip(one.group.tolist(), one.other.tolist(), one.count.tolist(), one.weight.tolist(), strict=True))


def expected(one: Signed, membership: list[int]) -> list[Row]:
    found: dict[tuple[int, int], list[float]] = {}
    for a, b, weight, _ in one.ties:
        low, high = sorted((membership[a], membership[b]))
        if 0 <= low < high:
            found.setdefault((low, high), []).append(weight)
    listed = [(low, high, len(weights), sum(weights)) for (low, high), weights in found.items()]
    return sorted(listed, key=lambda row: (-row[3], -row[2], row[0], row[1]))


@given(signed_networks().map(Signed.negative), st.lists(st.integers(-1, 3), min_size=9, max_size=9))
def test_ties_between_groups_are_counted_and_weighed(one: Signed, membership: list[int]) -> None:
    found = tensions(np.array(membership[:one.n], np.int64), one.source, one.target, one.weight)
    assert rows_of(found) == expected(one, membership)


def test_three_groups_by_hand() -> None:
    membership = np.array([0, 0, 1, 1, 2, -1])
    one = Signed(6, [(0, 2, 1.0, -1), (3, 1, 2.0, -1), (4, 0, 3.0, -1), (0, 1, 9.0, -1), (5, 4, 9.0, -1)])
    assert rows_of(tensions(membership, one.source, one.target, one.weight)) == [(0, 1, 2, 3.0), (0, 2, 1, 3.0)]


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_weights_that_are_none_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        tensions(np.array([0, 1]), np.array([0]), np.array([1]), np.array([weight]))
