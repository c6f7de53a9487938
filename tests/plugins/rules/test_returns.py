"""Returns taken off purchases: by hand, and piece by piece."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plugins.rules.returns import left
from tests.plugins.rules.shops import steady

Line = tuple[int, int, int, float]  # buyer, product, moment, quantity


def kept(*lines: Line) -> tuple[list[bool], int]:
    flags, unmatched = left(*[np.array(column) for column in zip(*lines, strict=True)])
    return flags.tolist(), unmatched


def test_a_return_takes_the_latest_purchase_first() -> None:
    assert kept((1, 7, 1, 2), (1, 7, 2, 3), (1, 7, 3, -3)) == ([True, False, False], 0)
    assert kept((1, 7, 1, 2), (1, 7, 2, 3), (1, 7, 3, -4)) == ([True, False, False], 0)  # one of the first two is left
    assert kept((1, 7, 1, 2), (1, 7, 2, 3), (1, 7, 3, -5)) == ([False, False, False], 0)


def test_only_what_was_bought_before_by_the_same_buyer_can_come_back() -> None:
    assert kept((1, 7, 5, 2), (1, 7, 4, -2)) == ([True, False], 1)  # the return came first
    assert kept((1, 7, 5, 2), (2, 7, 6, -2)) == ([True, False], 1)
    assert kept((1, 7, 5, 2), (1, 8, 6, -2)) == ([True, False], 1)
    assert kept((1, 7, 5, 2), (1, 7, 5, -2)) == ([False, False], 0)  # at the same moment
    assert kept((1, 7, 1, 1), (1, 7, 2, -9), (1, 7, 3, 1)) == ([False, False, True], 0)  # what was too much is forgotten


def test_tenths_add_up() -> None:
    assert kept((1, 7, 1, 0.1), (1, 7, 1, 0.2), (1, 7, 2, -0.3)) == ([False, False, False], 0)


def test_nothing_bought_is_nothing_kept() -> None:
    assert kept((1, 7, 1, 0.0)) == ([False], 0)
    flags, unmatched = left(*[np.zeros(0)] * 4)
    assert (len(flags), unmatched) == (0, 0)


@steady
@given(st.lists(st.tuples(st.integers(1, 2), st.integers(7, 8), st.integers(0, 5), st.sampled_from([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])),
                min_size=1, max_size=25))
def test_piece_by_piece(lines: list[Line]) -> None:
    """Every piece that was bought lies on a pile of its buyer and product; each that comes back is taken off the top."""
    piles: dict[tuple[int, int], list[int]] = {}
    unmatched = 0
    for number in sorted(range(len(lines)), key=lambda place: (lines[place][2], lines[place][3] < 0, place)):
        buyer, product, _, quantity = lines[number]
        pile = piles.setdefault((buyer, product), [])
        if quantity > 0:
            pile += [number] * int(quantity)
        else:
            unmatched += not pile
            del pile[max(0, len(pile) + int(quantity)):]
    there = {number for pile in piles.values() for number in pile}
    assert kept(*lines) == ([number in there for number in range(len(lines))], unmatched)
