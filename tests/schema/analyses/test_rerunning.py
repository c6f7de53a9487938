"""Running an analysis again as it was run before."""

from typing import Any

from sqlalchemy.orm import Session

from schema.context import RunLimits
from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.schema.analyses.people import House, census, finished_run, house, settle
from tests.schema.querying.asking import EVERYTHING

RERUN = """mutation($id: ID!, $fresh: Boolean! = false) { analysisRunRerun(input: {id: $id, onFreshData: $fresh}) {
 run { id status label seed slots parameters rerunOf { id } } userErrors { code message path } } }"""
PARAMETERS: dict[str, Any] = {
    "scope": {"where": {"createdAt": {"gte": "2020-01-01T00:00:00+00:00"}}, "weights": None}, "method": "HANDS", "methods": [],
    "start": None, "fee": "2.5", "day": None, "seed": 7, "damping": 0.5}


async def rerun(people: House, run: int | str, **more: Any) -> Any:
    id_ = run if isinstance(run, str) else f"j_{run}"
    return (await people.data(RERUN, {"id": id_, "fresh": more.pop("fresh", False)}, **more))["analysisRunRerun"]


async def refusals(people: House, run: int | str, **more: Any) -> list[tuple[str, str]]:
    answer = await rerun(people, run, **more)
    assert answer["run"] is None
    assert {tuple(one["path"]) for one in answer["userErrors"]} == {("input", "id")}
    return [(one["code"], one["message"]) for one in answer["userErrors"]]


def details(people: House, id_: str) -> dict[str, Any]:
    with Session(people.database.engine) as session:
        return session.get_one(JobRow, int(id_.removeprefix("j_"))).details


async def test_a_rerun_has_the_parameters_of_the_run(people: House) -> None:
    settle(people.database, ["Ada"])
    run = finished_run(people.database, parameters=PARAMETERS, label="Spring", language="zh")
    for fresh, kept in ((False, {"sameData": True}), (True, {})):
        answer = await rerun(people, run, fresh=fresh)
        id_ = answer["run"].pop("id")
        assert answer == {"userErrors": [], "run": {"status": "QUEUED", "label": "Spring", "seed": 7, "slots": ["renown", "byHands"],
                                                    "parameters": PARAMETERS, "rerunOf": {"id": f"j_{run}"}}}
        assert details(people, id_) == kept


async def test_what_never_read_data_cannot_be_repeated_on_it(people: House) -> None:
    settle(people.database, ["Ada"])
    run = finished_run(people.database, parameters=PARAMETERS, snapshot=None, status=JobStatus.CANCELLED)
    assert [code for code, _ in await refusals(people, run)] == ["CONFLICT"]
    assert (await rerun(people, run, fresh=True))["userErrors"] == []


async def test_a_plugin_that_is_gone(people: House) -> None:
    run = finished_run(people.database, kind="astrology", plugin="stars")
    assert await refusals(people, run) == [
        ("CONFLICT", "The analysis “astrology” is not here now: the plugin that brings it is gone or does not serve.")]


async def test_parameters_that_no_longer_fit(people: House) -> None:
    settle(people.database, ["Ada"])
    old = finished_run(people.database, parameters=PARAMETERS | {"method": "FEET", "scope": {"weights": [{"name": 1}]}, "colour": "red"})
    found = await refusals(people, old)
    assert {code for code, _ in found} == {"INVALID"}
    for where in ("method", "scope.weights.0.name", "colour"):
        assert any(where in message for _, message in found), where
    bounds = finished_run(people.database, parameters=PARAMETERS | {"damping": 3})
    assert await refusals(people, bounds) == [("INVALID", "Its parameters no longer fit: census: The damping lies between 0 and 1.")]


async def test_a_rerun_is_checked_as_a_start_is(people: House) -> None:
    people.limits = RunLimits(memory=2**10)
    settle(people.database, ["Ada"])
    run = finished_run(people.database, parameters=PARAMETERS)
    assert [code for code, _ in await refusals(people, run)] == ["LIMIT_EXCEEDED"]
    guarded = finished_run(people.database, parameters=PARAMETERS | {"scope": {"where": {"renown": {"gte": 1}}}})
    people.limits = RunLimits()
    assert [code for code, _ in await refusals(people, guarded, allowed=EVERYTHING - {"commerce.read"})] == ["FORBIDDEN"]


async def test_ids_of_nothing(people: House) -> None:
    import_ = finished_run(people.database, kind="IMPORT", plugin=None)
    assert [code for run in ("j_99999", import_, "c_1", "") for code, _ in await refusals(people, run)] == [
        "NOT_FOUND", "NOT_FOUND", "INVALID", "INVALID"]


async def test_running_again_needs_its_permission(people: House) -> None:
    answer = await people.ask(RERUN, {"id": "j_1"}, allowed=EVERYTHING - {"analyses.run"})
    assert answer.refusals == [("FORBIDDEN", ["analysisRunRerun"])]


async def test_a_plugin_that_fails_is_named_and_nothing_is_stored(database: Database) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("4711")

    run = finished_run(database)
    error, = (await house(database, census(slots=broken)).ask(RERUN, {"id": f"j_{run}"})).errors
    assert error.extensions == {"code": "PLUGIN_ERROR", "plugin": "people"}
    with Session(database.engine) as session:
        assert session.query(JobRow).count() == 1
