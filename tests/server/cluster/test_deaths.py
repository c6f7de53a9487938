"""What dies in the middle, what is away, and what does not fit."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from schema.jobs.models import JobRow, JobStatus
from server.worker.fan_out import PartFailed, fan_out
from server.worker.spreading import spread_over
from tests.server.cable import cable
from tests.server.cluster import house, spreading
from tests.server.cluster.house import Office, dask, furnished, opened
from tests.server.cluster.parts import Cluster, cluster
from tests.server.cluster.parts import until as holds
from tests.server.processes import guanxi
from tests.server.runs.house import until
from tests.server.worker.parts import die
from tests.server.worker.test_fan_out import Heard

pytestmark = pytest.mark.slow  # half a minute each: who is gone is known by waiting


@pytest.fixture
def url(sqlite_url: str) -> str:
    furnished(sqlite_url)
    return sqlite_url


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Cluster]:
    """On loopback, where no TLS is needed."""
    with cluster(tmp_path, protected=False) as parts:
        yield parts


def words(row: JobRow) -> tuple[str, str | None, str | None]:
    return row.status.name, row.error_code, row.error_message


def computing(parts: Cluster) -> "list[subprocess.Popen[bytes]]":
    """The workers of Dask on which runs are computed."""
    return [worker for worker in parts.workers if worker.poll() is None and parts.runs_on(worker)]


async def begun(office: Office, parts: Cluster, **parameters: Any) -> int:
    run = office.start("spread", **parameters)
    await office.until(run, lambda row: row.stage in ("counting", "squaring"))
    assert len(computing(parts)) == 1
    return run


async def test_a_worker_that_dies_of_a_part_loses_nothing(url: str, parts: Cluster, tmp_path: Path) -> None:
    async with opened(url, tmp_path / "files", **dask(parts)) as office:
        parts.start_worker()
        run = await begun(office, parts, seconds=1)
        next(worker for worker in parts.workers if worker not in computing(parts)).kill()
        row = await office.ended(run)
        assert row.attempts == 1
    assert words(row) == ("SUCCEEDED", None, None)
    assert row.summary == {"squares": [0, 1, 4, 9, 16, 25]}


def test_a_part_that_every_worker_dies_of_is_given_up(tmp_path: Path) -> None:
    """joblib's own backend would wait for it for ever."""
    with (cluster(tmp_path, workers=5, protected=False) as parts, spread_over({"scheduler": parts.address, "tls": None}),
          pytest.raises(PartFailed, match="KilledWorker after 0 of 1 parts")):
        fan_out(die, [1], Heard(), "dying")


async def test_a_run_whose_machine_died_is_computed_anew(url: str, parts: Cluster, tmp_path: Path) -> None:
    async with opened(url, tmp_path / "files", **dask(parts)) as office:
        quiet = await office.computed("spread")
        run = await begun(office, parts, seconds=1)
        computing(parts)[0].kill()
        row = await office.ended(run)
    assert words(row) == ("SUCCEEDED", None, None)
    assert row.attempts == 2
    assert row.result_digest == quiet.result_digest


async def test_a_scheduler_that_is_away_is_waited_for(url: str, tmp_path: Path) -> None:
    parts = Cluster(tmp_path, None)
    try:
        async with opened(url, tmp_path / "files", **dask(parts)) as office:
            run = office.start("spread")
            await until(lambda: office.dispatcher._means.engine._pause > 2)  # type: ignore[attr-defined]  # it has knocked twice
            assert (office.row(run).status, office.row(run).attempts) == (JobStatus.QUEUED, 0)
            parts.start_scheduler()
            parts.start_worker()
            row = await office.ended(run)
    finally:
        parts.stop()
    assert words(row) == ("SUCCEEDED", None, None)
    assert row.attempts == 1


async def test_a_scheduler_that_goes_in_the_middle(url: str, parts: Cluster, tmp_path: Path) -> None:
    """The run waits; what computed it is ended before it waits; and it is computed when the scheduler is back."""
    async with opened(url, tmp_path / "files", **dask(parts)) as office:
        run = await begun(office, parts, seconds=2)
        left = [one for worker in computing(parts) for one in parts.runs_on(worker)]
        assert parts.scheduler
        parts.scheduler.kill()
        parts.scheduler.wait()
        await office.until(run, lambda row: row.status is JobStatus.QUEUED)
        assert psutil.wait_procs(left, timeout=0.1)[1] == []
        for worker in parts.workers:
            worker.kill()
        parts.start_scheduler()
        parts.start_worker()
        row = await office.ended(run)
    assert words(row) == ("SUCCEEDED", None, None)
    assert row.attempts == 2


