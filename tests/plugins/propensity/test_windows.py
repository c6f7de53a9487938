"""The windows of the past: whom each knew, who bought in it, and what is said when there is no room for them."""

import datetime

import pytest

from guanxi import InsufficientData
from plugins.propensity.events import DAY as ONE
from plugins.propensity.events import behaviour, microseconds
from plugins.propensity.windows import Window, known_before, moment_of, windows
from tests.plugins.propensity.snapshots import DAYS, NOW, day, lively, sale, snapshot, start


def made(customers: int, sales: list[dict[str, object]], **given: object) -> list[Window]:
    asked = start(**given)
    return windows(behaviour(snapshot(customers, sales), asked), asked)


def test_each_closes_where_the_next_one_opens_and_the_last_one_now() -> None:
    found = made(200, lively(200), windows=5)
    assert len(found) == 5
    assert [one.closes for one in found] == [*(one.opens for one in found[1:]), microseconds(NOW)]
    assert {one.closes - one.opens for one in found} == {15 * ONE}


def test_who_had_bought_before_is_known_and_who_buys_within_bought() -> None:
    opens = DAYS - 15
    sales = [*lively(200), sale(201, opens - 1), sale(202, opens), sale(203, opens - 1), sale(203, opens + 1), sale(204, opens - 1),
             sale(204, opens + 1, kind="RETURN"), sale(205, opens - 1), sale(205, opens)]
    last = made(205, sales)[-1]
    known = dict(zip((last.known + 1).tolist(), last.bought.tolist(), strict=True))
    assert [known.get(customer) for customer in (201, 202, 203, 204, 205)] == [False, None, True, False, True]


def test_left_out_windows_are_as_many_as_have_both_outcomes() -> None:
    late = [one for one in lively(200) if one["occurred_at"] >= day(DAYS - 40)]
    assert len(made(200, late)) == 2
    assert len(made(200, lively(200))) == 4


def test_left_out_moment_is_just_after_the_last_transaction() -> None:
    asked = start(asOf=None)
    found = behaviour(snapshot(3, [sale(1, 3), sale(0, 5)]), asked)
    assert moment_of(found, asked) == microseconds(day(5)) + 1


def test_too_little_is_said_with_what_there_is() -> None:
    said = (r"too little to learn from: 3 windows of 15 days know 0 customers, of whom 0 bought and 0 did not, and 10 of each are needed\. "
            "Purchases are known from 2024-06-20 on")
    with pytest.raises(InsufficientData, match=said):
        made(5, [sale(1, DAYS - 11)], windows=4)
    with pytest.raises(InsufficientData, match="nobody bought anything"):
        made(5, [])
    everybody = [sale(customer, at) for customer in range(1, 51) for at in range(0, DAYS, 5)]
    with pytest.raises(InsufficientData, match="of whom 100 bought and 0 did not"):
        made(50, everybody, windows=3)


def test_whom_a_run_is_about() -> None:
    looks = [{"customer_id": 2, "product_id": 1, "started_at": day(10), "seconds": 5}]
    reviews = [{"customer_id": 3, "product_id": 2, "score": 5, "created_at": day(10)}]
    taken = snapshot(4, [sale(1, 10)], looks=looks, reviews=reviews)
    for among, target, known in (("BUYERS", {}, [0]), ("BROWSERS", {}, [1]), ("REVIEWERS", {}, [2]), ("RECORDED", {}, []),
                                 ("BROWSERS", {"productId": "p_2"}, []), ("REVIEWERS", {"category": "coffee"}, [2])):
        asked = start(among=among, target=target)
        assert known_before(behaviour(taken, asked), asked.among, microseconds(day(20))).tolist() == known
    asked = start(among="RECORDED")
    later = microseconds(NOW + datetime.timedelta(days=1))
    assert known_before(behaviour(taken, asked), asked.among, later).tolist() == [0, 1, 2, 3]
