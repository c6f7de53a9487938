"""What each customer bought, by hand."""

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from plugins.graph.metrics.purchases import Feature, purchases
from server.worker.snapshots.tables import TABLES
from tests.plugins.graph.snapshots import NOW

DAY = datetime.timedelta(days=1)
IDS = np.array([3, 5, 8, 9])
Row = tuple[int, str, int, float, datetime.datetime | None]
ROWS: list[Row] = [(3, "CNY", 2, 30.5, NOW - 2 * DAY), (3, "EUR", 1, 7.0, NOW - 1.5 * DAY), (5, "CNY", 1, 5.0, NOW + DAY),
                   (8, "EUR", 0, -1.0, None)]


def behaviour(rows: list[Row]) -> Any:
    schema = TABLES["behaviour"].schema
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)


def known(feature: Feature) -> list[float | None]:
    return [value if there else None for value, there in zip(feature.values.tolist(), feature.known.tolist(), strict=True)]


def test_what_customers_bought() -> None:
    """Counts go over all currencies, amounts do not; days are counted back to what had been bought by then."""
    found = purchases(IDS, behaviour(ROWS), NOW)
    assert known(found.count) == [3, 1, 0, 0]
    assert known(found.total) == [None, 5.0, None, 0.0]
    assert known(found.days) == [1.5, None, None, None]
    assert (found.currency, found.others, found.later) == ("CNY", 2, 1)


@pytest.mark.parametrize(("currency", "total", "others"), [("EUR", [None, None, -1.0, 0.0], 2), ("CNY", [None, 5.0, None, 0.0], 2)])
def test_a_currency_that_is_asked_for(currency: str, total: list[float | None], others: int) -> None:
    found = purchases(IDS, behaviour(ROWS), NOW, currency)
    assert known(found.total) == total
    assert (found.currency, found.others) == (currency, others)


def test_of_equal_currencies_the_first_by_the_alphabet() -> None:
    rows = [(3, "USD", 1, 1.0, NOW), (5, "CNY", 1, 1.0, NOW)]
    assert purchases(IDS, behaviour(rows), NOW).currency == "CNY"


def test_nobody_bought_anything() -> None:
    found = purchases(IDS, behaviour([]), NOW)
    assert known(found.count) == known(found.total) == [0, 0, 0, 0]
    assert known(found.days) == [None] * 4
    assert (found.currency, found.others, found.later) == (None, 0, 0)


def test_a_moment_is_kept_to_the_microsecond() -> None:
    found = purchases(IDS, behaviour([(3, "CNY", 1, 1.0, NOW), (5, "CNY", 1, 1.0, NOW + datetime.timedelta(microseconds=1))]), NOW)
    assert known(found.days) == [0, None, None, None]


def test_a_currency_that_nobody_paid_in_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Nobody paid in XAU; there are purchases in CNY, EUR\."):
        purchases(IDS, behaviour(ROWS), NOW, "XAU")
    with pytest.raises(ValueError, match="Nobody paid in EUR; there are purchases in no currency"):
        purchases(IDS, behaviour([]), NOW, "EUR")