async def test_a_worker_whose_cable_is_cut(postgres_url: str, tmp_path: Path) -> None:
    """It says nothing any more, and computes on until it notices. Another one computes the run anew; what comes late counts for nothing."""
    furnished(postgres_url)
    with cable() as one, cluster(tmp_path, workers=0, host=one.here) as parts:
        far = parts.start_worker(over=one)
        parts.wait_for(1)
        async with opened(postgres_url, tmp_path / "files", **dask(parts)) as office:
            quiet = await office.computed("spread")
            run = await begun(office, parts, seconds=1)
            left = parts.runs_on(far)
            one.cut()
            parts.start_worker()
            row = await office.ended(run)
            one.mend()
            holds(lambda: not any(process.is_running() for process in left), 60)
            again = await office.computed("spread")
            assert office.row(run).result_digest == row.result_digest
    assert words(row) == ("SUCCEEDED", None, None)
    assert row.attempts == 2
    assert row.result_digest == quiet.result_digest == again.result_digest


async def test_without_its_relay_nothing_computes_on(url: str, parts: Cluster, tmp_path: Path) -> None:
    async with opened(url, tmp_path / "files", **dask(parts)) as office:
        run = await begun(office, parts, trouble="sleep")
        left = [one for worker in computing(parts) for one in parts.runs_on(worker)]
        relays = [one for one in psutil.Process().children() if "server.cluster.relay" in one.cmdline()]
        assert len(relays) == 1
        os.kill(relays[0].pid, signal.SIGKILL)
        row = await office.ended(run)
        assert psutil.wait_procs(left, timeout=0.1)[1] == []  # before the run is swept
    assert (row.status, row.error_code) == (JobStatus.FAILED, "WORKER_DIED")


# -- what does not fit --
def doctored(folder: Path, url: str, parts: Cluster) -> "subprocess.CompletedProcess[str]":
    return guanxi(folder, "doctor", "--plugin", spreading.SOURCE, GUANXI_DATABASE_URL=url, **parts.settings)


async def test_a_worker_of_another_version(url: str, tmp_path: Path) -> None:
    older = tmp_path / "older" / "guanxi-0.0.9.dist-info"
    older.mkdir(parents=True)
    (older / "METADATA").write_text("Metadata-Version: 2.1\nName: guanxi\nVersion: 0.0.9\n")
    with cluster(tmp_path, workers=1, protected=False) as parts:
        parts.start_worker(PYTHONPATH=str(older.parent))
        async with opened(url, tmp_path / "files", **dask(parts)) as office:
            row = await office.computed("spread")
        told = doctored(tmp_path, url, parts)
    assert (row.status, row.error_code) == (JobStatus.FAILED, "CLUSTER_UNFIT")
    assert row.error_message
    assert "tcp://127.0.0.1:" in row.error_message
    assert row.error_message.endswith("has guanxi 0.0.9, and the server 0.1.0: install the same version on all of them.")
    assert told.returncode == 1
    assert "has guanxi 0.0.9, and the server 0.1.0" in told.stdout


async def test_workers_without_the_plugin(url: str, parts: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ours").mkdir()
    shutil.copy(spreading.SOURCE, tmp_path / "ours")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "ours"), *sys.path])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "ours"))
    monkeypatch.setattr(house, "CHOICES", house.Choices(load=["spreading"], disabled=house.OTHERS))
    async with opened(url, tmp_path / "files", **dask(parts)) as office:
        row = await office.computed("spread")
    assert (row.status, row.error_code) == (JobStatus.FAILED, "CLUSTER_UNFIT")
    assert row.error_message
    assert "lacks the plugin spreading: bring spreading there." in row.error_message


def test_the_doctor_looks_at_the_cluster(url: str, parts: Cluster, tmp_path: Path) -> None:
    holds(lambda: "2 workers, all of the versions of this server." in doctored(tmp_path, url, parts).stdout, 60)
    parts.stop()
    told = doctored(tmp_path, url, parts)
    assert told.returncode == 1
    assert f"{parts.address} cannot be reached" in told.stdout
