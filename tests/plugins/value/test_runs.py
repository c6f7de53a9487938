"""Runs from end to end: started by GraphQL, computed by a worker, published, and seen in customers."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.graph.office import PUBLISH, Office
from tests.plugins.value.shop import BUYERS, open_shop, run, started
from tests.schema.querying.asking import EVERYTHING
from tests.server.runs.house import ended

RERUN = "mutation R($id: ID!) { analysisRunRerun(input: {id: $id}) { run { id } userErrors { code } } }"
PAGE = """
query Page($first: Int!) {
  customers(first: $first, orderBy: [{lifetimeValue: {direction: DESC}}, {name: ASC}]) {
    nodes {
      name
      rfm { recencyDays frequency monetary { amount currency } recencyScore frequencyScore monetaryScore segment label run { id currency } }
      lifetimeValue { value { amount currency } rank percentile stale computedAt run { id ... on LifetimeValueRun { horizonDays } } }
      churnRisk { value rank run { id } }
      expectedPurchases { value }
    }
  }
}"""


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_shop(database, tmp_path) as office:
        yield office


async def names(office: Office, where: str, order: str = "[{name: ASC}]") -> list[str]:
    found = await office.data(f"{{ customers(first: 100, where: {where}, orderBy: {order}) {{ nodes {{ name }} }} }}")
    return [node["name"] for node in found["customers"]["nodes"]]


async def test_what_runs_find_becomes_part_of_customers(office: Office) -> None:
    rfm, value = await run(office, "rfm", publish=True), await run(office, "lifetimeValue", publish=True, horizonDays=90)
    assert [(one.status, one.error_message) for one in (rfm, value)] == [(JobStatus.SUCCEEDED, None)] * 2
    assert (rfm.slots, value.slots) == (["rfm"], ["lifetimeValue", "churnRisk", "expectedPurchases"])
    nodes = (await office.data(PAGE, {"first": 100}))["customers"]["nodes"]
    for_all = len(office.sent)
    assert len(nodes) == BUYERS + 3
    scored, unscored = nodes[:BUYERS], nodes[BUYERS:]
    assert [node["name"] for node in unscored] == ["顾客 41", "顾客 42", "顾客 43"]
    assert all(node[field] is None for node in unscored for field in ("rfm", "lifetimeValue", "churnRisk", "expectedPurchases"))
    values = [Decimal(node["lifetimeValue"]["value"]["amount"]) for node in scored]
    assert values == sorted(values, reverse=True)
    assert (scored[0]["lifetimeValue"]["rank"], scored[0]["lifetimeValue"]["percentile"]) == (1, 100.0)
    assert {node["lifetimeValue"]["value"]["currency"] for node in scored} == {"CNY"}
    assert (scored[0]["lifetimeValue"]["run"], scored[0]["lifetimeValue"]["stale"]) == ({"id": f"j_{value.id}", "horizonDays": 90}, False)
    assert all(0 <= node["churnRisk"]["value"] <= 1 for node in scored)
    five = next(node for node in scored if node["name"] == "顾客 04")["rfm"]  # four more times, every eleven days
    assert (five["frequency"], five["monetary"]) == (5, {"amount": "120.00", "currency": "CNY"})
    assert five["run"] == {"id": f"j_{rfm.id}", "currency": "CNY"}
    assert (five["frequencyScore"], five["segment"], five["label"]) == (5, "CHAMPIONS", "Champions")
    await office.data(PAGE, {"first": 1})
    assert len(office.sent) == for_all == 3  # customers with what is joined; for stale: what runs read, and what is newest
    await keys(office, nodes, value)
    await what_an_rfm_run_says_of_itself(office, rfm)
    await what_a_value_run_says_of_itself(office, value)
    await who_may_not_see_purchases(office)


async def keys(office: Office, nodes: list[dict[str, Any]], value: JobRow) -> None:
    scored = nodes[:BUYERS]
    dear = Decimal(scored[9]["lifetimeValue"]["value"]["amount"])
    assert sorted(await names(office, f'{{lifetimeValue: {{gte: "{dear}"}}}}')) == sorted(
        node["name"] for node in scored if Decimal(node["lifetimeValue"]["value"]["amount"]) >= dear)
    assert await names(office, '{lifetimeValue: {gte: "0", currency: "USD"}}') == []
    assert len(await names(office, '{lifetimeValue: {gte: "0", currency: "CNY"}}')) == BUYERS
    assert len(await names(office, f'{{lifetimeValue: {{isNull: true, runId: "j_{value.id}"}}}}')) == 3
    assert len(await names(office, '{lifetimeValue: {isNull: false, currency: "CNY"}}')) == BUYERS
    risky = sorted((node for node in scored), key=lambda node: -node["churnRisk"]["value"])
    assert (await names(office, "{churnRisk: {gt: 0}}", "[{churnRisk: {direction: DESC}}]"))[0] == risky[0]["name"]
    assert len(await names(office, "{expectedPurchases: {lt: 1}}")) == sum(node["expectedPurchases"]["value"] < 1 for node in scored) > 0
    for where, holds in (
            ("{segment: {eq: CHAMPIONS}}", lambda rfm: rfm["segment"] == "CHAMPIONS"),
            ("{segment: {in: [LOYAL, HIBERNATING]}}", lambda rfm: rfm["segment"] in ("LOYAL", "HIBERNATING")),
            ("{recencyScore: {gte: 4}, frequencyScore: {lte: 2}}", lambda rfm: rfm["recencyScore"] >= 4 and rfm["frequencyScore"] <= 2),
            ("{monetaryScore: {in: [1, 5]}}", lambda rfm: rfm["monetaryScore"] in (1, 5)), ("{isNull: false}", lambda rfm: True)):
        assert await names(office, f"{{rfm: {where}}}") == sorted(node["name"] for node in scored if holds(node["rfm"]))
    assert await names(office, "{rfm: {isNull: true}}") == ["顾客 41", "顾客 42", "顾客 43"]
    assert await names(office, f'{{rfm: {{segment: {{eq: CHAMPIONS}}, runId: "j_{value.id}"}}}}') == []  # a run of another analysis


async def what_an_rfm_run_says_of_itself(office: Office, row: JobRow) -> None:
    found = (await office.data(f"""{{ node(id: "j_{row.id}") {{ ... on RfmRun {{
        published asOf since currency customerCount scoredCount unscoredCount neverBoughtCount otherCurrencyCount otherTimeCount
        purchaseCount total {{ amount currency }} otherCurrencyTransactions laterTransactions warnings charts {{ name title }}
        segments {{ segment label count total {{ amount currency }} meanRecencyDays meanFrequency }}
        scores {{ measure score count lowest highest }} }} }} }}"""))["node"]
    assert (found["customerCount"], found["scoredCount"], found["unscoredCount"]) == (BUYERS + 3, BUYERS, 3)
    assert (found["neverBoughtCount"], found["otherCurrencyCount"], found["otherTimeCount"]) == (2, 1, 0)
    assert (found["currency"], found["since"], found["otherCurrencyTransactions"]) == ("CNY", None, 1)
    assert len(found["segments"]) == 10
    assert sum(Decimal(one["total"]["amount"]) for one in found["segments"]) == Decimal(found["total"]["amount"])
    assert [one["name"] for one in found["charts"]] == ["map", "segments"]
    assert len(found["warnings"]) == 2


async def what_a_value_run_says_of_itself(office: Office, row: JobRow) -> None:
    found = (await office.data(f"""{{ node(id: "j_{row.id}") {{ ... on LifetimeValueRun {{
        model horizonDays scoredCount unscoredCount cameBackCount payingCount logLikelihood spendingLogLikelihood correlation
        meanAlive expectedPurchases total {{ amount currency }} meanSpending {{ amount }} modelParameters {{ name value error low high }}
        holdout {{ since days customerCount actual {{ purchases value {{ amount currency }} }} expected {{ purchases }}
                   naive {{ purchases }}
                   modelErrors {{ meanError rootMeanSquare meanValueError }} naiveErrors {{ meanError }}
                   byRepeats {{ repeats count actual expected naive }} }}
        metrics {{ name value baseline }} charts {{ name }} }} }} }}"""))["node"]
    assert (found["model"], found["horizonDays"], found["scoredCount"], found["unscoredCount"], found["cameBackCount"]) == (
        "BG_NBD", 90, BUYERS, 3, 32)
    assert [one["name"] for one in found["modelParameters"]] == ["r", "alpha", "a", "b", "p", "q", "v"]
    assert [one["name"] for one in found["charts"]] == ["value", "holdout", "alive", "spread"]
    assert found["metrics"][0]["value"] == found["holdout"]["modelErrors"]["meanError"]
    assert found["total"]["currency"] == "CNY"


async def who_may_not_see_purchases(office: Office) -> None:
    few = EVERYTHING - {"commerce.read"}
    for field in ("rfm { frequency }", "lifetimeValue { rank }", "churnRisk { value }"):
        hidden = await office.ask(f"{{ customers(first: 1) {{ nodes {{ {field} }} }} }}", allowed=few)
        assert [code for code, _ in hidden.refusals] == ["FORBIDDEN"]
    for where in ("{rfm: {segment: {eq: NEW}}}", '{lifetimeValue: {gt: "1"}}', "{churnRisk: {gt: 0.5}}"):
        hidden = await office.ask(f"{{ customers(first: 1, where: {where}) {{ nodes {{ id }} }} }}", allowed=few)
        assert [code for code, _ in hidden.refusals] == ["FORBIDDEN"]


async def test_a_draft_can_be_asked_and_published_and_repeated(office: Office) -> None:
    draft = await run(office, "rfm", purchases={"asOf": "2024-02-01T00:00:00Z", "where": {"name": {"startsWith": "顾客 0"}}}, windowDays=30)
    assert draft.status is JobStatus.SUCCEEDED
    of_it = f'runId: "j_{draft.id}"'
    ask = f"{{ customers(first: 100, where: {{rfm: {{{of_it}}}}}) {{ nodes {{ rfm {{ segment }} draft: rfm({of_it}) {{ segment }} }} }} }}"
    nodes = (await office.data(ask))["customers"]["nodes"]
    assert len(nodes) == 9
    assert all(node["rfm"] is None and node["draft"] is not None for node in nodes)
    published = (await office.data(PUBLISH, {"id": f"j_{draft.id}"}))["analysisRunPublish"]["run"]
    assert published["publishedSlots"] == ["rfm"]
    assert all(node["rfm"] == node["draft"] for node in (await office.data(ask))["customers"]["nodes"])
    again = await office.data(RERUN, {"id": f"j_{draft.id}"})
    row = await ended(office.database, int(again["analysisRunRerun"]["run"]["id"].removeprefix("j_")))
    assert row.result_digest == draft.result_digest is not None


async def test_what_cannot_be_worked_out_is_said_with_its_place(office: Office) -> None:
    for analysis, given, path in (("rfm", {"windowDays": 0}, ["windowDays"]), ("lifetimeValue", {"horizonDays": 0}, ["horizonDays"]),
                                  ("lifetimeValue", {"horizonDays": 10_000}, ["horizonDays"]),
                                  ("rfm", {"purchases": {"currency": "yuan"}}, ["purchases", "currency"])):
        answer = await started(office, analysis, **given)
        assert (answer["run"], [(one["code"], one["path"]) for one in answer["userErrors"]]) == (None, [("INVALID", ["input", *path])])
    early = await run(office, "lifetimeValue", purchases={"asOf": "2020-01-01T00:00:00Z"})
    assert (early.status, early.error_code) == (JobStatus.FAILED, "INSUFFICIENT_DATA")
    assert "the first was at 2024-01-01 09:00" in (early.error_message or "")
    euro = await run(office, "rfm", purchases={"currency": "EUR"})
    assert (euro.status, euro.error_code) == (JobStatus.FAILED, "INVALID")


async def test_both_databases_give_the_same_result(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for url in (sqlite_url, postgres_url):
        async with opened(url) as database, open_shop(database, tmp_path / database.dialect) as office:
            digests.append([(await run(office, analysis)).result_digest for analysis in ("rfm", "lifetimeValue")])
    assert digests[0] == digests[1]
    assert None not in digests[0]
