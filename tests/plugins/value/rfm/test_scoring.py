"""Fifths with shared scores, and what is counted for a customer."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.value.rfm.scoring import bought, fifths, scored
from plugins.value.rfm.segments import LABELS, ORDER, TABLE, RfmSegment, label
from plugins.value.sales import CENTS, DAY, Sales, sales
from tests.plugins.value.snapshots import sale, snapshot

VALUES = st.lists(st.integers(-1000, 1000), min_size=1, max_size=200).map(np.array)


def read(customers: int, sold: list[dict[str, object]]) -> Sales:
    taken = snapshot(customers, sold)
    return sales(taken.table("customers")["id"].to_numpy(), taken.table("transactions"))


def test_ten_different_values_are_two_to_a_fifth() -> None:
    assert fifths(np.array([5, 3, 8, 1, 9, 2, 7, 4, 10, 6])).tolist() == [3, 2, 4, 1, 5, 1, 4, 2, 5, 3]


def test_equal_values_share_the_score_of_their_middle() -> None:
    """Six of ten have the places 1 to 6: their middle is 30 in 100, the second fifth."""
    assert fifths(np.array([1, 1, 1, 1, 1, 1, 2, 3, 4, 5])).tolist() == [2] * 6 + [4, 4, 5, 5]
    assert fifths(np.array([7] * 9)).tolist() == [3] * 9


@given(VALUES)
def test_laws_of_fifths(values: Any) -> None:
    found = fifths(values)
    assert found.min() >= 1
    assert found.max() <= 5
    order = np.argsort(values)
    assert (np.diff(found[order].astype(int)) >= 0).all()
    for value in np.unique(values):
        assert len(set(found[values == value].tolist())) == 1


@given(st.lists(st.integers(-1000, 1000), min_size=5, max_size=100, unique=True))
def test_fifths_of_different_values_are_of_equal_size(values: list[int]) -> None:
    sizes = np.bincount(fifths(np.array(values)), minlength=6)[1:]
    assert sizes.max() - sizes.min() <= 1


def test_what_is_counted() -> None:
    """Customer 1 bought on days 0, 3 and 5 and gave something back on day 6; customer 2 bought on day 10 and 3 never."""
    sold = read(3, [sale(1, 0, 100), sale(1, 3, 50.5), sale(1, 5, 25), sale(1, 6, -30.25, "RETURN"),
                    sale(2, 10, 7), sale(2, 9, -1, "CANCELLATION")])
    found = bought(sold, None)
    assert (found.customer.tolist(), found.days.tolist(), found.frequency.tolist()) == ([0, 1], [5, 0], [3, 1])
    assert (found.amount / CENTS).tolist() == [145.25, 6.0]
    within = bought(sold, sold.as_of - 7 * DAY)
    assert (within.customer.tolist(), within.frequency.tolist(), (within.amount / CENTS).tolist()) == ([0, 1], [2, 1], [45.25, 6.0])


def test_days_are_whole_ones() -> None:
    sold = read(2, [sale(1, 0), sale(2, 1.5)])
    assert bought(sold, None).days.tolist() == [1, 0]


def test_recency_scores_the_latest_highest() -> None:
    found = bought(read(10, [sale(i, i, 10 * i) for i in range(1, 11)]), None)
    scores = scored(found)
    assert scores.recency.tolist() == scores.amount.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scores.frequency.tolist() == [3] * 10
    assert [ORDER[place].name for place in scores.segment.tolist()][::2] == [
        "AT_RISK", "AT_RISK", "NEED_ATTENTION", "POTENTIAL_LOYALISTS", "POTENTIAL_LOYALISTS"]


def test_every_cell_has_a_segment_and_every_segment_a_cell_and_two_names() -> None:
    assert [len(row) for row in TABLE] == [5] * 5
    assert {segment for row in TABLE for segment in row} == set(RfmSegment) == set(LABELS)
    assert len({label(segment, "zh") for segment in RfmSegment}) == len({label(segment, "en") for segment in RfmSegment}) == 10


@pytest.mark.parametrize(("recency", "frequency", "segment"), [
    (5, 5, "CHAMPIONS"), (5, 1, "NEW"), (1, 5, "CANNOT_LOSE"), (1, 1, "HIBERNATING"), (3, 3, "NEED_ATTENTION"), (4, 1, "PROMISING"),
    (4, 4, "LOYAL"), (5, 2, "POTENTIAL_LOYALISTS"), (2, 3, "AT_RISK"), (3, 2, "ABOUT_TO_SLEEP"),
])
def test_cells(recency: int, frequency: int, segment: str) -> None:
    assert TABLE[recency - 1][frequency - 1].name == segment
