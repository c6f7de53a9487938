"""Runs from end to end: started by GraphQL, computed by a worker, published, and seen in customers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.graph.office import PUBLISH, Office
from tests.plugins.propensity.shop import BUYERS, open_shop, run, started
from tests.schema.querying.asking import EVERYTHING

PAGE = """
query Page($first: Int!) {
  customers(first: $first, orderBy: [{purchaseProbability: {direction: DESC}}, {name: ASC}]) {
    nodes {
      name
      purchaseProbability { value rank percentile stale computedAt run { id ... on PropensityRun { windowDays } } }
      ofTea: purchaseProbability(productId: "p_1") { value }
    }
  }
}"""
RUN = """
query Run($id: ID!) { node(id: $id) { ... on PropensityRun {
  target { product { name } category } among windowDays asOf model exampleCount buyerCount scoredCount expectedBuyers threshold confusion
  penalised publishedSlots
  windows { since until customerCount buyerCount } calibration { mean bought count } roc { x y } gains { x y }
  importances { feature value deviation }
  coefficients { feature title titleZh value oddsRatio step standardError pValue oddsRatioLower95 oddsRatioUpper95 }
  metrics { name value baseline fold } charts { name } warnings } } }"""


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_shop(database, tmp_path) as office:
        yield office


async def names(office: Office, where: str, order: str = "[{name: ASC}]") -> list[str]:
    found = await office.data(f"{{ customers(first: 200, where: {where}, orderBy: {order}) {{ nodes {{ name }} }} }}")
    return [node["name"] for node in found["customers"]["nodes"]]


async def test_what_a_run_finds_becomes_part_of_customers(office: Office) -> None:
    row = await run(office, publish=True)
    assert (row.status, row.error_message, row.slots) == (JobStatus.SUCCEEDED, None, ["purchaseProbability"])
    nodes = (await office.data(PAGE, {"first": 200}))["customers"]["nodes"]
    for_all = len(office.sent)
    scored = [node for node in nodes if node["purchaseProbability"]]
    assert len(nodes) == BUYERS + 2
    assert {node["name"] for node in nodes} - {node["name"] for node in scored} >= {"顾客 121", "顾客 122"}
    values = [node["purchaseProbability"]["value"] for node in scored]
    assert values == sorted(values, reverse=True)
    assert 0 < values[-1] < values[0] < 1
    first = scored[0]["purchaseProbability"]
    assert (first["rank"], first["percentile"], first["stale"]) == (1, 100.0, False)
    assert first["run"] == {"id": f"j_{row.id}", "windowDays": 15}
    assert all(node["ofTea"] is None for node in nodes)  # nobody has looked at it yet
    await office.data(PAGE, {"first": 1})
    assert len(office.sent) == for_all
    await keys(office, scored, row)
    await what_a_run_says_of_itself(office, row, len(scored))
    await who_may_not_see_purchases(office)
    await customers_as_they_are_now(office, scored)


async def keys(office: Office, scored: list[dict[str, Any]], row: JobRow) -> None:
    likely = scored[9]["purchaseProbability"]["value"]
    above = sorted(node["name"] for node in scored if node["purchaseProbability"]["value"] >= likely)
    assert await names(office, f"{{purchaseProbability: {{gte: {likely!r}}}}}") == above
    assert await names(office, f'{{purchaseProbability: {{gte: {likely!r}, runId: "j_{row.id}"}}}}') == above
    assert await names(office, f'{{purchaseProbability: {{gte: {likely!r}, productId: "p_1"}}}}') == []
    assert len(await names(office, '{purchaseProbability: {isNull: true, category: "茶"}}')) == BUYERS + 2
    assert "顾客 121" in await names(office, "{purchaseProbability: {isNull: true}}")


async def what_a_run_says_of_itself(office: Office, row: JobRow, scored: int) -> None:
    found = (await office.data(RUN, {"id": f"j_{row.id}"}))["node"]
    assert (found["target"], found["among"], found["model"]) == (
        {"product": None, "category": None}, "BUYERS", "LOGISTIC_REGRESSION")
    assert found["scoredCount"] == scored
    assert sum(one["customerCount"] for one in found["windows"]) == found["exampleCount"]
    assert found["windows"][-1]["until"] == found["asOf"] == "2024-07-01T00:00:00+00:00"
    test = found["windows"][-1]
    assert sum(map(sum, found["confusion"])) == test["customerCount"]
    assert sum(found["confusion"][1]) == test["buyerCount"] == sum(one["bought"] for one in found["calibration"])
    assert [one["feature"] for one in found["coefficients"]][:2] == ["", "behaviour.purchaseCount"]
    assert {one["name"] for one in found["charts"]} == {"roc", "calibration", "lift", "confusion", "importance", "odds"}
    assert {"AUC", "log loss", "F1", "cross-validated AUC"} <= {one["name"] for one in found["metrics"]}
    assert (found["roc"][0], found["gains"][-1]) == ({"x": 0.0, "y": 0.0}, {"x": 1.0, "y": 1.0})


async def who_may_not_see_purchases(office: Office) -> None:
    few = EVERYTHING - {"commerce.read"}
    for query in ("{ customers(first: 1) { nodes { purchaseProbability { value } } } }",
                  "{ customers(first: 1, where: {purchaseProbability: {gt: 0.5}}) { nodes { id } } }",
                  "{ customers(first: 1, orderBy: [{purchaseProbability: {direction: ASC}}]) { nodes { id } } }",
                  '{ purchaseForecasts(input: {customerIds: ["c_1"]}) { probability } }'):
        hidden = await office.ask(query, allowed=few)
        assert [code for code, _ in hidden.refusals] == ["FORBIDDEN"]


async def customers_as_they_are_now(office: Office, scored: list[dict[str, Any]]) -> None:
    """Where no server answers inquiries, that is said; what is asked wrongly is said first."""
    for given, code in (('{customerIds: ["c_1"], productId: "p_1"}', "INSUFFICIENT_DATA"), ("{customerIds: []}", "INVALID"),
                        ('{customerIds: ["c_1"], runId: "p_7"}', "BAD_USER_INPUT"), ('{customerIds: ["c_1"]}', "UNAVAILABLE")):
        answer = await office.ask(f"{{ purchaseForecasts(input: {given}) {{ probability }} }}")
        assert [found for found, _ in answer.refusals] == [code]


async def test_runs_about_a_product_and_a_category_answer_beside_each_other(office: Office) -> None:
    tea = await run(office, target={"productId": "p_1"}, where={"name": {"startsWith": "顾客 0"}})
    await a_draft_is_asked_by_its_id_until_it_is_published(office, tea)
    coffee = await run(office, publish=True, target={"category": "coffee"})
    assert (tea.slots, coffee.slots) == (["purchaseProbability:p_1"], ["purchaseProbability:category:coffee"])
    found = (await office.data("""{ customers(first: 200, orderBy: [{purchaseProbability: {productId: "p_1", direction: DESC}}]) { nodes {
        name anything: purchaseProbability { value } tea: purchaseProbability(productId: "p_1") { value run { id } }
        coffee: purchaseProbability(category: "coffee") { value run { id } } } } }"""))["customers"]["nodes"]
    scored, of_coffee = ([node for node in found if node[name]] for name in ("tea", "coffee"))
    assert [node["tea"]["value"] for node in scored] == sorted((node["tea"]["value"] for node in scored), reverse=True)
    assert BUYERS / 2 < len(scored) < len(of_coffee)
    assert all(node["anything"] is None for node in found)
    assert all(node["tea"]["run"] == {"id": f"j_{tea.id}"} for node in scored)
    assert all(node["coffee"]["run"] == {"id": f"j_{coffee.id}"} for node in of_coffee)
    likely = sorted(node["name"] for node in of_coffee if node["coffee"]["value"] > 0.5)
    assert await names(office, '{purchaseProbability: {category: "coffee", gt: 0.5}}') == likely
    said = (await office.data(RUN, {"id": f"j_{tea.id}"}))["node"]
    assert said["target"] == {"product": {"name": "Product 1"}, "category": None}
    assert "target.purchaseCount" in {one["feature"] for one in said["importances"]}


async def a_draft_is_asked_by_its_id_until_it_is_published(office: Office, draft: JobRow) -> None:
    of_it = f'runId: "j_{draft.id}"'
    query = f"""{{ customers(first: 200, where: {{purchaseProbability: {{{of_it}, gte: 0}}}}) {{ nodes {{
        name published: purchaseProbability(productId: "p_1") {{ value }} draft: purchaseProbability({of_it}) {{ value }} }} }} }}"""
    nodes = (await office.data(query))["customers"]["nodes"]
    assert 50 < len(nodes) <= 99
    assert all(node["published"] is None and node["name"].startswith("顾客 0") for node in nodes)
    await office.data(PUBLISH, {"id": f"j_{draft.id}"})
    assert all(node["published"] == node["draft"] for node in (await office.data(query))["customers"]["nodes"])


async def test_what_cannot_be_worked_out_is_said_with_its_place(office: Office) -> None:
    for given, path in (({"windowDays": 0}, ["windowDays"]), ({"windows": 1}, ["windows"]), ({"folds": 1}, ["folds"]),
                        ({"threshold": 1.0}, ["threshold"]), ({"lookbackDays": 0}, ["lookbackDays"]),
                        ({"target": {"productId": "c_1"}}, ["target", "productId"]),
                        ({"target": {"productId": "p_1", "category": "coffee"}}, ["target", "category"]),
                        ({"features": ["behaviour.purchaseCount"] * 2}, ["features", "1"]), ({"features": []}, ["features"]),
                        ({"features": ["behaviour.purchaseCounts"]}, ["features", "0"])):
        answer = await started(office, **given)
        assert (answer["run"], [(one["code"], one["path"]) for one in answer["userErrors"]]) == (None, [("INVALID", ["input", *path])])


async def test_both_databases_give_the_same_result(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for url in (sqlite_url, postgres_url):
        async with opened(url) as database, open_shop(database, tmp_path / database.dialect) as office:
            digests.append((await run(office)).result_digest)
    assert digests[0] == digests[1] is not None
