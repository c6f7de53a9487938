"""Old runs lose their results, some at a time; what is published or repeated just now does not."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from schema.analyses.models import PublishedRunRow
from schema.analyses.pruning import Choice
from schema.changes.models import AuditEntryRow
from schema.jobs.models import JobRow, JobStatus
from schema.rows import utc_now
from server.database import Database
from server.runs import sweeping
from server.runs.pruning import Pruned, Pruner, within_reach
from server.runs.retention import Retention
from server.runs.sweeping import Sweeper
from tests.server.runs.house import row_of
from tests.server.runs.test_sweeping import CATALOGUE, fill, left

NOW = utc_now()
DAY = datetime.timedelta(days=1)
SIZE = len("<svg/>")


def run(database: Database, days: int, **more: Any) -> int:
    """A run that ended so many days ago."""
    given: dict[str, Any] = {"kind": "census", "plugin": "people", "status": JobStatus.SUCCEEDED, "slots": ["all"],
                             "finished_at": NOW - days * DAY, "charts": [{"name": "c"}]} | more
    with Session(database.engine) as session, session.begin():
        row = JobRow(**given)
        session.add(row)
        session.flush()
        return row.id


def pruner(database: Database, folder: Path) -> Pruner:
    return Pruner(database.engine, Sweeper(database.engine, CATALOGUE, folder / "files"))


def choice(keep: int = 0, analysis: str | None = None) -> Choice:
    return Choice(NOW - 90 * DAY, keep, within_reach(CATALOGUE), analysis)


def chosen(database: Database, folder: Path, wanted: Choice) -> list[int]:
    return [one.run for one in pruner(database, folder).choose(wanted)]


def test_what_is_old_goes_and_everything_else_stays(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 7)  # so that there are several goes
    old, young = run(database, 100), run(database, 80)
    for one in (old, young):
        fill(database, tmp_path, one)
    assert pruner(database, tmp_path).prune_all(choice()) == Pruned(1, 40, SIZE)
    assert left(database, tmp_path, old) == (0, 0, False)
    assert left(database, tmp_path, young) == (20, 20, True)
    row = row_of(database, old)
    assert (row.status, row.charts, row.slots, row.finished_at) == (JobStatus.EXPIRED, None, ["all"], NOW - 100 * DAY)
    assert pruner(database, tmp_path).prune_all(choice()) == Pruned()
    with Session(database.engine) as session:
        assert [(one.action, one.subject_id) for one in session.query(AuditEntryRow)] == [("analysisRunPrune", old)]


def test_the_newest_of_each_analysis_and_slot_are_kept(database: Database, tmp_path: Path) -> None:
    oldest, one, two = (run(database, days, slots=["a"]) for days in (103, 102, 101))
    both, other = run(database, 110, slots=["a", "b"]), run(database, 105, kind="survey", slots=["a"])
    assert chosen(database, tmp_path, choice(2)) == [oldest]
    assert chosen(database, tmp_path, choice(1)) == [oldest, one]  # the only one of slot b, and the only survey
    assert chosen(database, tmp_path, choice()) == [both, other, oldest, one, two]
    assert chosen(database, tmp_path, choice(0, "survey")) == [other]


def test_runs_that_are_needed_are_not_chosen(database: Database, tmp_path: Path) -> None:
    published, repeated, read, free = (run(database, 100) for _ in range(4))
    with Session(database.engine) as session, session.begin():
        session.add(PublishedRunRow(kind="census", slot="all", run_id=published))
        session.get_one(JobRow, repeated).snapshot = {"runs": {"score": read}}
    rerun = run(database, 0, status=JobStatus.QUEUED, finished_at=None, rerun_of_id=repeated, details={"sameData": True})
    run(database, 100, kind="IMPORT", plugin=None)
    run(database, 100, kind="DERIVE", plugin=None)
    run(database, 100, plugin="gone")  # nobody knows where its results lie
    run(database, 100, status=JobStatus.FAILED)
    assert chosen(database, tmp_path, choice()) == [free]
    with Session(database.engine) as session, session.begin():
        session.get_one(JobRow, rerun).status = JobStatus.SUCCEEDED
    assert chosen(database, tmp_path, choice()) == [repeated, read, free]


def test_one_that_is_published_in_the_meantime_stays(database: Database, tmp_path: Path) -> None:
    one = run(database, 100)
    fill(database, tmp_path, one)
    found, = pruner(database, tmp_path).choose(choice())
    with Session(database.engine) as session, session.begin():
        session.add(PublishedRunRow(kind="census", slot="all", run_id=one))
    assert pruner(database, tmp_path).prune(found) == Pruned()
    assert (row_of(database, one).status, left(database, tmp_path, one)) == (JobStatus.SUCCEEDED, (20, 20, True))


def test_what_was_broken_off_is_finished_by_the_next_call(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = run(database, 100)
    fill(database, tmp_path, one)

    def killed(*_: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Sweeper, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            pruner(database, tmp_path).prune_all(choice())
    assert row_of(database, one).status is JobStatus.EXPIRED
    assert left(database, tmp_path, one)[:2] == (20, 20)
    assert pruner(database, tmp_path).prune_all(choice()) == Pruned(0, 40, SIZE)
    assert left(database, tmp_path, one) == (0, 0, False)


async def test_of_several_servers_one_attends_to_a_day(database: Database, tmp_path: Path) -> None:
    one = run(database, 100)
    fill(database, tmp_path, one)
    servers = [Retention(database, CATALOGUE, pruner(database, tmp_path), 90, 0) for _ in range(2)]
    assert [await server.attend_to(NOW) for server in servers] == [Pruned(1, 40, SIZE), None]
    other = run(database, 100)
    assert [await server.attend_to(NOW + DAY) for server in servers] == [Pruned(1, 0, 0), None]
    assert row_of(database, other).status is JobStatus.EXPIRED


async def test_a_server_that_stops_leaves_the_rest_for_another_day(database: Database, tmp_path: Path) -> None:
    one = run(database, 100)
    server = Retention(database, CATALOGUE, pruner(database, tmp_path), 90, 0)
    server.stop()
    assert await server.attend_to(NOW) == Pruned()
    assert row_of(database, one).status is JobStatus.SUCCEEDED
