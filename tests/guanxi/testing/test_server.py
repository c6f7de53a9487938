"""The fixture `server`: exactly the plugins that were named, a small shop, runs in processes of their own, and a clock that stands."""

import datetime
from pathlib import Path

import pytest

from guanxi.testing import ISLANDS, NOW, Clock, NotServing, Refused, Server, opened
from tests.plugins.fakes import LUCK, TABLES, distribution, plugin_file

MEASURE = {"metrics": ["PAGE_RANK"], "seed": 1}
NAMES = "{ customers(first: 50) { totalCount nodes { name } } }"


@pytest.mark.guanxi(plugins=["graph"])
async def test_a_run_is_computed_and_its_scores_answer(server: Server) -> None:
    run = await server.run("graphMetrics", **MEASURE)
    assert (run.status, run.error, run.charts) == ("SUCCEEDED", None, ["pageRank"])
    asked = "{ customers(first: 50, where: {pageRank: {isNull: false}}) { totalCount nodes { pageRank { rank stale } } } }"
    data = await server.query(asked)
    assert data["customers"]["totalCount"] == 12  # one of thirteen has refused
    assert len(server.statements) == 4  # the page, its total, and two to know whether the run is stale
    draft = await server.run("graphMetrics", publish=False, **MEASURE | {"damping": 0.5})
    asked = """query($run: ID) { customer(ref: {id: "c_1"}) { pageRank { run { id } } draft: pageRank(runId: $run) { run { id } } } }"""
    found = await server.query(asked, {"run": draft.id})
    assert found["customer"] == {"pageRank": {"run": {"id": run.id}}, "draft": {"run": {"id": draft.id}}}


async def test_without_plugins_there_are_none(server: Server) -> None:
    assert "type Customer" in server.schema
    assert "pageRank(" not in server.schema
    assert (await server.query(NAMES))["customers"]["totalCount"] == 13
    with pytest.raises(NotServing, match="There is no analysis graphMetrics; there are: none"):
        await server.run("graphMetrics")


@pytest.mark.guanxi(plugins=["graph"], data=ISLANDS)
async def test_what_is_refused_is_told(server: Server) -> None:
    assert {one["name"] for one in (await server.query(NAMES))["customers"]["nodes"]} == {"甲", "乙", "丙", "丁", "Eve", "Frank"}
    with pytest.raises(Refused, match="INVALID, at None"):
        await server.run("graphMetrics", metrics=["PAGE_RANK"], damping=2)
    failed = await server.run("graphMetrics", metrics=["PAGE_RANK"], graph={"kinds": ["trust"]})
    assert (failed.status, failed.error and failed.error[0]) == ("FAILED", "INSUFFICIENT_DATA")
    for text, code in (("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("{", "GRAPHQL_PARSE_FAILED")):
        assert [error["extensions"]["code"] for error in (await server.answer(text)).errors] == [code]
    with pytest.raises(Refused) as refused:
        await server.query(NAMES, permissions=["relationships.read"])
    assert refused.value.errors[0]["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.guanxi(plugins=["graph"])
async def test_the_clock_stands_until_it_is_moved(server: Server, clock: Clock) -> None:
    asked = "{ analysisRuns(first: 1) { nodes { finishedAt snapshot { asOf } } } }"
    assert server.clock.now == NOW
    clock.move(days=31)
    assert clock.now == NOW + datetime.timedelta(days=31)
    await server.run("graphMetrics", **MEASURE)
    assert (await server.query(asked))["analysisRuns"]["nodes"][0] == {
        "finishedAt": "2026-08-01T00:00:00+00:00", "snapshot": {"asOf": "2026-08-01T00:00:00+00:00"}}
    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime.datetime(2026, 1, 1))  # noqa: DTZ001


async def test_a_file_an_installed_plugin_and_one_that_does_not_serve(tmp_path: Path, anyio_backend: str, guanxi_template: Path) -> None:
    with distribution(tmp_path / "installed", name="other", text=LUCK.replace("is_lucky", "is_other")):
        async with opened([plugin_file(tmp_path)], tmp_path, template=guanxi_template) as server:
            assert ("isLucky" in server.schema, "isOther" in server.schema) == (True, False)
        (tmp_path / "second").mkdir()
        async with opened(["other"], tmp_path / "second", template=guanxi_template) as server:
            assert ("isLucky" in server.schema, "isOther" in server.schema) == (False, True)
    (tmp_path / "third").mkdir()
    bad = plugin_file(tmp_path / "third", TABLES)
    with pytest.raises(NotServing, match=r"luck does not serve \(FAILED\)\. There are no migrations"):
        async with opened([bad], tmp_path / "third", template=guanxi_template):
            pass
