"""Cancelling jobs: what waits ends at once, what is computed is asked to stop."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.schema.analyses.people import House, finished_run, house
from tests.schema.querying.asking import EVERYTHING

CANCEL = "mutation($id: ID!) { jobCancel(input: {id: $id}) { job { id status finishedAt } userErrors { code message path } } }"
IN_PROGRESS = (JobStatus.QUEUED, JobStatus.RUNNING)


@pytest.fixture
def people(database: Database) -> House:
    return house(database)


async def cancel(people: House, job: int | str) -> Any:
    return (await people.data(CANCEL, {"id": job if isinstance(job, str) else f"j_{job}"}))["jobCancel"]


def row_of(people: House, job: int) -> JobRow:
    with Session(people.database.engine) as session:
        return session.get_one(JobRow, job)


async def test_a_run_that_waits_ends_at_once(people: House) -> None:
    run = finished_run(people.database, status=JobStatus.QUEUED, finished_at=None)
    answer = await cancel(people, run)
    assert (answer["job"]["status"], answer["userErrors"]) == ("CANCELLED", [])
    assert answer["job"]["finishedAt"]


async def test_whoever_computes_a_run_is_asked_to_stop(people: House) -> None:
    run = finished_run(people.database, status=JobStatus.RUNNING, worker="w1", finished_at=None)
    for _ in range(2):
        assert (await cancel(people, run))["job"]["status"] == "RUNNING"
    row = row_of(people, run)
    assert (row.cancel_requested, row.worker) == (True, "w1")


@pytest.mark.parametrize("status", [one for one in JobStatus if one not in IN_PROGRESS])
async def test_what_has_ended_cannot_be_cancelled(people: House, status: JobStatus) -> None:
    run = finished_run(people.database, status=status)
    assert (await cancel(people, run))["userErrors"] == [
        {"code": "CONFLICT", "message": f"It has ended already: it is {status.name}.", "path": ["input", "id"]}]
    assert not row_of(people, run).cancel_requested


async def test_only_runs_can_be_cancelled(people: House) -> None:
    import_ = finished_run(people.database, kind="IMPORT", plugin=None, status=JobStatus.RUNNING)
    for job, code in ((import_, "CONFLICT"), ("j_99999", "NOT_FOUND"), ("c_1", "INVALID"), ("", "INVALID")):
        answer = await cancel(people, job)
        assert (answer["job"], [(one["code"], one["path"]) for one in answer["userErrors"]]) == (None, [(code, ["input", "id"])])


async def test_cancelling_needs_its_permission(people: House) -> None:
    answer = await people.ask(CANCEL, {"id": "j_1"}, allowed=EVERYTHING - {"analyses.run"})
    assert answer.refusals == [("FORBIDDEN", ["jobCancel"])]
