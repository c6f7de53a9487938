"""Whatever a worker does, its run ends in one clear state, nothing of it stays behind, and the next run succeeds."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from schema.analyses import queue
from schema.jobs.models import JobStatus
from server.database import Database
from server.runs.hub import Hub
from tests.server.runs.house import cancel, children, dispatching, ended, queued, row_of, until

DIED = "WORKER_DIED"
SECRET = "13800138000"


async def test_a_run_that_succeeds(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_SECRET", "hunter2")
    run = queued(database, "succeed", where={"kind": "PERSON"}, asOf="2026-01-02T00:00:00Z")
    async with dispatching(database, tmp_path):
        row = await ended(database, run)
    assert (row.status, row.error_code, row.attempts, row.worker) == (JobStatus.SUCCEEDED, None, 1, None)
    assert (row.stage, row.done, row.total, row.warnings) == ("counting", 3, 3, ["odd data"])
    assert row.result_digest == "d" * 64
    assert row.snapshot is not None
    assert row.snapshot["versions"] == {"customer": 1}
    summary = row.summary
    assert summary is not None
    assert summary["preload"] == ["igraph", "numpy"]
    task, environment = summary["task"], summary["environment"]
    assert task["where"] == {"sql": "SELECT id FROM customers WHERE kind = ?", "parameters": ["PERSON"]}
    assert (task["as_of"], task["same_as"], task["language"]) == ("2026-01-02T00:00:00Z", None, "en")
    assert (task["analysis"], task["plugin"], task["source"], task["settings"]) == ("census", "people", "people.py", {"key": "hidden"})
    assert (environment["OMP_NUM_THREADS"], environment["MPLBACKEND"]) == ("1", "Agg")
    assert "hunter2" not in str(environment)


@pytest.mark.parametrize(
    ("do", "code", "message"),
    [
        ("fail", "PLUGIN_ERROR", "It went wrong."),
        ("crash", DIED, "The process that computed it was ended by the signal SIGKILL."),
        ("segfault", DIED, "The process that computed it was ended by the signal SIGSEGV."),
        ("exit", DIED, "The process that computed it ended with exit code 3 before it was done."),
        ("leave", DIED, "The process that computed it ended with exit code 0 before it was done."),
        ("garble", DIED, "The process that computed it sent something that is no message."),
        ("number", DIED, "The process that computed it sent something that is no message."),
        ("long line", DIED, "The process that computed it sent something that is no message."),
        ("speak for ever", DIED, "The process that computed it sent something that is no message."),
        ("half a result", DIED, "The process that computed it ended with exit code 0 before it was done."),
        ("half a digest", DIED, "The process that computed it ended with exit code 0 before it was done."),
        ("fall silent", DIED, "The process that computed it stopped talking to the server."),
    ],
)
async def test_a_worker_that_misbehaves(sqlite_database: Database, tmp_path: Path, do: str, code: str, message: str) -> None:
    before = children()
    bad, good = queued(sqlite_database, do), queued(sqlite_database, "succeed")
    async with dispatching(sqlite_database, tmp_path):
        row = await ended(sqlite_database, bad)
        assert (row.status, row.error_code, row.error_message) == (JobStatus.FAILED, code, message)
        assert (await ended(sqlite_database, good)).status is JobStatus.SUCCEEDED
    assert children() <= before


@pytest.mark.parametrize("do", ["take memory", "fill memory"])
async def test_a_run_that_takes_too_much_memory(sqlite_database: Database, tmp_path: Path, do: str) -> None:
    before = children()
    run = queued(sqlite_database, do, language="zh")
    async with dispatching(sqlite_database, tmp_path, memory=384 * 2**20):
        row = await ended(sqlite_database, run)
    assert (row.status, row.error_code) == (JobStatus.FAILED, "OUT_OF_MEMORY")
    assert row.error_message is not None
    assert "所需内存超过每次运行的上限 384 MiB" in row.error_message
    assert children() <= before


async def test_a_run_that_takes_too_long(sqlite_database: Database, tmp_path: Path) -> None:
    run = queued(sqlite_database, "sleep")
    async with dispatching(sqlite_database, tmp_path, seconds=0.5):
        row = await ended(sqlite_database, run)
    assert (row.status, row.error_code, row.stage) == (JobStatus.FAILED, "TIMED_OUT", "sleeping")
    assert row.error_message is not None
    assert "0.5 s" in row.error_message


def at_work(pid: int) -> bool:
    """Ended processes whose new parent has not looked after them yet still have a number."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_run_that_is_cancelled_ends_with_everything_it_started(database: Database, tmp_path: Path) -> None:
    hub, marker = Hub(), tmp_path / "child"
    run = queued(database, "sleep", child=str(marker))
    async with dispatching(database, tmp_path, hub):
        await until(lambda: marker.exists() and marker.read_text() and row_of(database, run).stage == "sleeping")
        cancel(database, run)
        hub.announce(run)
        asked = time.monotonic()
        row = await ended(database, run)
    assert time.monotonic() - asked < 3
    assert (row.status, row.error_code) == (JobStatus.CANCELLED, None)
    assert not [pid for pid in map(int, marker.read_text().split()) if at_work(pid)]


