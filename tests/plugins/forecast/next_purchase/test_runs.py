"""Runs from end to end: started by GraphQL, computed by a worker, published, and seen in customers; and charts."""

import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from plugins.forecast.next_purchase.analysis import NEXT_PURCHASE
from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from server.worker.drawing import draw_charts
from tests.plugins.forecast.next_purchase.shops import regular, told
from tests.plugins.graph.office import PUBLISH, Office
from tests.plugins.propensity.shop import BUYERS, open_shop
from tests.plugins.propensity.snapshots import NOW, snapshot
from tests.schema.querying.asking import EVERYTHING
from tests.server.runs.house import ended

START = """
mutation Start($input: NextPurchaseRunStartInput!) {
  nextPurchaseRunStart(input: $input) { run { id } estimate { rows withinLimits } userErrors { code message path } }
}"""
PAGE = """
query Page($first: Int!) { customers(first: $first, orderBy: [{nextPurchase: {direction: ASC}}, {name: ASC}]) { nodes {
  name nextPurchase { expectedAt lower80 upper80 categories { category probability } run { id } } } } }"""
RUN = """
query Run($id: ID!) { node(id: $id) { ... on NextPurchaseRun {
  asOf dateModel categoryModel customerCount scoredCount datedCount soon { days count } testSince testDays testedCount boughtCount
  categoryTestedCount categoryNames publishedSlots metrics { name value baseline } charts { name } } } }"""


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_shop(database, tmp_path) as office:
        yield office


async def started(office: Office, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await office.data(START, {"input": {"seed": 1, "asOf": NOW.isoformat()} | given}))["nextPurchaseRunStart"]
    return answer


async def published(office: Office) -> JobRow:
    answer = await started(office)
    assert answer["userErrors"] == []
    row = await ended(office.database, int(answer["run"]["id"].removeprefix("j_")))
    assert (row.status, row.error_message, row.slots) == (JobStatus.SUCCEEDED, None, ["nextPurchase"])
    assert (await office.data(PUBLISH, {"id": f"j_{row.id}"}))["analysisRunPublish"]["userErrors"] == []
    return row


async def test_what_a_run_tells_becomes_part_of_customers(office: Office) -> None:
    row = await published(office)
    nodes = (await office.data(PAGE, {"first": 200}))["customers"]["nodes"]
    for_all = len(office.sent)
    await office.data(PAGE, {"first": 1})
    assert len(office.sent) == for_all
    told = [node for node in nodes if node["nextPurchase"]]
    assert len(nodes) == BUYERS + 2
    assert BUYERS - 5 < len(told) <= BUYERS  # who bought before the moment
    dates = [node["nextPurchase"]["expectedAt"] for node in told if node["nextPurchase"]["expectedAt"]]
    assert dates == sorted(dates, key=datetime.datetime.fromisoformat)
    assert min(map(datetime.datetime.fromisoformat, dates)) >= NOW
    first = told[0]["nextPurchase"]
    assert first["run"] == {"id": f"j_{row.id}"}
    assert {one["category"] for one in first["categories"]} == {"茶", "coffee"}
    assert sum(one["probability"] for one in first["categories"]) == pytest.approx(1)
    await keys(office, told, row)
    found = (await office.data(RUN, {"id": f"j_{row.id}"}))["node"]
    assert (found["scoredCount"], found["datedCount"], found["dateModel"]) == (len(told), len(dates), "TIME_TO_EVENT")
    assert {one["name"] for one in found["charts"]} == {"expected", "dates", "categories"}
    assert found["categoryNames"] == ["茶", "coffee"]
    assert {"date: mean absolute error in days", "category: accuracy"} <= {one["name"] for one in found["metrics"]}
    hidden = await office.ask("{ customers(first: 1) { nodes { nextPurchase { expectedAt } } } }", allowed=EVERYTHING - {"commerce.read"})
    assert [code for code, _ in hidden.refusals] == ["FORBIDDEN"]
    refused = await started(office, testDays=0)
    assert [(one["code"], one["path"]) for one in refused["userErrors"]] == [("INVALID", ["input", "testDays"])]


async def keys(office: Office, told: list[dict[str, Any]], row: JobRow) -> None:
    """Moments of a run compare with moments that clients give, on either database."""
    read, moment = datetime.datetime.fromisoformat, told[9]["nextPurchase"]["expectedAt"]
    early = sorted(node["name"] for node in told if (at := node["nextPurchase"]["expectedAt"]) and read(at) < read(moment))
    for where, wanted in ((f'{{lt: "{moment}"}}', early), (f'{{lt: "{moment}", runId: "j_{row.id}"}}', early)):
        found = await office.data(
            f"{{ customers(first: 200, where: {{nextPurchase: {where}}}, orderBy: [{{name: ASC}}]) {{ nodes {{ name }} }} }}")
        assert [node["name"] for node in found["customers"]["nodes"]] == wanted
    nobody = await office.data("{ customers(first: 200, where: {nextPurchase: {isNull: true}}) { nodes { name } } }")
    assert {"顾客 121", "顾客 122"} <= {node["name"] for node in nobody["customers"]["nodes"]}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_charts_are_drawn(language: str, tmp_path: Path) -> None:
    taken, complaints = snapshot(60, regular()), list[str]()
    drawn = draw_charts(NEXT_PURCHASE, told(taken), taken, tmp_path, language, complaints.append)
    assert complaints == []
    assert [one["name"] for one in drawn] == ["expected", "dates", "categories"]
