"""The queue of runs: a run is had by one server at a time, and only that one can report on it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from schema.analyses import queue
from schema.analyses.queue import Claim, Running
from schema.changes.change import Change, change
from schema.changes.models import AuditEntryRow
from schema.context import SYSTEM
from schema.jobs.models import JobRow, JobStatus
from server.database import Database

T = TypeVar("T")
KINDS = ["census"]
RESULT: dict[str, Any] = {"digest": "d" * 64, "summary": {"people": 3}, "metrics": [], "charts": [], "artifacts": [],
                          "environment": {"python": "3.11"}}


def waiting_run(database: Database, **values: Any) -> int:
    given: dict[str, Any] = {"kind": "census", "status": JobStatus.QUEUED, "plugin": "people", "parameters": {"label": "a"}} | values
    with Session(database.engine) as session, session.begin():
        row = JobRow(**given)
        session.add(row)
        session.flush()
        return row.id


def changing(database: Database, perform: Callable[[Change], T]) -> T:
    found: list[T] = []

    def run(work: Change) -> dict[str, Any]:
        found.append(perform(work))
        return {}

    change(database.engine, SYSTEM, "test", run)
    return found[-1]


def claimed(database: Database, worker: str = "w1") -> Claim | None:
    return changing(database, lambda work: queue.claim(work, worker, KINDS))


def reporting(database: Database, report: Callable[..., T], *arguments: Any) -> T:
    with database.engine.begin() as connection:
        return report(connection, *arguments)


def row_of(database: Database, run: int) -> JobRow:
    with Session(database.engine) as session:
        return session.get_one(JobRow, run)


async def test_runs_are_taken_in_their_order_once(database: Database) -> None:
    first, second = waiting_run(database), waiting_run(database)
    waiting_run(database, kind="other")
    taken = [claimed(database) for _ in range(3)]
    assert [one and one.run for one in taken] == [first, second, None]
    assert taken[0] == Claim(first, "w1", "census", "people", {"label": "a"}, "en", 1, None)
    row = row_of(database, first)
    assert (row.status, row.worker, row.attempts) == (JobStatus.RUNNING, "w1", 1)
    assert row.started_at


async def test_servers_that_claim_together_get_different_runs(database: Database) -> None:
    runs = {waiting_run(database) for _ in range(12)}
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda i: claimed(database, f"w{i}"), range(18)))
    got = [one.run for one in taken if one]
    assert len(got) == len(set(got))
    assert set(got) <= runs
    while one := claimed(database, "late"):  # a claimer that met only locked rows came away empty-handed
        got.append(one.run)
    assert sorted(got) == sorted(runs)


async def test_only_the_holder_reports(database: Database) -> None:
    run = waiting_run(database)
    assert claimed(database)
    for worker, holds in (("w2", False), ("w1", True)):
        assert reporting(database, queue.note_progress, run, worker, "ranking", 3, 10) is holds
        assert reporting(database, queue.note_snapshot, run, worker, {"digest": "x"}) is holds
        assert reporting(database, queue.note_warning, run, worker, "Few ties.") is holds
        assert reporting(database, queue.beat, run, worker) == ("held" if holds else "lost")
    row = row_of(database, run)
    assert (row.stage, row.done, row.total, row.snapshot, row.warnings) == ("ranking", 3, 10, {"digest": "x"}, ["Few ties."])
    assert not changing(database, lambda work: queue.succeed(work, run, "w2", RESULT))
    assert changing(database, lambda work: queue.succeed(work, run, "w1", RESULT))
    assert reporting(database, queue.beat, run, "w1") == "lost"
    row = row_of(database, run)
    assert (row.status, row.result_digest, row.summary) == (JobStatus.SUCCEEDED, "d" * 64, {"people": 3})
    assert row.environment == {"python": "3.11"}
    assert row.finished_at


async def test_warnings_are_bounded(database: Database) -> None:
    run = waiting_run(database)
    assert claimed(database)
    for number in range(queue.MOST_WARNINGS + 1):
        assert reporting(database, queue.note_warning, run, "w1", f"{number} " + "x" * 1000)
    warnings = row_of(database, run).warnings
    assert (len(warnings), len(warnings[0]), warnings[-1][:3]) == (queue.MOST_WARNINGS, queue.LONGEST_WARNING, "99 ")


async def test_a_lost_run_gets_a_second_attempt_and_then_an_end(database: Database) -> None:
    run = waiting_run(database, language="zh")
    for attempt, status in ((1, JobStatus.QUEUED), (2, JobStatus.FAILED)):
        taken = claimed(database, f"w{attempt}")
        assert taken
        assert taken.attempts == attempt
        reporting(database, queue.note_progress, run, f"w{attempt}", "ranking")
        async with database.reader() as reader:
            lost, = await queue.running(reader, database.dialect)
        assert changing(database, lambda work, lost=lost: queue.recover(work, lost)) is status  # type: ignore[misc]  # a lambda's default
    row = row_of(database, run)
    assert (row.error_code, row.error_message) == ("INTERRUPTED", "计算时服务器停止，已尝试 2 次。")


async def test_a_run_that_was_reported_on_is_not_lost(database: Database) -> None:
    run = waiting_run(database)
    assert claimed(database)
    seen = Running(run, "w1", row_of(database, run).heartbeat)
    reporting(database, queue.beat, run, "w1")
    assert changing(database, lambda work: queue.recover(work, seen)) is None
    assert row_of(database, run).status is JobStatus.RUNNING


async def test_whoever_was_given_up_for_lost_changes_nothing(database: Database) -> None:
    run = waiting_run(database)
    assert claimed(database)
    changing(database, lambda work: queue.recover(work, Running(run, "w1", 1)))
    assert claimed(database, "w2")
    assert reporting(database, queue.beat, run, "w1") == "lost"
    assert not changing(database, lambda work: queue.succeed(work, run, "w1", RESULT))
    assert not changing(database, lambda work: queue.fail(work, run, "w1", "WORKER_DIED", "It died."))
    assert row_of(database, run).status is JobStatus.RUNNING


async def test_cancelling_reaches_the_holder_and_outlives_him(database: Database) -> None:
    run = waiting_run(database)
    assert claimed(database)
    with database.engine.begin() as connection:
        connection.execute(update(JobRow).where(JobRow.id == run).values(cancel_requested=True))
    assert reporting(database, queue.beat, run, "w1") == "cancel"
    assert changing(database, lambda work: queue.recover(work, Running(run, "w1", 2))) is JobStatus.CANCELLED


async def test_a_run_that_is_given_back_waits_again(database: Database) -> None:
    run = waiting_run(database)
    async with database.reader() as reader:
        assert await queue.waiting(reader, database.dialect, KINDS)
        assert not await queue.waiting(reader, database.dialect, ["other"])
    assert claimed(database)
    assert changing(database, lambda work: queue.release(work, run, "w1"))
    taken = claimed(database, "w2")
    assert taken
    assert (taken.run, taken.attempts) == (run, 1)
    async with database.reader() as reader:
        assert not await queue.waiting(reader, database.dialect, KINDS)


async def test_a_rerun_on_the_same_data_knows_its_snapshot(database: Database) -> None:
    first = waiting_run(database, status=JobStatus.SUCCEEDED, snapshot={"digest": "x"})
    waiting_run(database, rerun_of_id=first, details={"sameData": True})
    waiting_run(database, rerun_of_id=first)
    assert [one and one.same_as for one in (claimed(database), claimed(database))] == [{"run": first, "snapshot": {"digest": "x"}}, None]


@pytest.mark.parametrize("end", ["succeed", "fail", "stop"])
async def test_how_a_run_stands_is_audited_and_its_progress_is_not(database: Database, end: str) -> None:
    run = waiting_run(database)
    assert claimed(database)
    reporting(database, queue.note_progress, run, "w1", "ranking", 3, 10)
    more: dict[str, list[Any]] = {"succeed": [RESULT], "fail": ["INVALID", "No such customer."], "stop": []}
    assert changing(database, lambda work: getattr(queue, end)(work, run, "w1", *more[end]))
    with Session(database.engine) as session:
        entries = select(AuditEntryRow.changed_fields).where(AuditEntryRow.subject_id == run).order_by(AuditEntryRow.id)
        assert session.scalars(entries).all() == [["startedAt", "status"], ["finishedAt", "status"]]
        assert session.scalar(select(func.count()).select_from(AuditEntryRow)) == 2
