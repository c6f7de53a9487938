"""A cluster that computes runs: knocked at before a run is taken, waited for, and what is lost there computed anew, once."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schema.jobs.models import JobStatus
from server.database import Database
from server.runs.assembly import dispatcher_of
from server.runs.engines import Cluster
from server.runs.hub import Hub
from server.settings import Settings
from tests.server.runs.house import CATALOGUE, dispatching, ended, means, queued, row_of, until


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        yield door


async def test_a_scheduler_is_knocked_at_more_and_more_seldom(door: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    cluster = Cluster(f"tcp://127.0.0.1:{door.getsockname()[1]}", None)
    for pause in (2, 4, 8, 16, 32, 60, 60):
        cluster._next = 0.0  # as if the pause were over
        assert not await cluster.ready()
        assert cluster._pause == pause
    door.listen()
    assert not await cluster.ready()  # nobody knocks in between
    cluster._next = 0.0
    assert await cluster.ready()
    cluster.back()
    assert [record.message for record in caplog.records] == [
        f"runs wait for the cluster at {cluster.scheduler}", f"the cluster at {cluster.scheduler} is back"]
    assert cluster._pause == 0


async def test_a_run_that_no_cluster_can_compute_now_waits_at_no_cost(sqlite_database: Database, tmp_path: Path,
                                                                      door: socket.socket) -> None:
    """The scheduler answers; it is the relay that finds no worker."""
    door.listen()
    engine = Cluster(f"tcp://127.0.0.1:{door.getsockname()[1]}", None)
    elsewhere = replace(means(sqlite_database, tmp_path, Hub()), engine=engine)
    async with dispatcher_of(Settings(), CATALOGUE, elsewhere):
        run = queued(sqlite_database, "away")
        await until(lambda: engine._pause >= 2)
        waiting = row_of(sqlite_database, run)
        assert (waiting.status, waiting.attempts) == (JobStatus.QUEUED, 0)
        await until(lambda: engine._pause >= 4)  # and is tried again


async def test_a_run_that_was_lost_twice_has_failed(database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    left = tmp_path / "files" / "runs"
    async with dispatching(database, tmp_path, Hub()):
        run = queued(database, "lost", "zh")
        (left / str(run)).mkdir(parents=True)
        row = await ended(database, run)
    told = "计算已中断 2 次：计算它的集群节点或数据库连接已丢失。"
    assert (row.status, row.attempts, row.error_code, row.error_message) == (JobStatus.FAILED, 2, "INTERRUPTED", told)
    assert not list(left.iterdir())
    assert [record.message for record in caplog.records if record.name == "guanxi"].count("run interrupted") == 2
