"""Taking runs, sharing them between servers, handing them back, and looking after those that were lost."""

import asyncio
import logging
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from schema.analyses import queue
from schema.changes.change import change
from schema.context import SYSTEM
from schema.errors import RequestError
from schema.jobs.models import JobRow, JobStatus
from server.database import Database, open_database
from server.revisions import core_head
from server.runs.dispatcher import FAREWELL
from server.runs.hub import Hub
from server.runs.ledger import Ledger
from server.runs.worker_process import WorkerProcess
from server.runs.workers import Workers
from tests.server.runs.house import FAKE, children, dispatching, ended, queued, row_of, until


def taken_by_somebody_else(database: Database, run: int, attempts: int = 1) -> None:
    """As a server does that dies right afterwards."""
    change(database.engine, SYSTEM, "test", lambda work: {"run": queue.claim(work, "dead", ["census"], run) is not None})
    with Session(database.engine) as session, session.begin():
        session.execute(update(JobRow).where(JobRow.id == run).values(attempts=attempts))


async def test_a_run_begins_as_soon_as_it_is_announced(sqlite_database: Database, tmp_path: Path) -> None:
    hub = Hub()
    async with dispatching(sqlite_database, tmp_path, hub):
        await asyncio.sleep(0.3)
        run = queued(sqlite_database, "succeed")
        hub.announce(run)
        began = time.monotonic()
        await until(lambda: row_of(sqlite_database, run).status is not JobStatus.QUEUED)
        assert time.monotonic() - began < 0.5
        await ended(sqlite_database, run)


async def test_a_run_of_another_server_begins_without_being_announced(sqlite_database: Database, tmp_path: Path) -> None:
    async with dispatching(sqlite_database, tmp_path):
        await asyncio.sleep(0.3)
        assert (await ended(sqlite_database, queued(sqlite_database, "succeed"))).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize(("workers", "together"), [(1, 1), (2, 2)])
async def test_as_many_at_once_as_the_settings_say(sqlite_database: Database, tmp_path: Path, workers: int, together: int) -> None:
    runs = [queued(sqlite_database, "sleep") for _ in range(3)]
    async with dispatching(sqlite_database, tmp_path, workers=workers):
        await until(lambda: sum(row_of(sqlite_database, run).stage == "sleeping" for run in runs) == together)
        await asyncio.sleep(1.2)
        assert [row_of(sqlite_database, run).status for run in runs].count(JobStatus.RUNNING) == together


async def test_two_servers_compute_each_run_once(database: Database, database_url: str, tmp_path: Path) -> None:
    runs = [queued(database, "succeed") for _ in range(10)]
    other = open_database(database_url)
    async with AsyncExitStack() as stack:
        for server in (database, other):
            await stack.enter_async_context(dispatching(server, tmp_path, workers=2))
        rows = [await ended(database, run) for run in runs]
    await other.close()
    assert {(row.status, row.attempts) for row in rows} == {(JobStatus.SUCCEEDED, 1)}


async def test_a_server_leaves_runs_alone_once_a_newer_one_has_migrated_the_database(
        database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def at_revision(revision: str) -> None:
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})

    at_revision("9999")
    async with dispatching(database, tmp_path):
        run = queued(database, "succeed")
        await until(lambda: "runs wait for another server" in caplog.text)
        await asyncio.sleep(1.2)
        assert row_of(database, run).status is JobStatus.QUEUED
        at_revision(core_head())
        assert (await ended(database, run)).status is JobStatus.SUCCEEDED
    assert caplog.text.count("runs wait for another server") == 1


async def test_a_server_that_stops_hands_its_runs_back(database: Database, tmp_path: Path) -> None:
    before = children()
    run = queued(database, "sleep")
    async with dispatching(database, tmp_path):
        await until(lambda: row_of(database, run).stage == "sleeping")
        stopping = time.monotonic()
    assert time.monotonic() - stopping < FAREWELL
    row = row_of(database, run)
    assert (row.status, row.attempts, row.worker, row.stage, row.finished_at) == (JobStatus.QUEUED, 0, None, None, None)
    assert children() <= before


async def test_a_lost_run_is_computed_again(database: Database, tmp_path: Path) -> None:
    run = queued(database, "succeed")
    taken_by_somebody_else(database, run)
    async with dispatching(database, tmp_path, lease=1):
        row = await ended(database, run)
    assert (row.status, row.attempts) == (JobStatus.SUCCEEDED, 2)


async def test_a_run_that_is_lost_twice_fails(sqlite_database: Database, tmp_path: Path) -> None:
    run = queued(sqlite_database, "succeed")
    taken_by_somebody_else(sqlite_database, run, attempts=2)
    async with dispatching(sqlite_database, tmp_path, lease=1):
        row = await ended(sqlite_database, run)
    assert (row.status, row.error_code, row.attempts) == (JobStatus.FAILED, "INTERRUPTED", 2)


