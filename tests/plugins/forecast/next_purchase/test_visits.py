"""Days with purchases, what customers had done at a moment, and how long it took until they bought again."""

import datetime

import numpy as np
import pytest

from guanxi import InsufficientData
from plugins.forecast.next_purchase.choosing import at_the_end, choices
from plugins.forecast.next_purchase.examples import examples, known_at, until_next
from plugins.forecast.next_purchase.visits import NONE, visits
from tests.plugins.forecast.next_purchase.shops import past_of, regular
from tests.plugins.propensity.snapshots import DAYS, NOW, sale, snapshot


def test_purchases_of_a_day_are_one_visit_of_what_most_was_paid_for() -> None:
    sales = [sale(2, 5.1, 1, 5), sale(2, 5.3, 2, 9), sale(2, 7, 1, 1), sale(1, 4, 2, 3), sale(2, 6, 1, -9, "RETURN"), sale(0, 3)]
    found = past_of(3, sales)
    assert found.customer.tolist() == [0, 1, 1]
    assert (found.at - found.at.min()).tolist() == pytest.approx([0, 1.1, 3])
    assert found.paid.tolist() == [3, 14, 1]
    assert [found.categories[one] for one in found.category] == ["coffee", "coffee", "茶"]
    assert found.first_of_customer.tolist() == [True, True, False]


def test_the_end_is_just_after_the_last_transaction() -> None:
    found = visits(snapshot(2, [sale(1, 3), sale(0, 5)]), None)
    assert found.end - found.at[0] == pytest.approx(2, abs=1e-6)


def test_what_comes_after_the_moment_is_not_there() -> None:
    found = visits(snapshot(2, [sale(1, 3), sale(1, 5)]), NOW - datetime.timedelta(days=DAYS - 5))
    assert len(found.at) == 1
    with pytest.raises(InsufficientData, match="nobody bought anything before 2024-01-03; 2 purchases came later"):
        visits(snapshot(2, [sale(1, 3), sale(1, 5)]), NOW - datetime.timedelta(days=DAYS))


def test_days_until_the_next_purchase_are_those_that_it_took() -> None:
    past = past_of(3, [sale(1, 10), sale(1, 40), sale(2, 12), sale(3, 50)])
    begin = past.end - DAYS
    known = known_at(past, begin + 30)
    assert known.customer.tolist() == [0, 1]
    assert known.since.tolist() == pytest.approx([20, 18])
    days, happened = until_next(past, known.customer, begin + 30)
    assert (days.tolist(), happened.tolist()) == (pytest.approx([10, DAYS - 30]), [True, False])


def test_what_customers_had_done_does_not_depend_on_what_they_did_later() -> None:
    """At each moment features are those of a world that ends there."""
    sales = regular()
    whole = past_of(60, sales)
    for days in (60.0, 120.0):
        moment = whole.end - days
        alone = past_of(60, [one for one in sales if one["occurred_at"] < NOW - datetime.timedelta(days=days)])
        assert known_at(whole, moment).matrix.tolist() == known_at(alone, moment).matrix.tolist()


def test_examples_end_where_the_past_ends() -> None:
    past = past_of(60, regular())
    rows, cut = examples(past), examples(past.before(past.end - 60))
    assert np.isfinite(rows.matrix).all()
    assert rows.days.max() < DAYS
    assert cut.days.max() < DAYS - 60
    assert (~cut.happened).sum() > 0


def test_categories_before_a_visit_are_counted_without_it() -> None:
    past = past_of(2, [sale(1, 1, 1), sale(1, 5, 2), sale(1, 9, 2), sale(2, 3, 1)])
    found = choices(past)
    tea, coffee = past.categories.index("茶"), past.categories.index("coffee")
    assert found.category.tolist() == [coffee, coffee]
    assert found.usual[:, tea].tolist() == [1, 0.5]
    who, matrix = at_the_end(past)
    assert who.tolist() == [0, 1]
    assert matrix[0, coffee] == pytest.approx(2 / 3)
    assert choices(past, past.end - DAYS + 4).category.tolist() == [coffee]  # the first one from then on


def test_products_without_a_category_are_passed_over() -> None:
    import pyarrow as pa

    taken = snapshot(2, [sale(1, 1), sale(1, 5), sale(2, 3)])
    taken._tables["products"] = taken._tables["products"].set_column(3, "category", pa.array(["", ""]))  # type: ignore[index]
    found = visits(taken, NOW)
    assert found.categories == []
    assert (found.category == NONE).all()
    assert len(choices(found).category) == 0
