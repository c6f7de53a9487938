"""What one process does to jobs is heard by the others: at once on PostgreSQL, and again after the connection was lost."""

import asyncio
import time
from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, update

from schema.analyses.models import PublishedRunRow
from schema.jobs.models import JobKind, JobRow, JobStatus
from server.database import Database
from server.runs import notices
from server.runs.hub import TOLD_PATIENCE, Hub
from server.runs.notices import noticed

SOON = 5.0  # seconds, on a busy machine; far below the patience of those who are told
LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN guanxi_jobs'"
TRIED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT 1'"
CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query ~ '^(LISTEN|SELECT 1)' AND pid <> pg_backend_pid()"""


def new_job(database: Database) -> int:
    with database.engine.begin() as connection:
        values = insert(JobRow).values(kind=JobKind.IMPORT, status=JobStatus.RUNNING, warnings=[], details={})
        return connection.scalar(values.returning(JobRow.id)) or 0


def report(database: Database, job: int, **values: object) -> None:
    with database.engine.begin() as connection:
        connection.execute(update(JobRow).where(JobRow.id == job).values(**values))


async def listening(database: Database) -> None:
    await holds(database, LISTENING)


async def holds(database: Database, count: str) -> None:
    """Until the statement counts something. Each look is a transaction of its own, in which the activity of others stands still."""
    deadline = time.monotonic() + SOON
    while not scalar(database, count):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def scalar(database: Database, sql: str) -> object:
    with database.engine.connect() as connection:
        return connection.exec_driver_sql(sql).scalar()


async def woken(hub: Hub, job: int | None, act: Callable[[], object]) -> float:
    """Seconds from `act` until who waits for the job is woken."""
    waiting = asyncio.create_task(hub.changed(job))
    await asyncio.sleep(0)
    began = time.monotonic()
    await asyncio.to_thread(act)
    await waiting
    return time.monotonic() - began


async def test_every_change_is_told_of_but_a_heartbeat(postgres_database: Database) -> None:
    database, hub, job = postgres_database, Hub(), new_job(postgres_database)
    async with noticed(database, hub):
        await listening(database)
        for values in ({"done": 5}, {"status": JobStatus.SUCCEEDED}, {"cancel_requested": True}):
            assert await woken(hub, job, lambda values=values: report(database, job, **values)) < SOON
        assert await woken(hub, None, lambda: new_job(database)) < SOON
        silent = asyncio.create_task(hub.changed(job))
        await asyncio.to_thread(lambda: report(database, job, heartbeat=7))
        assert not (await asyncio.wait([silent], timeout=0.5))[0]
        silent.cancel()


async def test_what_is_published_is_told_of(postgres_database: Database) -> None:
    database, hub, job = postgres_database, Hub(), new_job(postgres_database)

    def publish() -> None:
        with database.engine.begin() as connection:
            connection.execute(insert(PublishedRunRow).values(kind="rfm", slot="rfm", run_id=job))

    def withdraw() -> None:
        with database.engine.begin() as connection:
            connection.execute(delete(PublishedRunRow))

    async with noticed(database, hub):
        await listening(database)
        assert await woken(hub, job, publish) < SOON
        assert await woken(hub, None, withdraw) < SOON


async def test_after_a_lost_connection_everybody_looks_and_is_told_again(postgres_database: Database,
                                                                         caplog: pytest.LogCaptureFixture) -> None:
    database, hub, job = postgres_database, Hub(), new_job(postgres_database)

    async with noticed(database, hub):
        await listening(database)
        assert await woken(hub, job, lambda: scalar(database, CUT)) < SOON
        assert "no longer tells of jobs" in caplog.text
        await listening(database)
        assert await woken(hub, job, lambda: report(database, job, done=9)) < SOON


async def test_who_is_told_waits_longer_before_looking_himself(postgres_database: Database) -> None:
    hub = Hub()
    async with noticed(postgres_database, hub):
        await listening(postgres_database)
        waiting = asyncio.create_task(hub.changed(1))
        assert not (await asyncio.wait([waiting], timeout=2))[0]
        assert TOLD_PATIENCE > 2
        waiting.cancel()
    began = time.monotonic()
    await hub.changed(1)
    assert time.monotonic() - began < 2


async def test_a_silent_connection_is_tried(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "ALIVE_EVERY", 0.1)
    async with noticed(postgres_database, Hub()):
        await holds(postgres_database, TRIED)


async def test_sqlite_tells_nobody(sqlite_database: Database) -> None:
    """There everybody goes on looking every second."""
    hub = Hub()
    async with noticed(sqlite_database, hub):
        began = time.monotonic()
        await hub.changed(1)
        assert time.monotonic() - began < SOON
