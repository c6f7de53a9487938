"""The comparison with what happened: which days are hidden, what is counted in them, and who guesses better."""

import numpy as np
import pytest

from plugins.value.lifetime.histories import histories
from plugins.value.lifetime.holdout import by_repeats, compare, mean_error, root_mean_square, usual_days
from plugins.value.lifetime.modelling import Model, NoModel, outlook
from plugins.value.lifetime.purchasing import Purchasing
from plugins.value.lifetime.spending import Spending
from plugins.value.sales import DAY, Sales, sales
from tests.plugins.value.snapshots import Sale, regulars, sale, snapshot

GIVEN = Model(Purchasing(0.5, 5.0, 0.8, 2.5), Spending(5.0, 4.0, 60.0), None)


def read(customers: int, sold: list[Sale]) -> Sales:
    taken = snapshot(customers, sold)
    return sales(taken.table("customers")["id"].to_numpy(), taken.table("transactions"))


def test_whole_days_are_hidden() -> None:
    """The last of 21 days is the twentieth; ten are hidden, from the eleventh on."""
    sold = [sale(1, 0, 10), sale(1, 10, 20), sale(1, 11, 30), sale(1, 11.1, 5), sale(1, 20, 40), sale(1, 15, -8, "RETURN"),
            sale(2, 3, 7), sale(3, 12, 99)]
    test = compare(read(3, sold), 10, from_first=False, given=GIVEN)
    assert test.repeats.tolist() == [1, 0]
    assert test.actual.purchases.tolist() == [2, 0]
    assert test.actual.value.tolist() == [67, 0]
    assert test.since // DAY == test.since / DAY
    assert test.naive.purchases.tolist() == [pytest.approx(10 / 10), 0]
    assert test.naive.value.tolist() == [pytest.approx(15), 0]


def test_the_model_is_asked_about_the_days_that_are_hidden() -> None:
    sold = read(2, [sale(1, 0, 10), sale(1, 10, 20), sale(2, 3, 7), sale(2, 20)])
    test = compare(sold, 10, from_first=False, given=GIVEN)
    before = histories(sold, test.since - 1)
    ahead = outlook(GIVEN, before, 10)
    assert test.model.purchases.tolist() == ahead.purchases.tolist()
    assert test.model.value.tolist() == pytest.approx((ahead.purchases * ahead.spending).tolist())


def test_a_quarter_of_the_time_is_usual() -> None:
    assert usual_days(read(1, [sale(1, 0), sale(1, 100)])) == 25
    assert usual_days(read(1, [sale(1, 0), sale(1, 3)])) == 0


def story(seed: int, n: int, weeks: float) -> list[Sale]:
    """Customers who come one after the other in the first half of the time, and buy as BG/NBD tells it."""
    chance = np.random.default_rng(seed)
    sold = list[Sale]()
    for customer in range(1, n + 1):
        rate, leaving, own = chance.gamma(0.6, 1 / 5.0), chance.beta(0.8, 2.5), chance.gamma(4.0, 1 / 60.0)
        week = chance.uniform(0, weeks / 2)
        sold.append(sale(customer, round(7 * week), float(chance.gamma(5.0, 1 / own))))
        while (week := week + chance.exponential(1 / rate)) < weeks:
            sold.append(sale(customer, round(7 * week), float(chance.gamma(5.0, 1 / own))))
            if chance.random() < leaving:
                break
    return sold


def test_the_model_beats_the_plain_guess_where_it_holds() -> None:
    """20 of 60 weeks are hidden."""
    test = compare(read(3000, story(3, 3000, 60)), 140, from_first=False)
    for error in (mean_error, root_mean_square):
        assert error(test.model.purchases, test.actual.purchases) < error(test.naive.purchases, test.actual.purchases)
    assert test.model.purchases.sum() == pytest.approx(test.actual.purchases.sum(), rel=0.1)
    assert test.model.value.sum() == pytest.approx(test.actual.value.sum(), rel=0.15)
    groups = by_repeats(test)
    assert sum(one["count"] for one in groups) == len(test.repeats)
    assert [one["repeats"] for one in groups] == list(range(8))
    assert groups[0]["actual"] < groups[3]["actual"] < groups[7]["actual"]


def test_errors_by_hand() -> None:
    guess, actual = np.array([1.0, 2, 3]), np.array([1.0, 4, 0])
    assert mean_error(guess, actual) == pytest.approx(5 / 3)
    assert root_mean_square(guess, actual) == pytest.approx(np.sqrt(13 / 3))


def test_what_came_before_does_not_bear_a_model() -> None:
    with pytest.raises(NoModel, match="0 did so on two days or more"):
        compare(read(40, [*regulars(), sale(1, 200)]), 199, from_first=False)
