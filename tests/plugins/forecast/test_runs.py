"""Runs from end to end: started by GraphQL, computed by a worker, published, and seen in what they are about."""

import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schema.jobs.models import JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.forecast.shop import MONDAY, PRICES, WEEKS, open_shop, pieces, run, started
from tests.plugins.graph.office import Office
from tests.schema.querying.asking import EVERYTHING

SERIES = """
  id target grain model form fallback naiveWins category
  subject { __typename ... on Customer { name } ... on Product { name } ... on Segment { name } }
  points { at value lower80 upper80 lower95 upper95 } history { at value } backtest { name value baseline fold }
  scores { model mase smape rmse coverage80 coverage95 } run { id }"""


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_shop(database, tmp_path) as opened_:
        yield opened_


def weekly() -> list[float]:
    """What all paid together, by week."""
    found = []
    for week in range(WEEKS):
        tea, cups = pieces(week)
        found.append(float(tea * PRICES[0] + cups * PRICES[1] + (week % 3 == 0) * 2 * PRICES[0] + (week == WEEKS - 1) * PRICES[1]))
    return found


def sound(series: dict[str, Any], horizon: int) -> None:
    assert len(series["points"]) == horizon
    for point in series["points"]:
        assert 0 <= point["lower95"] <= point["lower80"] <= point["value"] <= point["upper80"] <= point["upper95"]


async def test_the_total_of_the_weeks_ahead_is_published(office: Office) -> None:
    row = await run(office, publish=True, horizon=6)
    assert row.status is JobStatus.SUCCEEDED, row.error_message
    series = (await office.data(f"{{ forecast(target: AMOUNT) {{ {SERIES} }} }}"))["forecast"]
    assert [one["value"] for one in series["history"]] == weekly()
    begins = MONDAY.replace(hour=0) + datetime.timedelta(weeks=WEEKS)
    ahead = [datetime.datetime.fromisoformat(one["at"]) for one in series["points"]]
    assert ahead == [begins + datetime.timedelta(weeks=week) for week in range(6)]
    sound(series, 6)
    assert (series["subject"], series["category"], series["run"]["id"]) == (None, None, f"j_{row.id}")
    assert (await office.data("{ forecast(target: ORDERS) { model } }"))["forecast"] is None
