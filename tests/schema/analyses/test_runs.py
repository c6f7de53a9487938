"""Runs as clients see them, the kinds of analysis there are, and the plugins that bring them."""

from typing import Any

import pytest

from schema.jobs.models import JobStatus
from server.database import Database
from tests.schema.analyses.people import House, census, finished_run, house
from tests.schema.querying.asking import EVERYTHING

CHARTS = [{"name": "ages", "title": "Ages", "titleZh": "年龄", "formats": {"svg": {"bytes": 9, "sha256": "0"}}}]
ARTIFACTS = [{"name": "list.csv", "mediaType": "text/csv", "bytes": 3_000_000_000, "sha256": "f0"}]
METRICS = [{"name": "modularity", "value": 0.4, "baseline": 0.1}, {"name": "accuracy", "value": None, "fold": 2}]
RUN = """query($id: ID!) { job(id: $id) { __typename id status ... on AnalysisRun { kind { key title description plugin { version }
 minimumRows deterministic parametersSchema } label slots parameters seed environment resultDigest published publishedSlots stale
 plugin { name version apiVersion } snapshot { asOf digest selection rowCounts { entity count } excludedForConsent }
 metrics { name value baseline fold } artifacts { name mediaType bytes sha256 url }
 charts { name title url png: url(format: PNG) } rerunOf { id ... on CensusRun { people } } estimate { rows memoryBytes seconds } } } }"""


async def run_of(people: House, run: int, **more: Any) -> Any:
    return (await people.data(RUN, {"id": f"j_{run}"}, **more))["job"]


async def test_all_that_a_run_keeps(people: House) -> None:
    first = finished_run(people.database)
    run = finished_run(people.database, charts=CHARTS, artifacts=ARTIFACTS, metrics=METRICS, rerun_of_id=first, result_digest="dd", seed=7,
                       environment={"python": "3.11"}, label="Spring", publish=True,
                       estimate={"rows": 3, "memory": 10.0, "seconds": 0.5, "withinLimits": True})
    found = await run_of(people, run)
    kind = found.pop("kind")
    assert found == {
        "__typename": "CensusRun", "id": f"j_{run}", "status": "SUCCEEDED", "label": "Spring", "slots": ["renown"],
        "parameters": {"scope": {}, "seed": 7}, "seed": 7, "environment": {"python": "3.11"}, "resultDigest": "dd", "published": True,
        "publishedSlots": ["renown"], "stale": False, "plugin": {"name": "people", "version": "2.0", "apiVersion": "1.0"},
        "snapshot": {"asOf": "2024-05-01T00:00:00+00:00", "digest": "ab", "selection": {}, "excludedForConsent": 1,
                     "rowCounts": [{"entity": "customers", "count": 3}]},
        "metrics": [{"name": "modularity", "value": 0.4, "baseline": 0.1, "fold": None},
                    {"name": "accuracy", "value": None, "baseline": None, "fold": 2}],
        "artifacts": [{"name": "list.csv", "mediaType": "text/csv", "bytes": 3e9, "sha256": "f0", "url": f"/files/runs/{run}/list.csv"}],
        "charts": [{"name": "ages", "title": "Ages", "url": f"/files/runs/{run}/ages.svg", "png": None}],
        "rerunOf": {"id": f"j_{first}", "people": 3}, "estimate": {"rows": 3, "memoryBytes": 10.0, "seconds": 0.5}}
    assert (kind["title"], kind["plugin"], kind["minimumRows"], kind["deterministic"]) == ("Census", {"version": "2.1"}, 1, True)
    chinese = await run_of(people, run, language="zh")
    assert (chinese["kind"]["title"], chinese["charts"][0]["title"]) == ("人口普查", "年龄")


async def test_a_run_that_waits_has_nothing_yet(people: House) -> None:
    run = finished_run(people.database, status=JobStatus.QUEUED, snapshot=None, summary=None, slots=[])
    found = await run_of(people, run)
    assert [found[name] for name in ("snapshot", "environment", "metrics", "charts", "artifacts", "stale", "rerunOf", "estimate")] == [
        None, {}, [], [], [], False, None, None]


async def test_runs_of_a_plugin_that_is_gone_are_still_there(people: House) -> None:
    run = finished_run(people.database, kind="astrology", plugin="stars", plugin_version="0.9", charts=CHARTS)
    found = await run_of(people, run)
    assert (found["__typename"], found["plugin"]["name"], found["charts"][0]["name"]) == ("UnavailableRun", "stars", "ages")
    assert found["kind"] == {
        "key": "astrology", "title": "astrology", "plugin": None, "minimumRows": None, "deterministic": None, "parametersSchema": None,
        "description": "The analysis “astrology” is not here now: the plugin that brings it is gone or does not serve."}
    listed = await people.data("{ analysisRuns { nodes { __typename id } } jobs { nodes { __typename id } } }")
    assert listed["analysisRuns"] == listed["jobs"] == {"nodes": [{"__typename": "UnavailableRun", "id": f"j_{run}"}]}


