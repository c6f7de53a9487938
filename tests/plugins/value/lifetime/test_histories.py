"""From sales to histories: days, weeks, what a day came to, and what came back."""

import datetime

import pytest

from plugins.value.lifetime.histories import Histories, histories
from plugins.value.sales import DAY, sales
from tests.plugins.value.snapshots import Sale, sale, snapshot


def read(customers: int, sold: list[Sale], until: int | None = None) -> Histories:
    taken = snapshot(customers, sold)
    found = sales(taken.table("customers")["id"].to_numpy(), taken.table("transactions"))
    return histories(found, found.as_of if until is None else until)


def test_purchases_of_a_day_are_one() -> None:
    """Customer 1 bought twice on day 0, twice on day 7 and once on day 21; customer 2 once on day 14; the last day is 28."""
    found = read(3, [sale(1, 0, 10), sale(1, 0.1, 5), sale(1, 7, 20), sale(1, 7.2, 30), sale(1, 21, 40), sale(2, 14, 9), sale(3, 28, 1)])
    assert found.customer.tolist() == [0, 1, 2]
    assert found.repeats.tolist() == [2, 0, 0]
    assert found.last.tolist() == [3, 0, 0]
    assert found.age.tolist() == [4, 2, 0]
    assert found.spent.tolist() == [45, 0, 0]
    assert found.net.tolist() == [105, 9, 1]
    assert found.mean_day.tolist() == [35, 9, 1]
    assert found.came_back.tolist() == [True, False, False]


def test_what_came_back_makes_purchases_worth_less() -> None:
    """A quarter of all came back, so a repeated purchase of 60 is worth 45."""
    found = read(1, [sale(1, 0, 40), sale(1, 7, 60), sale(1, 9, -25, "RETURN")])
    assert (found.spent.tolist(), found.net.tolist(), found.repeats.tolist()) == ([45], [75], [1])


def test_never_less_than_nothing() -> None:
    found = read(3, [sale(1, 0, 40), sale(1, 7, 10), sale(1, 9, -90, "CANCELLATION"), sale(2, 0, 0), sale(2, 7, 0), sale(3, 0, -5),
                     sale(3, 9, 3)])
    assert found.spent.tolist() == [0, 0, 0]
    assert found.net.tolist() == [-40, 0, -2]


def test_what_comes_after_the_moment_is_not_known() -> None:
    sold = [sale(1, 0), sale(1, 10), sale(2, 10)]
    taken = snapshot(2, sold)
    found = sales(taken.table("customers")["id"].to_numpy(), taken.table("transactions"))
    earlier = histories(found, found.as_of - 3 * DAY)
    assert (earlier.customer.tolist(), earlier.repeats.tolist(), earlier.age.tolist()) == ([0], [0], [1.0])


def test_days_are_those_of_utc() -> None:
    late = sale(1, 0) | {"occurred_at": datetime.datetime(2024, 1, 1, 23, 59, tzinfo=datetime.UTC)}
    early = sale(1, 0) | {"occurred_at": datetime.datetime(2024, 1, 2, 0, 1, tzinfo=datetime.UTC)}
    assert read(1, [late, early]).last.tolist() == [pytest.approx(1 / 7)]


def test_nobody_before_the_moment() -> None:
    taken = snapshot(1, [sale(1, 10)])
    found = sales(taken.table("customers")["id"].to_numpy(), taken.table("transactions"))
    assert len(histories(found, found.as_of - 5 * DAY).customer) == 0
