"""Graph runs from end to end: started by GraphQL, computed by a worker, published, and seen in customers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from plugins.graph.metrics.scores import SCORES, GraphMetric
from schema.jobs.models import JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.graph.office import PUBLISH, Office, opened_office
from tests.schema.querying.asking import EVERYTHING as EVERYTHING_ALLOWED

EVERYTHING = [metric.name for metric in GraphMetric]
NAMES = [one.name for one in SCORES]
MEMBERS = {"where": {"kind": {"eq": "PERSON"}}}
PAGE = """
query Page($first: Int!) {
  customers(first: $first, orderBy: [{pageRank: {direction: DESC}}], where: {pageRank: {gt: 0}, kind: {eq: PERSON}}) {
    nodes { id name degree pageRank { value rank percentile stale computedAt run { id snapshot { rowCounts { entity count } } } }
            community { id index size run { modularity } } }
  }
}"""


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened_office(database, tmp_path) as office:
        yield office


async def test_what_a_run_finds_becomes_part_of_customers(office: Office) -> None:
    row = await office.run("PAGE_RANK", "COMMUNITY", graph=MEMBERS, publish=True)
    assert (row.status, row.error_message, row.slots) == (JobStatus.SUCCEEDED, None, ["pageRank", "community"])
    nodes = (await office.data(PAGE, {"first": 100}))["customers"]["nodes"]
    for_all = len(office.sent)
    assert [node["name"] for node in nodes[:2]] == ["会员 34", "会员 1"]
    assert [round(node["pageRank"]["value"], 6) for node in nodes[:2]] == [0.100919, 0.096997]
    assert [node["pageRank"]["rank"] for node in nodes[:3]] == [1, 2, 3]
    assert nodes[0]["pageRank"]["percentile"] == 100
    assert nodes[0]["degree"] == 17
    assert len(nodes) == 34
    assert sorted({(node["community"]["index"], node["community"]["size"]) for node in nodes}) == [(0, 12), (1, 11), (2, 6), (3, 5)]
    assert nodes[0]["community"]["run"]["modularity"] == pytest.approx(0.4198, abs=5e-5)
    counts = {one["entity"]: one["count"] for one in nodes[0]["pageRank"]["run"]["snapshot"]["rowCounts"]}
    assert (counts["customers"], counts["relationships"]) == (34, 78)
    await office.data(PAGE, {"first": 1})
    assert len(office.sent) == for_all == 4  # customers with what is joined; degree; for stale: what the runs read, and what is newest
    await lists_of_the_run(office, row.id)
    await keys_of_customers(office, nodes)


async def lists_of_the_run(office: Office, run: int) -> None:
    found = (await office.data(f"""{{ node(id: "j_{run}") {{ ... on GraphMetricsRun {{
          published charts {{ name }} nodeCount edgeCount communityCount
          communities(first: 2) {{ totalCount nodes {{
            id index size members(first: 50) {{ totalCount nodes {{ community {{ id }} }} }} }} }}
          top(first: 3) {{ totalCount nodes {{ rank customer {{ name }} score {{ value rank run {{ id }} }} }} }}
          none: top(score: HUB) {{ totalCount nodes {{ rank }} }} }} }} }}"""))["node"]
    assert (found["nodeCount"], found["edgeCount"], found["communityCount"], found["published"]) == (34, 156, 4, True)
    assert [chart["name"] for chart in found["charts"]] == ["pageRank", "communities"]
    assert found["communities"]["totalCount"] == 4
    for community in found["communities"]["nodes"]:
        assert community["members"]["totalCount"] == community["size"] == len(community["members"]["nodes"])
        assert {member["community"]["id"] for member in community["members"]["nodes"]} == {community["id"]}
    assert found["top"]["totalCount"] == 34
    assert [(one["rank"], one["score"]["rank"], one["customer"]["name"]) for one in found["top"]["nodes"]] == [
        (1, 1, "会员 34"), (2, 2, "会员 1"), (3, 3, "会员 33")]
    assert found["top"]["nodes"][0]["score"]["run"]["id"] == f"j_{run}"
    assert found["none"] == {"totalCount": 0, "nodes": []}
    counted = await office.ask(f"""{{ node(id: "j_{run}") {{ ... on GraphMetricsRun {{
        communities(first: 1) {{ nodes {{ members {{ groups(by: [KIND]) {{ count }} }} }} }} }} }} }}""")
    assert counted.refusals == [("BAD_USER_INPUT", ["node", "communities", "nodes", 0, "members", "groups"])]


async def keys_of_customers(office: Office, nodes: list[dict[str, Any]]) -> None:
    async def ids(where: str) -> set[str]:
        found = (await office.data(f"{{ customers(first: 100, where: {where}) {{ nodes {{ id }} }} }}"))["customers"]["nodes"]
        return {node["id"] for node in found}

    community = nodes[0]["community"]["id"]
    together = {node["id"] for node in nodes if node["community"]["id"] == community}
    assert await ids(f'{{communityId: {{eq: "{community}"}}}}') == together
    assert await ids(f'{{communityId: {{in: ["{community}"]}}, pageRank: {{gte: 0.05}}}}') == {
        node["id"] for node in nodes if node["id"] in together and node["pageRank"]["value"] >= 0.05}
    everyone = {node["id"] for node in nodes}
    assert await ids("{communityId: {isNull: false}}") == await ids("{pageRank: {isNull: false}}") == everyone
    outside = await ids("{communityId: {isNull: true}}")
    assert len(outside) == 1
    assert outside == await ids("{pageRank: {isNull: true}}")
    assert not outside & everyone


async def test_a_draft_is_seen_by_its_run_alone_and_slots_stand_side_by_side(office: Office) -> None:
    ranked = await office.run("PAGE_RANK", publish=True)
    grouped = await office.run("COMMUNITY", publish=True)
    personal = await office.run("PAGE_RANK", personalisedTo=["c_1"], publish=True)
    draft = await office.run("PAGE_RANK", graph={"useWeights": False, **MEMBERS})
    asked = """query Draft($run: ID!) { customer(ref: {id: "c_1"}) {
                 pageRank { run { id } } draft: pageRank(runId: $run) { value run { id } }
                 community { run { id } } none: community(runId: $run) { id } } }"""
    found = (await office.data(asked, {"run": f"j_{personal.id}"}))["customer"]
    assert found["pageRank"]["run"]["id"] == f"j_{ranked.id}"
    assert found["community"]["run"]["id"] == f"j_{grouped.id}"
    assert found["draft"]["value"] > 0.15
    assert found["none"] is None
    found = (await office.data(asked, {"run": f"j_{draft.id}"}))["customer"]
    assert (found["pageRank"]["run"]["id"], found["draft"]["run"]["id"]) == (f"j_{ranked.id}", f"j_{draft.id}")
    again = (await office.data(PUBLISH, {"id": f"j_{draft.id}"}))["analysisRunPublish"]
    assert (again["run"]["publishedSlots"], [one["id"] for one in again["replaced"]]) == (["pageRank"], [f"j_{ranked.id}"])


async def test_degree_by_direction_kind_and_moment(office: Office) -> None:
    found = (await office.data("""{ customers(first: 100) { nodes { name degree out: degree(direction: OUT)
        in: degree(direction: IN) fights: degree(kinds: ["fights"]) none: degree(kinds: [])
        now: degree(kinds: ["mate"], asOf: "2030-01-01T00:00:00Z") } } }"""))["customers"]["nodes"]
    assert len(office.sent) == 7  # the page, and one for each form of the question
    by_name = {node.pop("name"): node for node in found}
    assert by_name["会员 3"] == {"degree": 11, "out": 11, "in": 10, "fights": 1, "none": 0, "now": 10}
    assert by_name["空手道公司"] == {"degree": 2, "out": 1, "in": 2, "fights": 1, "none": 0, "now": 1}


async def test_many_scores_of_one_run_cost_what_one_costs(office: Office) -> None:
    row = await office.run(*EVERYTHING, graph=MEMBERS | {"directed": False}, publish=True)
    assert (row.status, row.error_message, len(row.slots or ())) == (JobStatus.SUCCEEDED, None, 23)
    where = "where: {kind: {eq: PERSON}}, orderBy: [{betweenness: {direction: DESC}}]"
    scores = " ".join(f"{name} {{ value rank }}" for name in NAMES)
    found = (await office.data(f"""{{ customers(first: 100, {where}) {{ nodes {{ name {scores}
          weakComponent {{ kind size }} strongComponent {{ kind index }} conflict {{ id }} community {{ name }} }} }} }}"""))
    assert len(office.sent) == 1
    first, second = found["customers"]["nodes"][:2]
    assert (first["name"], second["name"]) == ("会员 1", "会员 34")
    assert [round(node["betweenness"]["value"], 4) for node in (first, second)] == [231.0714, 160.5516]
    assert round(first["closeness"]["value"], 5) == 0.56897
    assert (second["totalDegree"], first["coreNumber"]["value"]) == ({"value": 17, "rank": 1}, 4)
    assert (first["weakComponent"], first["strongComponent"]) == ({"kind": "WEAK", "size": 34}, {"kind": "STRONG", "index": 0})
    assert first["conflict"] is None
    assert first["neighbourPurchaseCount"]["value"] == first["riskExposure"]["value"] == 0
    assert first["neighbourDaysSincePurchase"] is None
    await figures_of_the_run(office, row.id)


async def figures_of_the_run(office: Office, run: int) -> None:
    found = (await office.data(f"""{{ node(id: "j_{run}") {{ ... on GraphMetricsRun {{
          warnings charts {{ name }} nodeCount edgeCount density reciprocity assortativity modularity communityCount triangles transitivity
          weakComponentCount strongComponentCount largestWeakComponent largestStrongComponent largestCore betweennessSources
          closenessSources conflictCount purchaseCurrency balance {{ rule allPositive twoPositive onePositive allNegative balancedShare }}
          components(kind: STRONG) {{ totalCount nodes {{ kind size members {{ totalCount }} run {{ id }} }} }}
          all: components {{ totalCount }} tensions {{ totalCount }}
          top(score: BETWEENNESS, first: 1) {{ nodes {{ rank customer {{ name }} }} }} }} }} }}"""))["node"]
    assert [chart["name"] for chart in found["charts"]] == ["pageRank", "communities", "degrees", "balance"]
    exact = {name: found[name] for name in ("nodeCount", "edgeCount", "triangles", "weakComponentCount", "strongComponentCount",
                                            "largestWeakComponent", "largestStrongComponent", "largestCore", "betweennessSources",
                                            "closenessSources", "conflictCount", "communityCount")}
    assert list(exact.values()) == [34, 78, 45, 1, 1, 34, 34, 4, 34, 34, 0, 4]
    assert found["balance"] == {"rule": "LEAVE_OUT", "allPositive": 45, "twoPositive": 0, "onePositive": 0, "allNegative": 0,
                                "balancedShare": 1}
    assert found["assortativity"] == pytest.approx(-0.47561, abs=5e-6)
    assert found["components"] == {"totalCount": 1, "nodes": [{"kind": "STRONG", "size": 34, "members": {"totalCount": 34},
                                                               "run": {"id": f"j_{run}"}}]}
    assert (found["all"], found["tensions"]) == ({"totalCount": 2}, {"totalCount": 0})
    assert found["top"]["nodes"] == [{"rank": 1, "customer": {"name": "会员 1"}}]
    assert found["purchaseCurrency"] is None
    assert len(found["warnings"]) == 1  # there is no conflict among members


async def test_conflicts_are_found_whatever_signs_the_network_has(office: Office) -> None:
    row = await office.run("RISK_EXPOSURE", "BALANCE", "COMMUNITY", publish=True)
    assert (row.status, row.slots) == (JobStatus.SUCCEEDED, ["riskExposure", "community", "conflict"])
    asked = """query At($id: ID!) { customers(where: {conflictId: {eq: $id}}, orderBy: [{riskExposure: {direction: DESC}}]) {
                 nodes { name riskExposure { value } } } }"""
    company = (await office.data("""{ customers(where: {conflictId: {isNull: false}, kind: {eq: ORGANIZATION}}) {
                 nodes { name conflict { id kind size members { nodes { name } } } riskExposure { rank } } } }"""))["customers"]["nodes"]
    assert [node["name"] for node in company] == ["空手道公司"]
    conflict = company[0]["conflict"]
    assert (conflict["kind"], conflict["size"]) == ("CONFLICT", 2)
    assert {member["name"] for member in conflict["members"]["nodes"]} == {"会员 3", "空手道公司"}
    involved = (await office.data(asked, {"id": conflict["id"]}))["customers"]["nodes"]
    assert {node["name"] for node in involved} == {"会员 3", "空手道公司"}
    assert all(node["riskExposure"]["value"] >= 1 for node in involved)
    tensions = (await office.data(f"""{{ node(id: "j_{row.id}") {{ ... on GraphMetricsRun {{ balance {{ twoPositive }}
          tensions {{ nodes {{ relationships weight community {{ index }} other {{ index }} }} }} }} }} }}"""))["node"]
    assert [(one["relationships"], one["weight"]) for one in tensions["tensions"]["nodes"]] in ([], [(1, 1)])
    assert tensions["balance"]["twoPositive"] == 1  # members 2 and 3 are mates, and the company is friends with one of them only
    figures = await office.run("BALANCE")
    assert (figures.status, figures.slots) == (JobStatus.SUCCEEDED, [])
    published = (await office.data(PUBLISH, {"id": f"j_{figures.id}"}))["analysisRunPublish"]
    assert [one["code"] for one in published["userErrors"]] == ["CONFLICT"]  # figures alone answer for nothing


async def test_slots_of_many_metrics_change_hands_one_by_one_and_purchases_need_their_permission(office: Office) -> None:
    everything = await office.run("HITS", "CORE", "DEGREE", "NEIGHBOUR_MEANS", graph=MEMBERS, publish=True)
    newer = await office.run("CORE", graph=MEMBERS, publish=True)
    found = (await office.data(f"""{{ customer(ref: {{id: "c_1"}}) {{ hub {{ run {{ id }} }} coreNumber {{ run {{ id }} }} }}
          node(id: "j_{everything.id}") {{ ... on GraphMetricsRun {{ publishedSlots }} }} }}"""))
    assert found["customer"]["hub"]["run"]["id"] == f"j_{everything.id}"
    assert found["customer"]["coreNumber"]["run"]["id"] == f"j_{newer.id}"
    assert found["node"]["publishedSlots"] == sorted({*(everything.slots or ())} - {"coreNumber"})
    asked = '{ customer(ref: {id: "c_1"}) { neighbourDegree { value } neighbourPurchaseCount { value } } }'
    answer = await office.ask(asked, allowed=EVERYTHING_ALLOWED - {"commerce.read"})
    assert answer.data["customer"] == {"neighbourDegree": {"value": 4.3125}, "neighbourPurchaseCount": None}
    assert [code for code, _ in answer.refusals] == ["FORBIDDEN"]


BAD: list[tuple[dict[str, Any], list[str]]] = [
    ({"metrics": []}, ["metrics"]), ({"metrics": ["PAGE_RANK"], "damping": 1.5}, ["damping"]),
    ({"metrics": ["COMMUNITY"], "graph": {"signs": ["NEGATIVE"]}}, ["graph", "signs"]),
    ({"metrics": ["RISK_EXPOSURE"], "riskDecay": 0}, ["riskDecay"]), ({"metrics": ["RISK_EXPOSURE"], "riskSteps": 11}, ["riskSteps"]),
    ({"metrics": ["NEIGHBOUR_MEANS"], "features": []}, ["features"]),
    ({"metrics": ["NEIGHBOUR_MEANS"], "currency": "$" * 10_000}, ["currency"]),
    ({"metrics": ["CLOSENESS"], "weighting": "INVERSE_WEIGHT", "graph": {"useWeights": False}}, ["weighting"]),
]
HOPELESS: list[tuple[dict[str, Any], str, str]] = [
    ({"kinds": ["friend"]}, "INVALID", "friend"),
    (MEMBERS | {"kinds": ["fights"]}, "INSUFFICIENT_DATA", "34 customers of this run there is no relationship"),
    ({"where": {"name": {"eq": "会员 1"}}}, "INSUFFICIENT_DATA", "1"),
]


async def test_what_cannot_be_measured_is_said_with_its_place(office: Office) -> None:
    for given, path in BAD:
        assert await office.refused(**{"graph": {}} | given) == [{"code": "INVALID", "path": ["input", *path]}]
    for graph, code, text in HOPELESS:
        row = await office.run(*EVERYTHING, graph=graph)
        assert (row.status, row.error_code) == (JobStatus.FAILED, code)
        assert text in (row.error_message or "")


async def test_both_databases_give_the_same_result(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for url in (sqlite_url, postgres_url):
        async with opened(url) as database, opened_office(database, tmp_path / database.dialect) as office:
            digests.append((await office.run(*EVERYTHING)).result_digest)
    assert digests[0] == digests[1] is not None
