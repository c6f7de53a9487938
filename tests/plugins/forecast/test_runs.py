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
    await of_the_run(office, row.id)
    await of_each(office)
    await who_may_not_see_purchases(office, row.id)
    await what_cannot_be_done(office)


async def of_the_run(office: Office, run_id: int) -> None:
    found = (await office.data(f"""{{ node(id: "j_{run_id}") {{ ... on ForecastRun {{
        publishedSlots target by grain horizon season gaps returns currency until seriesCount shortCount leftOutCount testedCount
        naiveWinsCount fallbackCount models {{ model chosenCount testedCount mase smape coverage80 coverage95 }}
        metrics {{ name value baseline }} charts {{ name title }} warnings series {{ nodes {{ {SERIES} }} }} }} }} }}"""))["node"]
    assert found["publishedSlots"] == ["totalAmount"]
    assert (found["target"], found["by"], found["grain"], found["horizon"], found["season"]) == ("AMOUNT", "TOTAL", "WEEK", 6, 52)
    assert (found["gaps"], found["returns"], found["currency"], found["until"]) == ("ZERO", "SUBTRACT", "CNY", "2024-07-01T00:00:00+00:00")
    assert (found["seriesCount"], found["shortCount"], found["leftOutCount"], found["testedCount"]) == (1, 0, 0, 1)
    assert [one["name"] for one in found["charts"]] == ["fan", "backtest", "errors"]
    series, = found["series"]["nodes"]
    assert [one["name"] for one in series["backtest"]] == [one["name"] for one in found["metrics"]]
    assert {one["model"] for one in found["models"]} == {one["model"] for one in series["scores"]}
    assert [one["value"] for one in found["metrics"][:2]] == pytest.approx([one["value"] for one in series["backtest"][:2]])


async def of_each(office: Office) -> None:
    """Products and categories by pieces, segments and customers by orders and amounts; each by a run of its own."""
    for given in ({"by": "PRODUCT", "target": "QUANTITY"}, {"by": "CATEGORY", "target": "PRICE"}, {"by": "SEGMENT", "target": "ORDERS"},
                  {"by": "CUSTOMER", "target": "AMOUNT"}):
        row = await run(office, publish=True, horizon=4, model="NAIVE", **given)
        assert row.status is JobStatus.SUCCEEDED, row.error_message
    of_it = f"{{ nodes {{ name forecast(target: %s) {{ {SERIES} }} }} }}"
    products = {one["name"]: one["forecast"] for one in (await office.data(
        f"{{ products(first: 9) {of_it % 'QUANTITY'} }}"))["products"]["nodes"]}
    assert [one["value"] for one in products["茶"]["history"]][:2] == [5 + 2, 6]
    assert products["茶"]["subject"] == {"__typename": "Product", "name": "茶"}
    customers = {one["name"]: one["forecast"] for one in (await office.data(
        f"{{ customers(first: 9) {of_it % 'AMOUNT'} }}"))["customers"]["nodes"]}
    assert customers["顾客 2"]["subject"] == {"__typename": "Customer", "name": "顾客 2"}
    assert [one["value"] for one in customers["顾客 2"]["history"]][:4] == [20, 0, 0, 20]
    segments = (await office.data(f"{{ segments(first: 9) {of_it % 'ORDERS'} }}"))["segments"]["nodes"]
    assert [one["value"] for one in segments[0]["forecast"]["history"]][:4] == [2, 1, 1, 2]
    price = (await office.data(f'{{ forecast(target: PRICE, category: "饮料") {{ {SERIES} }} }}'))["forecast"]
    assert {one["value"] for one in price["history"]} == {10.0}
    assert (price["fallback"], price["model"], price["category"], price["subject"]) == ("CONSTANT", "NAIVE", "饮料", None)
    assert (await office.data('{ forecast(target: PRICE, category: "nothing") { id } }'))["forecast"] is None
    for series in (products["茶"], customers["顾客 2"], segments[0]["forecast"], price):
        sound(series, 4)


async def who_may_not_see_purchases(office: Office, run_id: int) -> None:
    few = EVERYTHING - {"commerce.read"}
    for query in ("forecast(target: AMOUNT) { id }", "customers(first: 1) { nodes { forecast(target: AMOUNT) { id } } }",
                  f'node(id: "j_{run_id}") {{ ... on ForecastRun {{ series {{ nodes {{ id }} }} }} }}'):
        assert [code for code, _ in (await office.ask(f"{{ {query} }}", allowed=few)).refusals] == ["FORBIDDEN"]


async def what_cannot_be_done(office: Office) -> None:
    refused: tuple[tuple[dict[str, Any], list[str]], ...] = (
        ({"horizon": 0}, ["horizon"]), ({"horizon": 10_000}, ["horizon"]), ({"season": 0}, ["season"]), ({"folds": 11}, ["folds"]),
        ({"mostSeries": 0}, ["mostSeries"]), ({"currency": "yuan"}, ["currency"]), ({"log": True}, ["log"]),
        ({"arima": {"p": 1}}, ["arima"]), ({"model": "ARIMA", "arima": {"q": 6}}, ["arima", "q"]), ({"seed": -1}, ["seed"]))
    for given, path in refused:
        answer = await started(office, **given)
        assert (answer["run"], [(one["code"], one["path"]) for one in answer["userErrors"]]) == (None, [("INVALID", ["input", *path])])


async def test_both_databases_give_the_same_result(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for url in (sqlite_url, postgres_url):
        async with opened(url) as database, open_shop(database, tmp_path / database.dialect) as office:
            digests.append((await run(office, horizon=4, by="CUSTOMER")).result_digest)
    assert digests[0] == digests[1] is not None
