"""Runs on a real cluster of Dask, beside the same runs computed here."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from schema.jobs.models import JobRow, JobStatus
from tests.databases import Postgres
from tests.server.cluster.house import Office, dask, furnished, opened
from tests.server.cluster.parts import Cluster, cluster
from tests.server.cluster.parts import until as holds
from tests.server.runs.house import until

RANKS = {"metrics": ["PAGE_RANK", "COMMUNITY"], "seed": 1}


@pytest.fixture(scope="module")
def url(postgres: Postgres) -> Iterator[str]:
    url = postgres.create()
    furnished(url)
    yield url
    postgres.drop(url)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as parts:
        yield parts


def words(row: JobRow) -> tuple[str, str | None, str | None]:
    return row.status.name, row.error_code, row.error_message


def rows(office: Office, run: int) -> int:
    with office.database.engine.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM graph_scores WHERE run_id = :run"), {"run": run}).scalar_one()
        return count


async def test_the_results_are_those_of_this_machine(url: str, parts: Cluster, tmp_path: Path) -> None:
    async with opened(url, tmp_path / "here") as office:
        here = await office.computed("graphMetrics", **RANKS)
    async with opened(url, tmp_path / "there", **dask(parts)) as office:
        there, spread = await office.computed("graphMetrics", **RANKS), office.start("spread", seconds=0.3)
        await office.until(spread, lambda row: row.stage == "squaring" and row.total == 6)
        assert words(await office.ended(spread)) == words(there) == ("SUCCEEDED", None, None)
        assert office.row(spread).warnings == ["by several processes"]
        assert rows(office, there.id) == rows(office, here.id) > 0
        for chart in there.charts:
            assert list((office.files / "runs" / str(there.id)).glob(f"{chart['name']}*"))
        assert not list(office.files.glob(".probe*"))
    assert there.result_digest == here.result_digest
    assert there.snapshot
    assert here.snapshot
    assert there.snapshot["digest"] == here.snapshot["digest"]


async def test_cancelling_ends_the_process_elsewhere_and_sweeps(url: str, parts: Cluster, tmp_path: Path) -> None:
    async with opened(url, tmp_path, **dask(parts)) as office:
        run = office.start("spread", trouble="sleep")
        await office.until(run, lambda row: row.stage == "counting")
        computing = [one for worker in parts.workers for one in parts.runs_on(worker)]
        assert len(computing) == 1
        office.cancel(run)
        assert (await office.ended(run)).status is JobStatus.CANCELLED
        assert psutil.wait_procs(computing, timeout=0.1)[1] == []  # before the run was said to have ended
        await until(lambda: not (office.files / "runs" / str(run)).exists())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "code", "told"),
    [
        ("memory", "OUT_OF_MEMORY", "It needed more than the 384 MiB of memory"),
        ("exit", "WORKER_DIED", "The process that computed it ended with exit code 3 before it was done."),
        ("segfault", "WORKER_DIED", "The process that computed it was ended by the signal SIGSEGV."),
    ],
)
async def test_trouble_is_told_as_if_it_were_here(url: str, parts: Cluster, tmp_path: Path, trouble: str, code: str, told: str) -> None:
    async with opened(url, tmp_path, memory="384 MiB", **dask(parts)) as office:
        row = await office.computed("spread", trouble=trouble)
    assert (row.status, row.error_code) == (JobStatus.FAILED, code)
    assert row.error_message
    assert row.error_message.startswith(told)


@pytest.mark.slow
async def test_a_folder_that_workers_do_not_see(url: str, parts: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path leads each process to a folder of its own."""
    monkeypatch.chdir(tmp_path)
    async with opened(url, Path("/proc/self/cwd/files"), **dask(parts)) as office:
        first = await office.computed("graphMetrics", **RANKS)
        again = await office.ended(office.again(first.id))
    assert [words(row) for row in (first, again)] == [("SUCCEEDED", None, None)] * 2
    assert first.result_digest == again.result_digest
    kept = {path.relative_to(tmp_path / "files").parts[0] for path in (tmp_path / "files").rglob("*.*")}
    assert kept == {"snapshots", "runs"}
    assert {path.name.partition("-")[0] for path in (tmp_path / "files" / "snapshots").iterdir()} >= {"customers", "relationships"}
    assert not (parts.folder / "files").exists()
    holds(lambda: not list(Path(tempfile.gettempdir()).glob("guanxi-run-*")), 10)
