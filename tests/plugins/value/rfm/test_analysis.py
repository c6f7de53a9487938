"""What an RFM run finds in a snapshot: who is scored, what adds up, what is told, and what is refused."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from plugins.value.rfm.analysis import LEAST, RFM
from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.analyses.parameters import read_input
from tests.plugins.graph.snapshots import Heard
from tests.plugins.value.snapshots import Sale, regulars, sale, scored, snapshot


def test_everybody_is_scored_or_not_and_why() -> None:
    """1 to 6 bought lately, 7 long ago, 8 in another currency, 9 nothing, and 10 only gave something back."""
    sold = [*[sale(i, 100 + i) for i in range(1, 7)], sale(7, 0), sale(8, 101, currency="USD"), sale(10, 104, -3, "RETURN")]
    result = scored(snapshot(10, sold), windowDays=30)
    figures = result.summary
    assert (figures["customerCount"], figures["scoredCount"], figures["unscoredCount"]) == (10, 6, 4)
    assert (figures["neverBoughtCount"], figures["otherCurrencyCount"], figures["otherTimeCount"]) == (2, 1, 1)
    assert result.tables["value_rfm"]["customer_id"].to_pylist() == [1, 2, 3, 4, 5, 6]
    assert (figures["purchaseCount"], figures["total"]) == (6, {"amount": "60.0000", "currency": "CNY"})


def test_figures_add_up() -> None:
    result = scored(snapshot(50, regulars()))
    figures, table = result.summary, result.tables["value_rfm"]
    assert figures["scoredCount"] + figures["unscoredCount"] == figures["customerCount"] == 50
    assert sum(one["count"] for one in figures["segments"]) == figures["scoredCount"] == table.num_rows == 40
    assert sum(Decimal(one["total"]["amount"]) for one in figures["segments"]) == Decimal(figures["total"]["amount"])
    assert Decimal(figures["total"]["amount"]) == Decimal(sum(table["monetary"].to_pylist())) / 10_000
    for measure in ("RECENCY", "FREQUENCY", "MONETARY"):
        assert sum(one["count"] for one in figures["scores"] if one["measure"] == measure) == 40
    assert figures["purchaseCount"] == sum(table["frequency"].to_pylist()) == len(regulars())


def test_ranges_of_a_measure_do_not_overlap() -> None:
    found = [one for one in scored(snapshot(40, regulars())).summary["scores"] if one["measure"] == "MONETARY"]
    assert all(lower["highest"] < higher["lowest"] for lower, higher in pairwise(found))
    recency = [one for one in scored(snapshot(40, regulars())).summary["scores"] if one["measure"] == "RECENCY"]
    assert all(worse["lowest"] > better["highest"] for worse, better in pairwise(recency))


def test_warnings() -> None:
    heard = Heard()
    scored(snapshot(40, [*regulars(), sale(0, 3), sale(1, 3, currency="USD"), sale(2, 3, 0)]), heard)
    assert [warning.partition(":")[0] for warning in heard.warnings] == [
        "Left out because they are not in CNY", "Left out because nobody knows whose they are", "Purchases with a total of zero or less"]
    assert "1 transactions" in heard.warnings[0]


def test_the_moment_can_be_chosen() -> None:
    result = scored(snapshot(40, regulars()), purchases={"asOf": "2024-01-20T00:00:00Z"})
    assert result.summary["asOf"] == "2024-01-20T00:00:00+00:00"
    assert result.summary["laterTransactions"] > 0
    assert min(result.tables["value_rfm"]["recency_days"].to_pylist()) >= 0


def test_the_same_again() -> None:
    once, again = (scored(snapshot(40, regulars())) for _ in range(2))
    assert (once.tables, once.summary) == (again.tables, again.summary)


@pytest.mark.parametrize(("customers", "sold", "given", "text"), [
    (10, [], {}, "nobody bought anything"),
    (1, [sale(1, 0), sale(1, 5)], {},
     f"Of 1 customers 1 bought something in CNY until 2024-01-06 09:00: fifths of customers take at least {LEAST}"),
    (10, [*[sale(i, 0) for i in range(1, 10)], sale(10, 50)], {"windowDays": 30},
     "Of 10 customers 1 bought something in CNY in the 30 days until"),
    (10, [sale(1, 40)], {"purchases": {"asOf": "2024-01-02T00:00:00Z"}}, "the first was at 2024-02-10 09:00"),
], ids=["no purchases", "one customer", "nobody in the window", "before all data"])
def test_too_little_data(customers: int, sold: list[Sale], given: dict[str, Any], text: str) -> None:
    with pytest.raises(InsufficientData, match=text):
        scored(snapshot(customers, sold), **given)


def test_an_empty_window() -> None:
    with pytest.raises(InsufficientData, match="0 bought something in CNY in the 3 days until 2024-03-01 00:00"):
        scored(snapshot(10, [sale(i, 1) for i in range(1, 10)]), windowDays=3, purchases={"asOf": "2024-03-01T00:00:00Z"})


def test_a_currency_that_nobody_paid_in() -> None:
    with pytest.raises(InvalidParameters, match="Nobody paid in EUR; there are purchases in CNY") as caught:
        scored(snapshot(40, regulars()), purchases={"currency": "EUR"})
    assert caught.value.path == ("purchases", "currency")


@pytest.mark.parametrize(("given", "path"), [
    ({"windowDays": 0}, ("windowDays",)), ({"windowDays": 10_000}, ("windowDays",)), ({"windowDays": -1}, ("windowDays",)),
    ({"purchases": {"currency": "euro"}}, ("purchases", "currency")), ({"purchases": {"currency": "eur"}}, ("purchases", "currency")),
])
def test_parameters_out_of_bounds(given: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidParameters) as caught:
        read_input(RFM.start, given)
    assert caught.value.path == path


def test_an_estimate_grows_with_what_there_is_to_do() -> None:
    little, much = (RFM.estimate({"customers": n, "transactions": 10 * n}, read_input(RFM.start, {})) for n in (1000, 100_000))
    assert (little.rows, much.rows) == (11_000, 1_100_000)
    assert little.memory < much.memory < 3e9
    assert little.seconds < much.seconds < 60
