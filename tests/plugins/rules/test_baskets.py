"""Lines put into baskets: numbers of any kind, items once each, windows of customers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plugins.rules.baskets import SECONDS_A_DAY, baskets_of, places, windows
from tests.plugins.rules.shops import steady

DAY = SECONDS_A_DAY


@steady
@given(st.lists(st.one_of(st.integers(0, 9), st.integers(2**40, 2**40 + 3), st.integers(-5, 5))))
def test_places_are_those_of_numpy(values: list[int]) -> None:
    found, place = places(values)
    assert found.tolist() == sorted(set(values))
    assert found[place].tolist() == values


def test_an_item_that_stands_twice_counts_once() -> None:
    of = baskets_of([2**33, 5, 5, 5, 2**33], [40, 30, 40, 30, 50])
    assert (of.count, of.longest, of.items.tolist()) == (2, 2, [30, 40, 50])
    assert of.matrix.toarray().tolist() == [[1, 1, 0], [0, 1, 1]]


def test_windows_begin_with_the_first_purchase_of_each() -> None:
    customer = np.array([8, 8, 8, 9, 9])
    seconds = np.array([100 * DAY + 50, 107 * DAY + 49, 107 * DAY + 50, 107 * DAY, 99 * DAY])
    assert len(set(windows(customer, seconds, 7).tolist())) == 4
    first, same, next_, later, earlier = windows(customer, seconds, 7)
    assert first == same != next_  # seven days less a second after the first purchase, and seven days after it
    assert later != earlier
    assert windows(customer, seconds, None).tolist() == [0, 0, 0, 1, 1]
    assert len(windows(np.zeros(0), np.zeros(0), 7)) == 0
