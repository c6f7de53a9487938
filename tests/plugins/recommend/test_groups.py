"""Whom a customer is counted with."""

import numpy as np

from plugins.recommend.groups import Groups, groups

TRAITS = [(0, "city", "Leeds"), (1, "city", "Leeds"), (2, "city", "York"), (0, "country", "UK"), (1, "country", "UK"), (2, "country", "UK"),
          (3, "country", "UK"), (4, "country", "FR"), (3, "tag", "new")]


def of(smallest: int, buys: str = "yyyyyy") -> tuple[Groups, list[tuple[str, str]]]:
    customers, traits, values = zip(*TRAITS, strict=True)
    found = groups(6, np.array(customers), list(traits), list(values), np.array([one == "y" for one in buys]), smallest=smallest)
    return found, [found.names[group] for group in found.of.tolist()]


def test_the_smallest_that_says_enough() -> None:
    nobody = ("", "")
    leeds, uk = ("city", "Leeds"), ("country", "UK")
    assert of(2)[1] == [leeds, leeds, uk, uk, nobody, nobody]
    assert of(3)[1] == [uk, uk, uk, uk, nobody, nobody]
    assert of(5)[1] == [nobody] * 6
    assert of(1)[1] == [leeds, leeds, ("city", "York"), ("tag", "new"), ("country", "FR"), nobody]


def test_only_who_buys_makes_a_group_large_enough() -> None:
    assert of(2, "ynyyyy")[1] == [("country", "UK")] * 4 + [("", "")] * 2


def test_everybody_is_in_the_first_group() -> None:
    found, _ = of(2)
    who, which = found.members
    assert sorted(who[which == 0].tolist()) == list(range(6))
    assert sorted(who[which == found.names.index(("country", "UK"))].tolist()) == [0, 1, 2, 3]


def test_nothing_is_known_of_anybody() -> None:
    found = groups(3, np.zeros(0, np.int64), [], [], np.ones(3, bool), smallest=1)
    assert (found.of.tolist(), found.names) == ([0, 0, 0], [("", "")])