async def test_cancelling_by_another_server_is_seen_without_being_told(sqlite_database: Database, tmp_path: Path) -> None:
    run = queued(sqlite_database, "sleep")
    async with dispatching(sqlite_database, tmp_path, lease=60):
        await until(lambda: row_of(sqlite_database, run).stage == "sleeping")
        cancel(sqlite_database, run)
        assert (await ended(sqlite_database, run)).status is JobStatus.CANCELLED


async def test_a_flood_of_progress_is_written_twice_a_second_and_always_at_last(sqlite_database: Database, tmp_path: Path) -> None:
    run = queued(sqlite_database, "flood")
    seen: set[int] = set()
    began = time.monotonic()
    async with dispatching(sqlite_database, tmp_path):
        while not (row := row_of(sqlite_database, run)).finished_at:
            seen.add(row.done)
            await asyncio.sleep(0.01)
    assert len(seen) <= 3 + 2 * (time.monotonic() - began)
    assert (row.status, row.done, row.total) == (JobStatus.SUCCEEDED, 19_999, 20_000)
    assert len(row.warnings) == 20
    assert max(map(len, row.warnings)) == 500


async def test_parameters_that_do_not_fit_the_schema_of_today(sqlite_database: Database, tmp_path: Path) -> None:
    run = queued(sqlite_database, "succeed", where={"kind": "ROBOT"})
    async with dispatching(sqlite_database, tmp_path):
        row = await ended(sqlite_database, run)
    assert (row.status, row.error_code) == (JobStatus.FAILED, "INVALID")
    assert row.error_message is not None
    assert "where is empty" in row.error_message


async def test_messages_of_no_meaning_are_passed_over(sqlite_database: Database, tmp_path: Path) -> None:
    run = queued(sqlite_database, "unknown")
    async with dispatching(sqlite_database, tmp_path):
        row = await ended(sqlite_database, run)
    assert (row.status, row.stage, row.warnings, row.snapshot) == (JobStatus.SUCCEEDED, None, [], None)


async def test_a_result_that_cannot_be_stored_is_a_fault_of_ours(
        database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> bool:
        raise ValueError(SECRET)

    monkeypatch.setattr(queue, "succeed", broken)
    run = queued(database, "succeed")
    async with dispatching(database, tmp_path):
        row = await ended(database, run)
    assert (row.status, row.error_code) == (JobStatus.FAILED, "INTERNAL")
    assert "unexpected error" in caplog.messages
    assert SECRET not in str([record.__dict__ for record in caplog.records])


async def test_a_worker_that_lingers_is_ended_and_its_result_kept(sqlite_database: Database, tmp_path: Path) -> None:
    before = children()
    run = queued(sqlite_database, "linger")
    async with dispatching(sqlite_database, tmp_path):
        assert (await ended(sqlite_database, run)).status is JobStatus.SUCCEEDED
        await until(lambda: children() <= before)


async def test_the_log_says_where_and_not_what(sqlite_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = queued(sqlite_database, "fail")
    with caplog.at_level(logging.INFO, "guanxi"):
        async with dispatching(sqlite_database, tmp_path):
            await ended(sqlite_database, run)
            await until(lambda: caplog.records)
    (record,) = caplog.records
    assert (record.getMessage(), record.__dict__["run"], record.__dict__["codes"]) == ("run failed", run, ["PLUGIN_ERROR"])
    assert record.__dict__["error"] == {"type": "ValueError", "frames": ["mine.py:3 rank"]}
    assert SECRET not in str(record.__dict__)
