"""Frequent itemsets: three algorithms, one answer, which is that of looking into every basket; and tables of the literature."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.rules import eclat as module
from plugins.rules.baskets import baskets_of
from plugins.rules.eclat import eclat
from plugins.rules.itemsets import Itemsets, least_count
from plugins.rules.library import apriori, fp_growth
from tests.plugins.rules.shops import AGRAWAL, ALL_ELECTRONICS, ZAKI, as_counts, baskets, counted, frequent, numbered, shopping, steady

ALGORITHMS = [eclat, apriori, fp_growth]
MANY = 100_000


def same(one: Itemsets, other: Itemsets) -> bool:
    return one.least == other.least and len(one.rows) == len(other.rows) and all(
        np.array_equal(a, b) for a, b in [*zip(one.rows, other.rows, strict=True), *zip(one.counts, other.counts, strict=True)])


@pytest.mark.parametrize("dense", [True, False])
@steady
@given(shopping(), st.integers(1, 6), st.integers(1, 7))
def test_eclat_finds_what_looking_into_every_basket_finds(dense: bool, written: list[list[int]], least: int, longest: int) -> None:
    of = baskets(written)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "dense", lambda _: dense)
        assert as_counts(eclat(of, least, longest, MANY), of) == frequent(written, least, longest)


@steady
@given(shopping(), st.integers(1, 6), st.integers(1, 5), st.integers(1, 60))
def test_all_three_give_the_same_whatever_the_cap(written: list[list[int]], least: int, longest: int, most: int) -> None:
    of = baskets(written)
    found = [find(of, least, longest, most) for find in ALGORITHMS]
    assert same(found[0], found[1])
    assert same(found[0], found[2])


@steady
@given(shopping(), st.integers(1, 3), st.integers(1, 60))
def test_the_cap_keeps_the_most_frequent_and_no_more_than_it_must_leave_out(written: list[list[int]], least: int, most: int) -> None:
    """What is kept is everything from a bound on; one basket less, and it would have been too many."""
    of, everything = baskets(written), frequent(written, least, 4)
    found = eclat(of, least, 4, most)
    assert as_counts(found, of) == {one: count for one, count in everything.items() if count >= found.least}
    assert found.total <= most
    assert found.least == least or sum(count >= found.least - 1 for count in everything.values()) > most


@pytest.mark.parametrize("find", ALGORITHMS)
def test_all_electronics(find: Any) -> None:
    """Example 6.3 of the book, figure 6.2: C1 to L3 with a minimum support count of 2."""
    of = baskets(ALL_ELECTRONICS)
    assert as_counts(find(of, 2, 8, MANY), of) == {frozenset(one): count for one, count in {
        (1,): 6, (2,): 7, (3,): 6, (4,): 2, (5,): 2, (1, 2): 4, (1, 3): 4, (1, 5): 2, (2, 3): 4, (2, 4): 2, (2, 5): 2,
        (1, 2, 3): 2, (1, 2, 5): 2}.items()}


@pytest.mark.parametrize("find", ALGORITHMS)
def test_the_database_of_the_first_apriori(find: Any) -> None:
    """L1 to L3 of the paper's figure 3, with a minimum support of two transactions."""
    of = baskets(AGRAWAL)
    assert as_counts(find(of, 2, 8, MANY), of) == {frozenset(one): count for one, count in {
        (1,): 2, (2,): 3, (3,): 3, (5,): 3, (1, 3): 2, (2, 3): 2, (2, 5): 3, (3, 5): 2, (2, 3, 5): 2}.items()}


def test_zakis_bookshop_and_its_closed_and_maximal_itemsets() -> None:
    """Figure 2 of the paper: 19 itemsets at 50 %, the maximal ones of which are ACTW and CDW. Seven are closed (Zaki and Hsiao,
    "CHARM", 2002): C, CW, CD, CT, ACW, CDW and ACTW."""
    of = baskets(ZAKI)
    found = eclat(of, least_count(0.5, 6), 8, MANY)
    assert found.total == 19
    closed, maximal = [{tuple(sorted(one)) for one, flag in zip(numbered(found, of), flags, strict=True) if flag}
                       for flags in found.closed_and_maximal]
    assert maximal == {(1, 2, 4, 5), (2, 3, 5)}
    assert closed == {(2,), (2, 5), (2, 3), (2, 4), (1, 2, 5), *maximal}


@steady
@given(shopping(), st.integers(1, 5))
def test_closed_and_maximal_by_their_definitions(written: list[list[int]], least: int) -> None:
    of, counts = baskets(written), frequent(written, least, 7)
    found = eclat(of, least, 7, MANY)
    closed, maximal = found.closed_and_maximal
    for one, is_closed, is_maximal in zip(numbered(found, of), closed, maximal, strict=True):
        larger = [other for other in counts if one < other]
        assert is_closed == all(counts[other] < counts[one] for other in larger)
        assert is_maximal == (not larger)


@pytest.mark.parametrize(("support", "count", "least"), [
    (0.07, 100, 7), (0.29, 100, 29), (0.01, 20_728, 208), (0.5, 3, 2), (1.0, 7, 7), (1e-9, 1000, 1), (0.1, 10, 1), (0.57, 100, 57)])
def test_a_threshold_is_a_whole_number_of_baskets(support: float, count: int, least: int) -> None:
    """ceil(support * baskets) by the decimals that were written: 0.07 * 100 is a little more than 7 in binary, and 0.29 * 100 too."""
    assert least_count(support, count) == least


def test_one_item_in_every_basket() -> None:
    of = baskets([(1, 2), (1,), (1, 3), (1, 2)])
    assert as_counts(eclat(of, 2, 4, MANY), of) == {frozenset({1}): 4, frozenset({2}): 2, frozenset({1, 2}): 2}


@pytest.mark.parametrize("copies", [1, 2, 20])
def test_a_basket_of_ten_thousand_items_does_not_explode(copies: int) -> None:
    """10,000 items have 4 * 10^14 itemsets of four. As long as other baskets tell items apart, those that are in more remain."""
    long = np.arange(10_000)
    basket = np.concatenate([np.repeat(np.arange(copies), 10_000), np.repeat(copies + np.arange(3), 4)])
    of = baskets_of(basket, np.concatenate([np.tile(long, copies), np.tile([1, 2, 3, 4], 3)]))
    found = eclat(of, 1, 4, 1_000)
    assert found.least == copies + 1
    assert as_counts(found, of) == dict.fromkeys(counted([(1, 2, 3, 4)], 4), copies + 3)


def test_nothing_remains_where_everything_is_equally_frequent() -> None:
    of = baskets_of(np.repeat(np.arange(3), 200), np.tile(np.arange(200), 3))
    found = eclat(of, 1, 4, 1_000)
    assert (found.total, found.least) == (0, 4)
