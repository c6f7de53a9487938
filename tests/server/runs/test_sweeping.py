"""What attempts without success have left is removed; what others have is not."""

from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, func, insert, select, update
from sqlalchemy.orm import Session

from schema.extending.catalogue import Catalogue, KnownPlugin, PluginStatus
from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from server.runs import sweeping
from server.runs.sweeping import Sweeper
from tests.server.runs import house
from tests.server.runs.house import dispatching, ended, queued

STORED = MetaData()
COUNTS = Table("people_counts", STORED, Column("run_id", Integer, primary_key=True), Column("customer_id", Integer, primary_key=True))
GROUPS = Table("people_groups", STORED, Column("id", Integer, primary_key=True), Column("run_id", Integer), Column("label", String(9)))
OTHER = Table("people_notes", STORED, Column("id", Integer, primary_key=True), Column("group_id", ForeignKey("people_groups.id")))
CATALOGUE = Catalogue((KnownPlugin("people", PluginStatus.ACTIVE, source="people.py",
                                   tables=("people_counts", "people_groups", "people_notes", "people_missing")),),
                      house.CATALOGUE.analyses, house.CATALOGUE.owners)


def fill(database: Database, folder: Path, run: int, rows: int = 20) -> None:
    with database.engine.begin() as connection:
        STORED.create_all(connection)
        connection.execute(insert(COUNTS), [{"run_id": run, "customer_id": number} for number in range(rows)])
        connection.execute(insert(GROUPS), [{"id": run * 2**10 + number, "run_id": run} for number in range(rows)])
    (folder / "files" / "runs" / str(run)).mkdir(parents=True)
    (folder / "files" / "runs" / str(run) / "chart.svg").write_text("<svg/>")


def left(database: Database, folder: Path, run: int) -> tuple[int | None, int | None, bool]:
    with database.engine.connect() as connection:
        counts, groups = (connection.scalar(select(func.count()).where(table.c.run_id == run)) for table in (COUNTS, GROUPS))
    return counts, groups, (folder / "files" / "runs" / str(run)).exists()


def stand(database: Database, run: int, status: JobStatus) -> None:
    with Session(database.engine) as session, session.begin():
        session.execute(update(JobRow).where(JobRow.id == run).values(status=status))


async def test_everything_of_a_run_that_fails_is_removed(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "CATALOGUE", CATALOGUE)
    other, run = queued(database, "sleep"), queued(database, "fail")
    stand(database, other, JobStatus.SUCCEEDED)
    for one in (other, run):
        fill(database, tmp_path, one)
    async with dispatching(database, tmp_path):
        await ended(database, run)
        await house.until(lambda: left(database, tmp_path, run) == (0, 0, False))
    assert left(database, tmp_path, other) == (20, 20, True)


async def test_a_start_sweeps_after_servers_that_died(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 7)  # so that there are several goes
    standing = {status: queued(database, "sleep") for status in JobStatus}
    for status, run in standing.items():
        stand(database, run, status)
        fill(database, tmp_path, run)
    fill(database, tmp_path, 999)  # of another database
    await Sweeper(database.engine, CATALOGUE, tmp_path / "files").sweep_all()
    gone = {status for status, run in standing.items() if left(database, tmp_path, run) == (0, 0, False)}
    assert gone == {JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.QUEUED, JobStatus.EXPIRED}
    kept = [left(database, tmp_path, run) for status, run in standing.items() if status not in gone]
    assert kept == [(20, 20, True)] * 2
    assert left(database, tmp_path, 999) == (20, 20, True)


async def test_another_attempt_begins_with_a_clean_table(
        sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "CATALOGUE", CATALOGUE)
    run = queued(sqlite_database, "sleep")
    fill(sqlite_database, tmp_path, run)
    async with dispatching(sqlite_database, tmp_path):
        await house.until(lambda: house.row_of(sqlite_database, run).stage == "sleeping")
        assert left(sqlite_database, tmp_path, run) == (0, 0, False)
