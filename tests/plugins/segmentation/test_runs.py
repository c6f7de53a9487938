"""Segmentations from end to end: started by GraphQL, computed by a worker, published, and seen in customers and segments."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schema.context import Caller, Context
from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.graph.office import Office
from tests.plugins.segmentation.shop import BEHAVIOUR, opened_shop, run, started
from tests.schema.querying.asking import EVERYTHING
from tests.server.runs.house import ended

RERUN = "mutation R($id: ID!) { analysisRunRerun(input: {id: $id}) { run { id } userErrors { code } } }"
PAGE = """
query Page($first: Int!, $run: ID) {
  customers(first: $first, orderBy: [{clusterDistance: DESC}]) {
    nodes { id name cluster(runId: $run) { distance run { id } cluster { id index size label rule } } }
  }
}"""
CLUSTERS = """
query Clusters($id: ID!) {
  node(id: $id) { ... on SegmentationRun {
    clusterCount memberCount noiseCount leftOutCount inertia silhouette stability target accuracy purity seed published
    kScores { k inertia silhouette strength } columns { feature missing filledWith run { id } } plane { x y variance }
    metrics { name value baseline } charts { name }
    clusters(first: 10) { nodes { id index size label rule centroid { feature value } hull { x y }
      rules { support purity conditions { feature operator value words } } members(first: 50) { nodes { name } } run { id } } }
  } }
}"""
SEGMENT = """
mutation Fill($input: ClusterToSegmentInput!) {
  clusterToSegment(input: $input) { segment { id name kind size run { id } } userErrors { code path message } }
}"""


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened_shop(database, tmp_path) as office:
        yield office


async def shown(shop: Office, row: JobRow) -> dict[str, Any]:
    found: dict[str, Any] = (await shop.data(CLUSTERS, {"id": f"j_{row.id}"}))["node"]
    return found


async def names(shop: Office, where: str) -> list[str]:
    found = (await shop.data(f"{{ customers(first: 50, where: {where}, orderBy: [{{name: ASC}}]) {{ nodes {{ name }} }} }}"))["customers"]
    return [one["name"] for one in found["nodes"]]


def members(*numbers: int) -> list[str]:
    return sorted(f"会员 {number}" for number in numbers)


async def test_clusters_become_part_of_customers(shop: Office) -> None:
    row = await run(shop, publish=True, algorithm={"kMeans": {"kRange": [2, 6]}})
    assert (row.status, row.error_message, row.slots) == (JobStatus.SUCCEEDED, None, ["cluster"])
    found = await shown(shop, row)
    assert (found["clusterCount"], found["memberCount"], found["noiseCount"], found["leftOutCount"]) == (3, 34, 0, 1)
    assert [one["k"] for one in found["kScores"]] == [2, 3, 4, 5, 6]
    assert found["silhouette"] > 0.95
    assert found["stability"] == pytest.approx(1.0)
    assert [one["name"] for one in found["charts"]] == ["clusters", "kScores", "silhouettes"]
    regular, small, lost = found["clusters"]["nodes"]
    assert [one["size"] for one in (regular, small, lost)] == [12, 11, 11]
    assert sorted(one["name"] for one in regular["members"]["nodes"]) == members(*range(1, 35, 3))
    assert regular["label"] == "High purchases, high spending"
    assert regular["centroid"][0] == {"feature": "behaviour.purchaseCount", "value": 12.0}
    assert regular["rules"][0]["purity"] == 1.0
    assert len(regular["hull"]) >= 3
    assert found["columns"][2] == {"feature": "behaviour.daysSincePurchase", "missing": 1, "filledWith": None, "run": None}
    await what_customers_say(shop, row, regular, lost)
    await what_becomes_of_new_ones(shop)
    await segments_are_filled(shop, regular, small)


async def what_customers_say(shop: Office, row: JobRow, regular: Any, lost: Any) -> None:
    nodes = (await shop.data(PAGE, {"first": 100}))["customers"]["nodes"]
    for_all = len(shop.sent)
    of = {one["name"]: one["cluster"] for one in nodes}
    assert nodes[-1]["name"] == "空手道公司"  # it has no distance
    assert of["空手道公司"] is None
    assert (of["会员 1"]["cluster"]["id"], of["会员 1"]["run"]["id"]) == (regular["id"], f"j_{row.id}")
    assert of["会员 3"]["cluster"]["rule"] == lost["rule"]
    assert [of[one["name"]]["distance"] for one in nodes[:-1]] == sorted((of[one["name"]]["distance"] for one in nodes[:-1]), reverse=True)
    await shop.data(PAGE, {"first": 1})
    assert len(shop.sent) == for_all <= 3
    assert await names(shop, f'{{clusterId: {{eq: "{lost["id"]}"}}}}') == members(*range(3, 35, 3))
    assert await names(shop, "{clusterId: {isNull: true}}") == ["空手道公司"]
    assert len(await names(shop, "{clusterId: {isNull: false}}")) == 34
    hidden = await shop.ask(PAGE, {"first": 1}, allowed=EVERYTHING - {"commerce.read"})
    assert {code for code, _ in hidden.refusals} == {"FORBIDDEN"}
    chinese = await shown_in_chinese(shop, regular["id"])
    assert chinese == {"label": "购买次数高，消费总额高", "rule": regular["rule"].replace("Spending", "消费总额").replace(" and ", " 且 ")
                       .replace("Days since last purchase", "距上次购买天数").replace("Purchases", "购买次数")}


async def shown_in_chinese(shop: Office, id_: str) -> Any:
    async with shop.database.reader() as reader:
        context = Context(reader, shop.database.writer, Caller("staff:1", EVERYTHING, staff_id=1), "zh", dialect=shop.database.dialect,
                          catalogue=shop.application.catalogue)
        asked = f'{{ node(id: "{id_}") {{ ... on Cluster {{ label rule }} }} }}'
        answer = await shop.application.schema.execute(asked, context_value=context)
    assert answer.errors is None
    return (answer.data or {})["node"]


async def what_becomes_of_new_ones(shop: Office) -> None:
    """There is no process for inquiries here: that one is asked is seen from the answer."""
    asked = 'query A($run: ID) { clusterAssignments(input: {customerIds: ["c_3"], runId: $run}) { cluster { id } } }'
    assert (await shop.ask(asked)).refusals == [("UNAVAILABLE", ["clusterAssignments"])]
    assert (await shop.ask(asked, {"run": "j_999999"})).refusals == [("INSUFFICIENT_DATA", ["clusterAssignments"])]


async def segments_are_filled(shop: Office, regular: Any, small: Any) -> None:
    made = (await shop.data(SEGMENT, {"input": {"clusterId": regular["id"], "name": "Best"}}))["clusterToSegment"]
    assert made["userErrors"] == []
    segment = made["segment"]
    assert (segment["kind"], segment["size"], segment["run"]["id"]) == ("COMPUTED", 12, regular["run"]["id"])
    assert await names(shop, f'{{segmentId: {{eq: "{segment["id"]}"}}}}') == members(*range(1, 35, 3))
    again = (await shop.data(SEGMENT, {"input": {"clusterId": small["id"], "name": "Best"}}))["clusterToSegment"]["segment"]
    assert (again["id"], again["size"]) == (segment["id"], 11)
    assert await names(shop, f'{{segmentId: {{eq: "{segment["id"]}"}}}}') == members(*range(2, 35, 3))
    asked = f'{{ segment(id: "{segment["id"]}") {{ members(first: 50) {{ totalCount nodes {{ until }} }} }} }}'
    stays = (await shop.data(asked))["segment"]
    assert stays["members"]["totalCount"] == 23
    assert sum(one["until"] is not None for one in stays["members"]["nodes"]) == 12
    for given, code, path in (({"clusterId": "sc_77", "name": "X"}, "INVALID", ["input", "clusterId"]),
                              ({"clusterId": regular["id"], "name": " "}, "INVALID", ["input", "name"])):
        refused = (await shop.data(SEGMENT, {"input": given}))["clusterToSegment"]
        assert (refused["segment"], [(one["code"], one["path"]) for one in refused["userErrors"]]) == (None, [(code, path)])
    forbidden = await shop.ask(SEGMENT, {"input": {"clusterId": regular["id"], "name": "X"}}, allowed=EVERYTHING - {"segments.write"})
    assert forbidden.refusals == [("FORBIDDEN", ["clusterToSegment"])]


async def test_scores_of_other_plugins_and_trees(shop: Office) -> None:
    refused = await started(shop, features=["graph.pageRank", "customer.name", "behaviour.purchaseCoun"])
    assert [(one["code"], one["path"][1:]) for one in refused["userErrors"]] == [
        ("INSUFFICIENT_DATA", ["features", "0"]), ("INVALID", ["features", "1"]), ("INVALID", ["features", "2"])]
    assert "ids and free text are never features" in refused["userErrors"][1]["message"]
    assert "behaviour.purchaseCount" in refused["userErrors"][2]["message"]
    ranked = await shop.run("PAGE_RANK", publish=True, graph={"where": {"kind": {"eq": "PERSON"}}})
    first = await run(shop, publish=True, features=[*BEHAVIOUR, "graph.pageRank"], scaling="LOG")
    assert (first.status, first.error_message) == (JobStatus.SUCCEEDED, None)
    assert (await shown(shop, first))["columns"][3]["run"] == {"id": f"j_{ranked.id}"}
    tree = await run(shop, algorithm={"tree": {"target": "segmentation.cluster"}}, hull=None)
    assert (tree.status, tree.error_message, tree.slots) == (JobStatus.SUCCEEDED, None, ["tree"])
    found = await shown(shop, tree)
    assert (found["target"], found["memberCount"], found["clusterCount"]) == ("segmentation.cluster", 34, 3)
    assert found["purity"] == 1.0
    assert {one["label"] for one in found["clusters"]["nodes"]} == {f"Cluster: {at} (100%)" for at in range(3)}
    assert [one["name"] for one in found["charts"]] == ["rules"]
    await shop.run("PAGE_RANK", publish=True)  # of others: the first run's rerun reads what it read
    answer = (await shop.data(RERUN, {"id": f"j_{first.id}"}))["analysisRunRerun"]
    again = await ended(shop.database, int(answer["run"]["id"].removeprefix("j_")))
    assert again.result_digest == first.result_digest is not None
    nobody = await run(shop, window={"to": "2020-01-01T00:00:00Z"})
    assert (nobody.status, nobody.error_code) == (JobStatus.FAILED, "INSUFFICIENT_DATA")
    said = "Nothing was bought from the beginning until 2020-01-01: of 0 transactions that the 35 customers had by then"
    assert said in (nobody.error_message or "")
    many = await run(shop, features=["behaviour.purchaseCount"], algorithm={"kMeans": {"k": 9}})
    assert (many.error_code, many.error_message) == (
        "INVALID", "algorithm.kMeans.k: 35 customers have 4 different rows of features, too few for 9 clusters.")
    assert (await shop.data("{ customerFeatures { name analysis } }"))["customerFeatures"][0]["name"].startswith("graph.")


async def test_both_databases_give_the_same_result(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for url in (sqlite_url, postgres_url):
        async with opened(url) as database, opened_shop(database, tmp_path / database.dialect) as office:
            one = await run(office, publish=True)
            digests.append((one.result_digest, (await run(office, algorithm={"tree": {"target": "segmentation.cluster"}})).result_digest))
    assert digests[0] == digests[1]
    assert None not in digests[0]
