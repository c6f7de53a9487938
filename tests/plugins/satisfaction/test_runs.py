"""Evaluations from end to end: started by GraphQL, computed by a worker, published, and seen in customers and segments."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.graph.office import Office
from tests.plugins.satisfaction.club import MEMBERS, ids, open_club, run, started
from tests.schema.querying.asking import EVERYTHING

PAGE = """
query Page($first: Int!) {
  customers(first: $first, orderBy: [{satisfaction: {direction: ASC}}, {name: ASC}]) {
    nodes { name satisfaction { value rank percentile stale run { id ... on SatisfactionRun { responses } } } }
  }
}"""
TEST = "{ statistic dfBetween dfWithin pValue }"
EFFECT = f"{{ name sumOfSquares test {TEST} etaSquared omegaSquared }}"
PAIR = "{ first second difference low high pValue }"
SAID = f"""
query Said($id: ID!) {{ node(id: $id) {{ ... on SatisfactionRun {{
  responses repeatedCount customerCount anonymousCount confidence warnings charts {{ name title }}
  outcome {{ key lowest highest responses mean meanLower meanUpper standardDeviation }}
  items {{ question {{ id text }} key reversed responses missing mean standardDeviation standardError meanLower meanUpper median
          lowerQuartile upperQuartile topTwoBox bottomTwoBox netPromoter {{ value low high }} itemTotalCorrelation alphaWithoutItem
          distribution }}
  scales {{ name questions complete cronbachAlpha standardizedAlpha meanCorrelation responses mean meanLower meanUpper standardDeviation }}
  comparisons {{ factor groupCount responses unknownCount ambiguousCount appropriateTest appropriatePairs reason anova {EFFECT}
    withinSquares welch {TEST} kruskalWallis {TEST} epsilonSquared levene {TEST} normality {{ method statistic pValue skewness
    excessKurtosis }}
    tukey {PAIR} gamesHowell {PAIR} }}
  together {{ responses first {EFFECT} second {EFFECT} interaction {EFFECT} withinSquares dfWithin emptyCells }}
  ordinalModel {{ responses effects {{ factor group beside effect standardError oddsRatio pValue }} thresholds logLikelihood pseudoRSquared
    test {TEST} lackOfFit {TEST} }}
  drivers {{ responses rSquared adjustedRSquared statistic pValue drivers {{ question {{ key }} key slope standardError low high pValue beta
    correlation importance varianceInflation }} }}
  trend {{ slope slopeError pValue waves {{ name begins ends responses mean meanLower meanUpper standardDeviation topTwoBox
    netPromoter }} }}
  groups(first: 9) {{ nodes {{ id factor label size mean standardDeviation meanLower meanUpper median lowScoring run {{ id }}
    members(first: 50) {{ nodes {{ name }} }} }} }}
}} }} }}"""
SEGMENT = """
mutation Fill($input: SatisfactionToSegmentInput!) {
  satisfactionToSegment(input: $input) { segment { name kind size run { id } } userErrors { code path message } }
}"""


@pytest.fixture
async def club(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_club(database, tmp_path) as office:
        yield office


async def names(office: Office, where: str) -> list[str]:
    found = await office.data(f"{{ customers(first: 100, where: {where}, orderBy: [{{name: ASC}}]) {{ nodes {{ name }} }} }}")
    return [node["name"] for node in found["customers"]["nodes"]]


async def test_what_a_run_finds_becomes_part_of_customers(club: Office) -> None:
    known = await ids(club)
    row = await run(club, publish=True, surveyId=known["survey"], overallId=known["overall"], factors=[
        {"attribute": "REGION"}, {"questionId": known["where"]}])
    assert (row.status, row.error_message, row.slots) == (JobStatus.SUCCEEDED, None, ["satisfaction", known["survey"]])
    nodes = (await club.data(PAGE, {"first": 100}))["customers"]["nodes"]
    scored = [node for node in nodes if node["satisfaction"]]
    assert len(scored) == MEMBERS
    values = [node["satisfaction"]["value"] for node in scored]
    assert values == sorted(values)
    assert values[0] >= 0
    assert values[-1] <= 100
    assert (scored[-1]["satisfaction"]["rank"], scored[-1]["satisfaction"]["stale"]) == (1, False)
    assert scored[0]["satisfaction"]["run"] == {"id": f"j_{row.id}", "responses": MEMBERS + 1}
    low = await names(club, f"{{satisfaction: {{lte: {values[5]}}}}}")
    assert low == sorted(node["name"] for node in scored if node["satisfaction"]["value"] <= values[5])
    assert len(await names(club, "{satisfaction: {isNull: true}}")) == len(nodes) - MEMBERS
    await what_it_says(club, row, known)
    await who_may_not_see_it(club, row)
    await segments(club, row)
    ask = """{ customers(first: 1, where: {satisfaction: {gt: 0}}) { nodes {
        satisfaction { value } one: satisfaction(surveyId: "SURVEY") { value } other: satisfaction(surveyId: "sv_999") { value } } } }"""
    [node] = (await club.data(ask.replace("SURVEY", known["survey"])))["customers"]["nodes"]
    assert node["one"] == node["satisfaction"] is not None
    assert node["other"] is None
    wrong = await club.ask('{ customers(first: 1) { nodes { satisfaction(surveyId: "c_1") { value } } } }')
    assert [code for code, _ in wrong.refusals] == ["BAD_USER_INPUT"]


async def what_it_says(club: Office, row: JobRow, known: dict[str, str]) -> None:
    found = (await club.data(SAID, {"id": f"j_{row.id}"}))["node"]
    assert (found["responses"], found["repeatedCount"], found["customerCount"], found["anonymousCount"]) == (MEMBERS + 1, 1, MEMBERS, 1)
    items = {one["key"]: one for one in found["items"]}
    assert list(items) == ["overall", "quality", "slow"]
    assert items["overall"]["question"] == {"id": known["overall"], "text": "All in all?"}
    assert (items["slow"]["reversed"], items["slow"]["missing"], sum(items["slow"]["distribution"])) == (True, 4, MEMBERS - 3)
    assert -100 <= items["overall"]["netPromoter"]["value"] <= 100
    assert items["quality"]["netPromoter"] is None
    assert items["quality"]["itemTotalCorrelation"] > 0.5
    assert [one["name"] for one in found["scales"]] == ["service", ""]
    first, second = found["comparisons"]
    assert (first["factor"], first["groupCount"], second["factor"]) == ("Region", 3, "Where?")
    assert first["reason"]
    assert first["anova"]["test"]["pValue"] < 0.001
    assert found["together"]["first"]["name"] == "Region"
    assert {(one["factor"], one["group"], one["beside"]) for one in found["ordinalModel"]["effects"]} == {
        ("Region", "South", "North"), ("Region", "West", "North"), ("Where?", "Web", "Shop")}
    assert [one["question"]["key"] for one in found["drivers"]["drivers"]] == [one["key"] for one in found["drivers"]["drivers"]]
    assert sum(one["importance"] for one in found["drivers"]["drivers"]) == pytest.approx(1)
    assert [(one["name"], one["responses"]) for one in found["trend"]["waves"]] == [("2023", 1), ("2024", MEMBERS + 1)]
    groups = found["groups"]["nodes"]
    assert [one["mean"] for one in groups] == sorted(one["mean"] for one in groups)
    assert (groups[0]["label"], groups[0]["lowScoring"], len(groups[0]["members"]["nodes"])) == ("South", True, 16)


async def who_may_not_see_it(club: Office, row: JobRow) -> None:
    few = EVERYTHING - {"pii.read"}
    for query in ("{ customers(first: 1) { nodes { satisfaction { value } } } }",
                  "{ customers(first: 1, where: {satisfaction: {gt: 1}}) { nodes { id } } }",
                  f'{{ node(id: "j_{row.id}") {{ ... on SatisfactionRun {{ groups {{ nodes {{ members {{ totalCount }} }} }} }} }} }}'):
        hidden = await club.ask(query, allowed=few)
        assert {code for code, _ in hidden.refusals} == {"FORBIDDEN"}


async def segments(club: Office, row: JobRow) -> None:
    group = (await club.data(SAID, {"id": f"j_{row.id}"}))["node"]["groups"]["nodes"][0]["id"]

    async def fill(**given: Any) -> Any:
        return (await club.data(SEGMENT, {"input": {"name": "Unhappy", **given}}))["satisfactionToSegment"]

    whole = await fill(groupId=group)
    assert whole == {"segment": {"name": "Unhappy", "kind": "COMPUTED", "size": 16, "run": {"id": f"j_{row.id}"}}, "userErrors": []}
    some = await fill(groupId=group, atMost=40)
    assert 0 < some["segment"]["size"] < 16
    assert (await fill(runId=f"j_{row.id}", atMost=100))["segment"]["size"] == MEMBERS
    assert (await fill(atMost=100))["segment"]["size"] == MEMBERS  # of the published run
    for given, path in (({}, "groupId"), ({"groupId": "sf_1"}, "groupId"), ({"runId": "j_999", "atMost": 1.0}, "runId"),
                        ({"runId": f"j_{row.id}"}, "groupId"), ({"runId": "j_999", "groupId": group}, "runId")):
        assert [one["path"] for one in (await fill(**given))["userErrors"]] == [["input", path]]


async def test_what_cannot_be_evaluated_is_said_with_its_place(club: Office) -> None:
    known = await ids(club)
    of = {"surveyId": known["survey"]}
    for given, path in (({"surveyId": "c_1"}, ["surveyId"]), ({**of, "questionIds": ["sv_1"]}, ["questionIds", "0"]),
                        ({**of, "minimumGroup": 1}, ["minimumGroup"]), ({**of, "confidence": 1.0}, ["confidence"]),
                        ({**of, "factors": [{"attribute": "REGION"}] * 3}, ["factors"]),
                        ({**of, "factors": [{"questionId": "c_1"}]}, ["factors", "0", "questionId"])):
        answer = await started(club, **given)
        assert [(one["code"], one["path"]) for one in answer["userErrors"]] == [("INVALID", ["input", *path])]
    row = await run(club, **of, factors=[{"attribute": "INDUSTRY"}])
    assert (row.status, row.error_code) == (JobStatus.FAILED, "INSUFFICIENT_DATA")
    assert "Industry: 49 responses make 0 groups" in (row.error_message or "")


async def test_both_databases_give_the_same_result(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    digests = []
    for url in (sqlite_url, postgres_url):
        async with opened(url) as database, open_club(database, tmp_path / database.dialect) as office:
            known = await ids(office)
            row = await run(office, surveyId=known["survey"], factors=[{"attribute": "GENDER"}, {"attribute": "REGION"}])
            assert row.error_message is None
            digests.append(row.result_digest)
    assert digests[0] == digests[1] is not None