async def test_the_list_holds_runs_only(people: House) -> None:
    finished_run(people.database, kind="IMPORT", plugin=None)
    first = finished_run(people.database, publish=True)
    second = finished_run(people.database, status=JobStatus.FAILED)
    third = finished_run(people.database, kind="astrology", plugin="stars")

    async def found(**where: Any) -> list[str]:
        query = """query($where: AnalysisRunWhere) { analysisRuns(where: $where, orderBy: [{createdAt: ASC}]) {
 totalCount nodes { id } } }"""
        answer = (await people.data(query, {"where": where or None} if where else {}))["analysisRuns"]
        assert answer["totalCount"] == len(answer["nodes"])
        return [node["id"] for node in answer["nodes"]]

    assert await found() == [f"j_{run}" for run in (first, second, third)]
    assert await found(kind={"eq": "census"}) == [f"j_{run}" for run in (first, second)]
    assert await found(status="FAILED") == [f"j_{second}"]
    assert await found(published=True) == [f"j_{first}"]
    assert await found(published=False) == [f"j_{run}" for run in (second, third)]
    assert await found(createdAt={"gte": "2999-01-01T00:00:00Z"}) == []
    assert (await people.ask("{ analysisRuns { nodes { id } } }", allowed=EVERYTHING - {"jobs.read"})).refusals == [
        ("FORBIDDEN", ["analysisRuns"])]


async def test_which_analyses_there_are(people: House) -> None:
    query = "{ analysisKinds { key title description plugin { name version apiVersion } parametersSchema minimumRows } }"
    kind, = (await people.data(query))["analysisKinds"]
    fields = kind.pop("parametersSchema")
    assert kind == {"key": "census", "title": "Census", "description": "Counts people.", "minimumRows": 1,
                    "plugin": {"name": "people", "version": "2.1", "apiVersion": "1.0"}}
    assert fields["damping"] == {"type": "Float!", "description": "Between 0 and 1.", "default": "0.85"}
    assert fields["method"] == {"type": "Method!", "description": "How.", "default": "HEADS",
                                "values": {"HEADS": "Every head.", "HANDS": "Every hand."}}
    assert fields["scope"]["fields"]["where"] == {"type": "CustomerWhere", "description": "Only these customers."}
    assert fields["scope"]["fields"]["weights"]["fields"]["weight"]["default"] == "1"
    assert {"label", "estimateOnly", "idempotencyKey"} <= set(fields)
    assert (await people.ask("{ analysisKinds { key } }", allowed=EVERYTHING - {"jobs.read"})).refusals == [
        ("FORBIDDEN", ["analysisKinds"])]


async def test_which_plugins_there_are(people: House) -> None:
    query = """{ plugins { name status reason version apiVersion tables kinds { key }
 contributions { type field cost permissions pii deprecated } } }"""
    working, broken = (await people.data(query))["plugins"]
    assert working["kinds"] == [{"key": "census"}]
    plain = {"cost": 0, "permissions": [], "pii": None, "deprecated": None}
    assert sorted(working["contributions"], key=lambda one: str(one["type"])) == [
        plain | {"type": "Customer", "field": "renown", "cost": 1, "permissions": ["commerce.read"]},
        plain | {"type": "CustomerOrder", "field": "renown"}, plain | {"type": "CustomerWhere", "field": "renown"},
        plain | {"type": "Mutation", "field": "censusRunStart", "cost": 10, "permissions": ["analyses.run"]}]
    assert [working[name] for name in ("name", "status", "reason", "version", "apiVersion", "tables")] == [
        "people", "ACTIVE", None, "2.1", "1.0", ["people_renown"]]
    assert broken == {"name": "broken", "status": "FAILED", "reason": "It cannot be imported.", "version": None, "apiVersion": None,
                      "tables": [], "kinds": [], "contributions": []}
    assert (await people.ask("{ plugins { name } }", allowed=EVERYTHING - {"plugins.read"})).refusals == [("FORBIDDEN", ["plugins"])]


@pytest.mark.parametrize("minimum", [1, 5])
async def test_an_analysis_says_how_much_data_it_needs(database: Database, minimum: int) -> None:
    asked = await house(database, census(minimum_rows=minimum)).data("{ analysisKinds { minimumRows } }")
    assert asked == {"analysisKinds": [{"minimumRows": minimum}]}
