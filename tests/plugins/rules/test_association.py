"""Rules: every way to part an itemset, counted basket by basket; thresholds, pruning and the cap; and the book's own rules."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.rules.association import parted, strongest, ways_to_part
from plugins.rules.eclat import eclat
from tests.plugins.rules import shops
from tests.plugins.rules.shops import ALL_ELECTRONICS, Set, baskets, counted, frequent, numbered, rules_of, shopping, steady

MANY = 100_000


def found_in(written: Any, least: int = 1, longest: int = 4, **more: Any) -> dict[tuple[Set, Set], tuple[int, int, int]]:
    of = baskets(written)
    found = eclat(of, least, longest, MANY)
    return rules_of(parted(found, **more), numbered(found, of))


@steady
@given(shopping(), st.integers(1, 4), st.integers(1, 6))
def test_every_way_to_part_every_itemset_with_its_counts(written: list[list[int]], least: int, longest: int) -> None:
    counts = frequent(written, least, longest)
    assert found_in(written, least, longest) == {
        (left, right): (counts[left], counts[right], counts[left | right]) for left, right in shops.parted(counts)}


@steady
@given(shopping(), st.sampled_from([0.0, 0.1, 1 / 3, 0.5, 0.7, 1.0]), st.sampled_from([0.0, 0.9, 1.0, 1.25, 2.0]))
def test_thresholds_are_met_by_what_is_just_as_high(written: list[list[int]], confidence: float, lift: float) -> None:
    n, expected = len(written), found_in(written)
    assert found_in(written, confidence=confidence, lift=lift) == {
        sides: (a, c, both) for sides, (a, c, both) in expected.items() if both / a >= confidence and both * n / (a * c) >= lift}


@steady
@given(shopping())
def test_a_rule_is_redundant_when_less_on_its_left_side_says_as_much(written: list[list[int]]) -> None:
    every = found_in(written)

    def says_more(left: Set, right: Set) -> bool:
        a, _, both = every[left, right]
        shorter = [every[part, right] for part, other in every if other == right and part < left]
        return all(both * other_a > other_both * a for other_a, _, other_both in shorter)

    assert found_in(written, redundant=False) == {sides: counts for sides, counts in every.items() if says_more(*sides)}


def test_the_books_rules_out_of_i1_i2_i5() -> None:
    """Example 6.4: of six rules with both sides in {I1, I2, I5}, with confidences 50, 100, 100, 33, 29 and 100 %."""
    found = {sides: counts for sides, counts in found_in(ALL_ELECTRONICS, 2).items() if sides[0] | sides[1] == {1, 2, 5}}
    assert {tuple(sorted(left)): (both, a) for (left, _), (a, _, both) in found.items()} == {
        (1, 2): (2, 4), (1, 5): (2, 2), (2, 5): (2, 2), (1,): (2, 6), (2,): (2, 7), (5,): (2, 2)}
    strong = found_in(ALL_ELECTRONICS, 2, confidence=0.7)
    assert {tuple(sorted(left)) for left, right in strong if left | right == {1, 2, 5}} == {(1, 5), (2, 5), (5,)}


@pytest.mark.parametrize("longest", [1, 2, 3, 4])
def test_a_rule_and_its_reverse_are_one_test(longest: int) -> None:
    of = baskets(ALL_ELECTRONICS)
    found = eclat(of, 1, longest, MANY)
    rules = parted(found)
    assert len(np.unique(rules.test)) == ways_to_part(found) == len(rules) / 2
    sides = list(zip(*(column.tolist() for column in (rules.antecedent, rules.consequent)), strict=True))
    tests = dict(zip(sides, rules.test.tolist(), strict=True))
    assert all(tests[right, left] == test for (left, right), test in tests.items())


def test_the_strongest_come_first_and_always_in_the_same_order() -> None:
    of = baskets(ALL_ELECTRONICS)
    rules = parted(eclat(of, 1, 4, MANY))
    order = strongest(rules, 9, 1_000)
    keys = [(-both * 9 / (a * c), -both, -both / a) for a, c, both in zip(rules.a[order], rules.c[order], rules.both[order], strict=True)]
    assert keys == sorted(keys)
    mixed = np.random.default_rng(1).permutation(len(rules))
    again = rules.only(mixed)
    assert again.only(strongest(again, 9, 5)).test.tolist() == rules.only(order[:5]).test.tolist()


def test_no_itemset_of_two_gives_no_rule() -> None:
    assert found_in([(1,), (2,), (1,)]) == {}
    assert counted([(1,), (2,), (1,)], 3) == {frozenset({1}): 2, frozenset({2}): 1}
