"""From models to the table of a run and its figures."""

import datetime
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from guanxi import Metric
from plugins.forecast.calendar import EPOCH
from plugins.forecast.next_purchase.dating import Dates
from plugins.forecast.next_purchase.start import NextPurchaseRunStartInput
from plugins.forecast.next_purchase.testing import CategoryTest, DateTest
from plugins.forecast.next_purchase.visits import Floats, Numbers, Visits

SHOWN = 5  # categories of a customer
FURTHEST = 36_500.0  # days: no calendar is asked for more
STEPS = 60  # of the curve of the test
SOON = (7, 30, 90)


def table(past: Visits, customer: Numbers, dates: Dates, who: Numbers, chances: Floats) -> Any:
    """`chances`: float64[j, c] of the customers `who`; the others have no categories."""
    import pyarrow as pa

    by_customer = {int(one): row for one, row in zip(who, chances, strict=True)}
    listed = [json.dumps(listing(past, by_customer.get(int(one))), ensure_ascii=False) for one in customer]
    return pa.table({"customer_id": past.ids[customer], "expected_at": moments(past.end, dates.middle),
                     "lower80": moments(past.end, dates.low), "upper80": moments(past.end, dates.high), "categories": listed})


def listing(past: Visits, chance: Floats | None) -> list[dict[str, Any]]:
    """The most probable first; rarer categories that were taken together have no name, and are left out."""
    if chance is None:
        return []
    named = chance[:len(past.categories)]
    order = np.argsort(-named, kind="stable")[:SHOWN]
    return [{"category": past.categories[place], "probability": float(named[place])} for place in order.tolist()]


def moments(end: float, days: Floats) -> Any:
    import pyarrow as pa

    known = np.isfinite(days) & (days <= FURTHEST)
    found = np.rint((end + np.where(known, days, 0)) * 86_400).astype(np.int64) * 1_000_000
    return pa.array(found, pa.int64(), mask=~known).cast(pa.timestamp("us", "UTC"))


def at(days: float) -> str:
    return (EPOCH + datetime.timedelta(seconds=round(days * 86_400))).isoformat()


def summary(past: Visits, start: NextPurchaseRunStartInput, customer: Numbers, dates: Dates, test: DateTest,
            categories: CategoryTest | None) -> dict[str, Any]:
    return {
        "asOf": at(past.end), "dateModel": start.date_model.name, "categoryModel": start.category_model.name if past.categories else None,
        "customerCount": len(past.ids), "scoredCount": len(customer), "datedCount": int(np.isfinite(dates.middle).sum()),
        "testSince": at(test.since), "testDays": test.length, "testedCount": len(test.days), "boughtCount": int(test.happened.sum()),
        "categoryTestedCount": len(categories.category) if categories else 0, "categories": past.categories,
        "soon": [{"days": days, "count": int((dates.middle <= days).sum())} for days in SOON]}


def drawing(dates: Dates, test: DateTest, categories: CategoryTest | None, metrics: Sequence[Metric]) -> dict[str, Any]:
    return {"middle": dates.middle, "curve": curve(test), "categories": categories,
            "metrics": {one.name: (one.value, one.baseline) for one in metrics}}


def curve(test: DateTest) -> list[tuple[float, float, float, float]]:
    """Days since the hidden ones began; which share had bought by then; of whom it was told; and by the plain guess."""
    bought = np.where(test.happened, test.days, np.inf)
    return [(day, *(float((one <= day).mean()) for one in (bought, test.told.middle, test.naive)))
            for day in np.linspace(0, test.length, STEPS).tolist()]
