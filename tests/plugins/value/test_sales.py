"""What is read of transactions: whose, in which currency, until when; and what cannot be worked with."""

import datetime
from typing import Any

import numpy as np
import pytest

from plugins.value.sales import CENTS, NoSales, Sales, sales
from tests.plugins.value.snapshots import START, Sale, sale, snapshot


def read(customers: int, sold: list[Sale], **given: Any) -> Sales:
    taken = snapshot(customers, sold)
    return sales(taken.table("customers")["id"].to_numpy(), taken.table("transactions"), **given)


def test_the_currency_with_most_purchases_counts_and_the_rest_is_counted() -> None:
    found = read(4, [sale(1, 0), sale(1, 1, currency="EUR"), sale(2, 2, currency="EUR"), sale(2, 3, 7, "RETURN"), sale(2, 4), sale(0, 5),
                     sale(3, 3, currency="USD")])
    assert (found.currency, found.elsewhere, found.nobodys, found.later) == ("CNY", 3, 1, 0)
    assert found.customer.tolist() == [0, 1, 1]
    assert found.purchase.tolist() == [True, False, True]
    assert found.ever.tolist() == [True, True, True, False]
    assert found.ours.tolist() == [True, True, False, False]


def test_a_currency_that_is_asked_for() -> None:
    assert read(2, [sale(1, 0), sale(2, 0), sale(2, 1, currency="USD")], currency="USD").customer.tolist() == [1]
    with pytest.raises(ValueError, match=r"Nobody paid in EUR; there are purchases in CNY, USD\."):
        read(2, [sale(1, 0), sale(2, 1, currency="USD"), sale(2, 1, -1, "RETURN", "EUR")], currency="EUR")


def test_equally_many_purchases_in_two_currencies() -> None:
    assert read(1, [sale(1, 0, currency="USD"), sale(1, 1, currency="EUR")]).currency == "EUR"


def test_the_moment_is_that_of_the_last_transaction_unless_given() -> None:
    sold = [sale(1, 0), sale(1, 10, -5, "RETURN")]
    assert read(1, sold).as_of == int((START + datetime.timedelta(days=10)).timestamp() * 1e6)
    early = read(1, sold, as_of=START + datetime.timedelta(days=5))
    assert (early.later, len(early.moment)) == (1, 1)
    exact = read(1, sold, as_of=START)
    assert (exact.later, exact.purchase.tolist()) == (1, [True])


def test_money_is_whole_ten_thousandths() -> None:
    found = read(1, [sale(1, day, 0.1) for day in range(10)])
    assert found.amount.sum() == CENTS
    assert np.array_equal(found.amount, np.rint(found.amount))


def test_purchases_for_nothing_are_counted() -> None:
    assert read(1, [sale(1, 0), sale(1, 1, 0), sale(1, 2, -3), sale(1, 3, -3, "RETURN")]).worthless == 2


@pytest.mark.parametrize(("sold", "given", "text"), [
    ([], {}, "Among the 3 customers of this run nobody bought anything; of 0 transactions 0 belong to nobody known"),
    ([sale(0, 1), sale(0, 2)], {}, "of 2 transactions 2 belong to nobody known"),
    ([sale(1, 1, -5, "RETURN")], {}, "nobody bought anything"),
    ([sale(1, 1), sale(2, 9)], {"as_of": START},
     "Until 2024-01-01 09:00 there is no purchase in CNY: the first was at 2024-01-02 09:00, the last at 2024-01-10 09:00"),
    ([sale(1, 1, 8e14), sale(2, 1, 8e14)], {}, "2 transactions come to more than 900,000,000,000,000 CNY"),
], ids=["nothing", "nobody's", "only returns", "before all data", "absurd"])
def test_what_cannot_be_worked_with(sold: list[Sale], given: dict[str, Any], text: str) -> None:
    with pytest.raises(NoSales, match=text):
        read(3, sold, **given)
