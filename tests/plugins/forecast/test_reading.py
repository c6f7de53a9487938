"""From sales to series: what is added up, what gaps and returns are worth, and which periods count, by hand."""

import datetime
from typing import Any

import pytest

from plugins.forecast.start import ForecastRunStartInput
from schema.analyses.contract import InsufficientData, InvalidParameters
from schema.analyses.parameters import read_input
from tests.plugins.forecast.snapshots import START, Sale, daily, sale, snapshot
from tests.plugins.graph.snapshots import Heard

DAYS = 9


def past(sales: list[Sale], heard: Heard | None = None, *, segments: Any = (), refused: Any = (), **given: Any) -> Any:
    from plugins.forecast.reading import read

    start = read_input(ForecastRunStartInput, {"grain": "DAY", **given})
    return read(snapshot(sales, segments=segments, refused=refused), start, heard or Heard())


def values(*given: Any, **more: Any) -> list[float]:
    series, = past(*given, **more).series
    found: list[float] = series.values.tolist()
    return found


def test_a_day_without_a_sale_is_nothing_and_returns_are_taken_off_when_they_happen() -> None:
    sales = [*daily([10, 0, 20, 5, 5, 5, 5, 5, 5]), sale(2.1, 7), sale(3, -4, kind="RETURN", quantity=-1), sale(-1, -3, kind="RETURN")]
    assert values(sales) == [10, 0, 27, 1, 5, 5, 5, 5, 5]  # what came back before anything was bought is before the beginning
    assert values(sales, returns="IGNORE") == [10, 0, 27, 5, 5, 5, 5, 5, 5]
    assert values(sales, gaps="CARRY") == [10, 10, 27, 1, 5, 5, 5, 5, 5]
    assert values(sales, target="QUANTITY") == [1, 0, 2, 0, 1, 1, 1, 1, 1]
    assert values(sales, target="ORDERS") == [1, 0, 2, 1, 1, 1, 1, 1, 1]


def test_a_price_is_of_purchases_and_stays_until_there_is_another() -> None:
    sales = [*daily([10, 0, 0, 0, 0, 0, 0, 0, 30]), sale(2, 90, quantity=3), sale(2.2, 10), sale(4, -50, kind="RETURN", quantity=-1)]
    assert values(sales, target="PRICE") == [10, 10, 25, 25, 25, 25, 25, 25, 30]


def test_an_order_counts_once_however_many_lines_it_has() -> None:
    """By product: a transaction that has the product, once in a period."""
    taken = snapshot(daily([1] * DAYS))
    table = taken._tables["transactionLines"]
    import pyarrow as pa

    from plugins.forecast.reading import read
    taken._tables["transactionLines"] = pa.concat_tables([table, table])  # type: ignore[index]
    found = read(taken, read_input(ForecastRunStartInput, {"grain": "DAY", "target": "ORDERS", "by": "PRODUCT"}), Heard())
    assert found.series[0].values.tolist() == [1] * DAYS


def test_weeks_and_months_that_are_not_whole_are_left_out() -> None:
    """From a Wednesday to a Saturday, ten weeks later: nine whole weeks; with a Sunday, ten."""
    wednesday, saturday = 2, 7 * 10 + 5
    sales = [sale(day) for day in range(wednesday, saturday + 1)]
    found = past(sales, grain="WEEK")
    assert found.series[0].values.tolist() == [70.0] * 9
    assert found.series[0].first == found.last - 8
    assert past([*sales, sale(saturday + 1)], grain="WEEK").series[0].values.tolist() == [70.0] * 10
    until = (START + datetime.timedelta(days=63)).replace(hour=0).isoformat()
    assert past(sales, grain="WEEK", until=until).series[0].values.tolist() == [70.0] * 8


def test_what_happens_after_the_last_sale_is_known_when_until_says_so() -> None:
    until = (START + datetime.timedelta(days=DAYS + 2)).isoformat()
    assert values(daily([4] * DAYS), until=until) == [4.0] * DAYS + [0, 0]
    with pytest.raises(InvalidParameters, match="more than 366 days after the last transaction, which was before 2024-01-10"):
        past(daily([4] * DAYS), until="2030-01-01T00:00:00Z")


def test_each_customer_begins_with_the_first_purchase_and_the_busiest_comes_first() -> None:
    sales = [*daily([3] * 10, customer=7), *daily([0, 5, 0, 5, 5, 5, 5, 5, 5, 5], customer=9), *daily([0] * 8 + [1, 1], customer=5), *daily(
        [9] * 10, customer=0)]
    found = past(sales, by="CUSTOMER")
    assert [(found.subjects.keys[one.subject], one.values.tolist()) for one in found.series] == [
        (7, [3.0] * 10), (9, [5, 0, 5, 5, 5, 5, 5, 5, 5])]
    assert (found.short, found.left) == (1, 0)
    assert len(past(sales, by="CUSTOMER", mostSeries=1).series) == 1
    assert past(sales, by="CUSTOMER", mostSeries=1).left == 1


def test_a_purchase_counts_in_every_segment_of_its_customer() -> None:
    sales = [*daily([3] * 9, customer=1), *daily([1] * 9, customer=2), *daily([8] * 9, customer=3)]
    members = [(4, "甲", 1), (4, "甲", 2), (6, "乙", 2), (6, "乙", 3)]
    found = past(sales, by="SEGMENT", segments=members)
    assert {found.subjects.names[one.subject]: one.values[0] for one in found.series} == {"甲": 4.0, "乙": 9.0}
    assert {found.subjects.keys[one.subject] for one in found.series} == {4, 6}
    without = past(sales, by="SEGMENT", segments=members, refused=[2])
    assert {without.subjects.names[one.subject]: one.values[0] for one in without.series} == {"甲": 3.0, "乙": 8.0}
    with pytest.raises(InsufficientData, match="in any segment"):
        past(sales, by="SEGMENT")


def test_products_and_categories() -> None:
    sales = [*daily([3] * 9, product=1), *daily([1] * 9, product=2), *daily([8] * 9, product=3)]
    assert [one.values[0] for one in past(sales, by="PRODUCT").series] == [3, 1, 8]
    found = past(sales, by="CATEGORY")
    assert {found.subjects.keys[one.subject]: one.values[0] for one in found.series} == {"器皿": 1.0, "饮料": 3.0}


def test_one_currency_for_amounts_and_all_for_pieces() -> None:
    heard = Heard()
    sales = [*daily([3] * 9), *daily([8] * 4, currency="USD")]
    assert past(sales, heard).currency == "CNY"
    assert heard.warnings == ["Left out because they are not in CNY: 4 transactions. Amounts in different currencies do not add up."]
    assert values(sales, target="QUANTITY") == [2] * 4 + [1] * 5
    with pytest.raises(InvalidParameters, match="Nobody paid in EUR; there are purchases in CNY, USD"):
        past(sales, currency="EUR")


@pytest.mark.parametrize(("sales", "said"), [
    ([sale(1, -3, kind="RETURN")], "no purchase among 1 transactions"),
    (daily([1] * 7), "The longest of 1 series has 7 whole days, until 2024-01-08: at least 8 are needed"),
])
def test_too_little_is_said(sales: list[Sale], said: str) -> None:
    with pytest.raises(InsufficientData, match=said):
        past(sales)


def test_no_period_is_over() -> None:
    with pytest.raises(InsufficientData, match="No month with a purchase is over"):
        past(daily([1] * 9), grain="MONTH")
