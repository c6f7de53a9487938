"""Names of communities, by hand and against plain counting."""

from fractions import Fraction
from math import comb
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from plugins.graph.metrics.naming import names, shared
from server.worker.snapshots.tables import TABLES

Trait = tuple[int, str, str]


def table(rows: list[Trait]) -> Any:
    schema = TABLES["traits"].schema
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in sorted(set(rows))], schema=schema)


def named(communities: list[list[int]], rows: list[Trait], everybody: int = 100) -> list[str | None]:
    """Customers are 1, 2, ..."""
    membership = np.full(everybody, -1)
    for number, members in enumerate(communities):
        membership[np.array(members) - 1] = number
    return names(np.arange(1, everybody + 1), membership, np.array([len(members) for members in communities]), table(rows))


def all_have(members: list[int], trait: str, value: str) -> list[Trait]:
    return [(member, trait, value) for member in members]


ONE, OTHER = [1, 2, 3, 4], [5, 6, 7]


def test_places_come_first() -> None:
    rows = [*all_have(ONE, "industry", "批发"), *all_have(ONE, "city", "上海"), *all_have(OTHER, "tag", "vip")]
    assert named([ONE, OTHER], rows) == ["上海 · 批发", "vip"]


def test_what_everybody_has_is_no_name() -> None:
    many, everybody = list(range(1, 41)), list(range(1, 101))
    assert named([many], all_have(everybody, "country", "中国")) == [None]
    assert named([many], all_have(everybody[:81], "country", "中国")) == [None]  # 1 / 0.81 is less than 1.25
    assert named([many], all_have(everybody[:80], "country", "中国")) == ["中国"]  # 1 / 0.8 is just enough


def test_what_may_well_be_chance_is_no_name() -> None:
    """Three of three: of what 22 in a hundred have, chance does it 0.0106 of the times, of what 21 have, 0.0093."""
    assert named([OTHER], all_have(list(range(1, 23)), "city", "Leeds")) == [None]
    assert named([OTHER], all_have(list(range(1, 22)), "city", "Leeds")) == ["Leeds"]


def test_half_of_the_members_and_three_of_them_must_have_it() -> None:
    assert named([[1, 2, 3, 4, 5, 6]], all_have([1, 2, 3], "tag", "vip")) == ["vip"]
    assert named([[1, 2, 3, 4, 5, 6, 7]], all_have([1, 2, 3], "tag", "vip")) == [None]
    assert named([[1, 2]], all_have([1, 2], "tag", "vip")) == [None]


def test_the_highest_lift_tells_most_and_of_equals_what_more_have() -> None:
    """`rare` has a lift of 100 / 4, and `common` of 100 / 8; `most` is as rare as `rare`, but three of the four have it."""
    rows = [*all_have(ONE, "tag", "rare"), *all_have([*ONE, 8, 9, 10, 11], "tag", "common"), *all_have(ONE[:3], "tag", "most")]
    assert named([ONE], rows) == ["rare · most"]


def test_only_one_place_and_no_text_twice() -> None:
    rows = [*all_have(ONE, "city", "上海"), *all_have(ONE, "country", "中国"), *all_have(ONE, "tag", " 上海 "),
            *all_have(ONE, "tag", "零售")]
    assert named([ONE], rows) == ["上海 · 零售"]


def test_long_and_odd_texts_stay_one_short_line() -> None:
    rows = [*all_have(ONE, "tag", "$<b>\n\t" + "长" * 10_000), *all_have(ONE, "tag", " \n ")]
    assert named([ONE], rows) == ["$<b> " + "长" * 34 + "…"]


def test_kinds_of_trait_that_a_later_core_may_know_come_last() -> None:
    assert named([ONE], [*all_have(ONE, "level", "gold"), *all_have(ONE, "tag", "vip")]) == ["vip · gold"]


def test_nobody_has_any_trait() -> None:
    assert named([ONE, OTHER], []) == [None, None]
    assert named([], all_have(ONE, "tag", "vip")) == []


def by_counting(membership: list[int], rows: list[Trait]) -> dict[tuple[int, str, str], tuple[float, float]]:
    wanted = {}
    for trait, value in {row[1:] for row in rows}:
        having = {row[0] for row in rows if row[1:] == (trait, value)}
        base = Fraction(len(having), len(membership))
        for number in range(max(membership) + 1):
            size, count = membership.count(number), sum(membership[customer - 1] == number for customer in having)
            chance = sum(comb(size, k) * base**k * (1 - base) ** (size - k) for k in range(count, size + 1))
            if count >= 3 and Fraction(count, size) >= Fraction(1, 2) and count / size / base >= 1.25 and chance <= Fraction(1, 100):
                wanted[number, trait, value] = (count / size, float(Fraction(count, size) / base))
    return wanted


def test_shares_and_lifts_are_those_of_plain_counting() -> None:
    found_any = 0
    for seed in range(30):
        random = Random(seed)  # noqa: S311  # chance that can be repeated is what is wanted
        membership = [random.choice([-1, 0, 0, 1, 1, 2]) for _ in range(40)]
        likely = {(number, value): random.choice([0.1, 0.5, 0.9]) for number in range(-1, 3) for value in "abcd"}
        rows = [(customer, "tag" if value < "c" else "city", value) for customer, number in enumerate(membership, 1)
                for value in "abcd" if random.random() < likely[number, value]]
        sizes = np.array([membership.count(number) for number in range(3)])
        found = {(one.community, one.trait, one.value): (one.share, one.lift)
                 for one in shared(np.arange(1, 41), np.array(membership), sizes, table(rows))}
        assert found == {key: pytest.approx(value) for key, value in by_counting(membership, rows).items()}
        found_any += len(found)
    assert found_any > 20
