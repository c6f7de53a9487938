"""Which run answers: publishing, withdrawing, and two who publish at once."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.analyses import publishing
from schema.analyses.models import PublishedRunRow
from schema.changes.change import change
from schema.changes.models import AuditEntryRow
from schema.context import SYSTEM
from schema.jobs.models import JobStatus
from server.database import Database
from tests.schema.analyses.people import House, catalogue_of, census, finished_run
from tests.schema.querying.asking import EVERYTHING

PUBLISH = """mutation($id: ID!) { analysisRunPublish(input: {id: $id}) { run { id published publishedSlots } replaced { id published }
 userErrors { code message path } } }"""
UNPUBLISH = "mutation($id: ID!) { analysisRunUnpublish(input: {id: $id}) { run { id published } userErrors { code path } } }"


async def publish(people: House, run: int | str, **more: Any) -> Any:
    id_ = run if isinstance(run, str) else f"j_{run}"
    return (await people.data(PUBLISH, {"id": id_}, **more))["analysisRunPublish"]


def slots(database: Database) -> dict[str, int]:
    with Session(database.engine) as session:
        return {row.slot: row.run_id for row in session.scalars(select(PublishedRunRow))}


async def test_publishing_takes_the_place_of_others_slot_by_slot(people: House) -> None:
    first = finished_run(people.database, slots=["renown", "fame"])
    second = finished_run(people.database, slots=["renown"])
    assert await publish(people, first) == {"run": {"id": f"j_{first}", "published": True, "publishedSlots": ["fame", "renown"]},
                                            "replaced": [], "userErrors": []}
    assert await publish(people, second) == {"run": {"id": f"j_{second}", "published": True, "publishedSlots": ["renown"]},
                                             "replaced": [{"id": f"j_{first}", "published": True}], "userErrors": []}
    assert slots(people.database) == {"renown": second, "fame": first}


async def test_publishing_again_changes_nothing(people: House) -> None:
    run = finished_run(people.database)
    await publish(people, run)
    assert (await publish(people, run))["replaced"] == []
    with Session(people.database.engine) as session:
        entries = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "analysisRunPublish")).all()
        assert [(one.subject_kind, one.subject_id, one.changed_fields, one.staff_id) for one in entries] == [("job", run, ["published"], 1)]


async def test_withdrawing(people: House) -> None:
    run = finished_run(people.database, publish=True)
    for _ in range(2):  # one that is a draft stays one
        answer = await people.data(UNPUBLISH, {"id": f"j_{run}"})
        assert answer == {"analysisRunUnpublish": {"run": {"id": f"j_{run}", "published": False}, "userErrors": []}}
    assert slots(people.database) == {}


@pytest.mark.parametrize("status", [one for one in JobStatus if one is not JobStatus.SUCCEEDED])
async def test_only_a_run_that_has_succeeded_is_published(people: House, status: JobStatus) -> None:
    run = finished_run(people.database, status=status)
    message = f"Only a run that has succeeded can be published; this one is {status.name}."
    assert (await publish(people, run))["userErrors"] == [{"code": "CONFLICT", "path": ["input", "id"], "message": message}]
    assert slots(people.database) == {}


async def test_what_cannot_be_published(people: House) -> None:
    gone = finished_run(people.database, kind="astrology", plugin="stars")
    nothing = finished_run(people.database, slots=[])
    import_ = finished_run(people.database, kind="IMPORT", plugin=None)
    wrong: list[tuple[int | str, str]] = [
        (gone, "CONFLICT"), (nothing, "CONFLICT"), (import_, "NOT_FOUND"), ("j_99999", "NOT_FOUND"), ("c_1", "INVALID"), ("x", "INVALID")]
    for run, code in wrong:
        answer = await publish(people, run)
        assert (answer["run"], [(one["code"], one["path"]) for one in answer["userErrors"]]) == (None, [(code, ["input", "id"])])
    assert "astrology" in (await publish(people, gone))["userErrors"][0]["message"]
    assert slots(people.database) == {}


@pytest.mark.parametrize(("query", "name"), [(PUBLISH, "analysisRunPublish"), (UNPUBLISH, "analysisRunUnpublish")])
async def test_publishing_needs_its_permission(people: House, query: str, name: str) -> None:
    run = finished_run(people.database)
    answer = await people.ask(query, {"id": f"j_{run}"}, allowed=EVERYTHING - {"analyses.publish"})
    assert answer.refusals == [("FORBIDDEN", [name])]


async def test_of_those_who_publish_at_once_the_last_wins_and_all_answers_fit_together(people: House) -> None:
    """Every run but the last was replaced, by exactly one other, and its slots are all one run's."""
    runs = [finished_run(people.database, slots=["a", "b", "c"][:: 1 if i % 2 else -1]) for i in range(12)]
    catalogue = catalogue_of(census())

    def attempt(run: int) -> dict[str, Any]:
        return change(people.database.engine, SYSTEM, "publish", partial(publishing.publish, id_=f"j_{run}", catalogue=catalogue))

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(attempt, runs))
    replaced = [run for answer in answers for run in answer["replaced"]]
    last = set(runs) - set(replaced)
    assert len(replaced) == len(set(replaced)) == len(runs) - 1
    assert slots(people.database) == dict.fromkeys("abc", last.pop())