async def test_a_run_that_another_server_took_over_is_left_alone(sqlite_database: Database, tmp_path: Path) -> None:
    before = children()
    run = queued(sqlite_database, "sleep")
    async with dispatching(sqlite_database, tmp_path, lease=1):
        await until(lambda: row_of(sqlite_database, run).stage == "sleeping")
        with Session(sqlite_database.engine) as session, session.begin():
            session.execute(update(JobRow).where(JobRow.id == run).values(worker="another", heartbeat=1000, attempts=2, stage="reading"))
        await until(lambda: children() <= before, 3)
        row = row_of(sqlite_database, run)
        assert (row.status, row.worker, row.stage) == (JobStatus.RUNNING, "another", "reading")


async def test_its_own_runs_are_never_lost_however_late_their_heartbeat(
        sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_beat(*_: Any) -> str:
        raise RequestError("UNAVAILABLE", "unavailable")

    run = queued(sqlite_database, "sleep")
    monkeypatch.setattr(Ledger, "beat", no_beat)
    async with dispatching(sqlite_database, tmp_path, lease=1):
        await until(lambda: row_of(sqlite_database, run).stage == "sleeping")
        await asyncio.sleep(2.5)
        row = row_of(sqlite_database, run)
        assert (row.status, row.attempts) == (JobStatus.RUNNING, 1)


async def test_a_database_that_is_away_for_a_while(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                   caplog: pytest.LogCaptureFixture) -> None:
    away = [True]

    def broken(name: str) -> Any:
        kept = getattr(Ledger, name)

        async def perform(*arguments: Any) -> Any:
            if away[0]:
                raise RequestError("UNAVAILABLE", "unavailable")
            return await kept(*arguments)

        return perform

    for name in ("waiting", "running", "claim", "end", "beat", "note", "recover", "wants_stop"):
        monkeypatch.setattr(Ledger, name, broken(name))
    first, second = queued(sqlite_database, "succeed"), queued(sqlite_database, "succeed")
    with caplog.at_level(logging.WARNING, "guanxi"):
        async with dispatching(sqlite_database, tmp_path):
            await asyncio.sleep(2.5)
            assert [record.getMessage() for record in caplog.records] == ["the queue of runs cannot be read; trying again"]
            away[0] = False
            await until(lambda: row_of(sqlite_database, first).status is JobStatus.RUNNING)
            away[0] = True
            await asyncio.sleep(2)
            assert row_of(sqlite_database, first).status is JobStatus.RUNNING
            away[0] = False
            for run in (first, second):
                row = await ended(sqlite_database, run)
                assert (row.status, row.done, row.attempts) == (JobStatus.SUCCEEDED, 3, 1)


async def test_a_spare_worker_serves_the_next_run() -> None:
    workers = Workers(["numpy"], spare=True, command=FAKE)
    await workers.keep_spare()
    spare = workers._spare
    assert spare is not None
    await workers.keep_spare()
    assert workers._spare is spare
    taken, fresh = await workers.take(), await workers.take()
    assert taken is spare
    assert fresh.pid != spare.pid
    await workers.close()
    for one in (taken, fresh):
        await one.end()
        assert not one.alive


async def test_a_spare_worker_that_died_is_replaced() -> None:
    workers = Workers([], spare=True, command=FAKE)
    await workers.keep_spare()
    spare = workers._spare
    assert spare is not None
    psutil.Process(spare.pid).kill()
    await until(lambda: not spare.alive)
    worker = await workers.take()
    assert worker is not spare
    assert worker.alive
    await worker.end()
    await workers.close()


async def test_no_spare_worker_is_left_behind_by_one_who_asks_while_the_last_is_closed() -> None:
    workers = Workers([], spare=True, command=FAKE)
    await asyncio.gather(workers.keep_spare(), workers.close(), workers.keep_spare())
    assert workers._spare is None


async def test_whoever_is_cancelled_while_he_ends_a_worker_has_ended_it() -> None:
    worker = await WorkerProcess.start([], FAKE)
    ending = asyncio.create_task(worker.end(kindly=True))
    await asyncio.sleep(0.1)
    ending.cancel()
    await asyncio.wait([ending])
    assert not worker.alive


async def test_an_application_without_analyses_starts_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    before = children()
    from server.runs.dispatcher import Dispatcher
    from tests.server.runs.house import means

    async with Dispatcher(means(sqlite_database, tmp_path, Hub(), spare=True), [], 1) as dispatcher:
        await asyncio.sleep(1.3)
        assert dispatcher._computing == {}
        assert children() <= before
