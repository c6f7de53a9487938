"""Derivations in the background: the same as within a request, whole or absent, and always brought to an end."""

import datetime
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.orm import Session

from schema.analyses import queue
from schema.changes.change import Change, change
from schema.changes.models import AuditEntryRow
from schema.context import SYSTEM
from schema.customers.behaviour import TimeWindowInput
from schema.customers.models import CustomerRow
from schema.jobs.models import JobRow, JobStatus
from schema.jobs.mutations import cancel
from schema.relationships import background, derive, reconciling, shared_purchases
from schema.relationships.derive_inputs import DeriveSource, DeriveWeighting, RelationshipsDeriveInput
from schema.relationships.models import RelationshipEndRow, RelationshipRow
from server.database import Database
from server.database.engines import ASIDE
from server.runs import deriving
from server.runs.hub import Hub
from tests.schema.relationships.purchases import Line, excerpt, store
from tests.server.runs.house import dispatching, ended, row_of, until

START = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
ALL_TIED = [Line(f"{customer}", customer, product, 1, START) for customer in range(1, 21) for product in (1, 2)]  # 190 pairs


def wish(**more: Any) -> RelationshipsDeriveInput:
    given: dict[str, Any] = {"source": DeriveSource.SHARED_TRANSACTIONS, "window": TimeWindowInput(), "kind": "co_purchase"}
    return RelationshipsDeriveInput(**given | more)


def keep(database: Database, lines: Iterable[Line]) -> None:
    change(database.engine, SYSTEM, "store", store(lines))


def queued(database: Database, wanted: RelationshipsDeriveInput | None = None, language: str = "en") -> int:
    answer = change(database.engine, SYSTEM, "relationshipsDerive", background.enqueue(wanted or wish(), language))
    job: int = answer["job"]
    return job


async def derived(database: Database, folder: Path, wanted: RelationshipsDeriveInput | None = None) -> JobRow:
    job = queued(database, wanted)
    async with dispatching(database, folder):
        return await ended(database, job)


def counts(job: JobRow) -> tuple[int, int, int, int]:
    return job.created, job.updated, job.ended, job.unchanged


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many blocks even of little data."""
    monkeypatch.setattr(background, "MEETINGS_AT_ONCE", 40)
    monkeypatch.setattr(background, "PAIRS_AT_ONCE", 15)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("weighting", list(DeriveWeighting))
async def test_it_finds_what_a_request_finds(database: Database, tmp_path: Path, weighting: DeriveWeighting) -> None:
    keep(database, excerpt())
    steps = [wish(weighting=weighting), wish(weighting=weighting, minimum_evidence=3, maximum_customers_per_product=9),
             wish(weighting=DeriveWeighting.COUNT)]
    wanted = []
    with Session(database.engine) as session:  # it is never committed: the requests leave nothing behind
        for step in steps:
            work = Change(SYSTEM, "relationshipsDerive")
            work.begin(session)
            job = session.get_one(JobRow, derive.derive(step, "en")(work)["job"])
            session.flush()
            wanted.append((counts(job), job.warnings, job.details, states(session.connection())))
    for step, (numbers, warnings, details, after) in zip(steps, wanted, strict=True):
        done = await derived(database, tmp_path, step)
        assert (done.status, counts(done), done.warnings, done.details) == (JobStatus.SUCCEEDED, numbers, warnings, details)
        with database.engine.connect() as connection:
            assert states(connection) == after
    assert wanted[0][0][0] > 300
    assert wanted[1][0][2] > 100


def states(connection: Connection) -> list[tuple[str, ...]]:
    """Every relationship with its ends, but for numbers, jobs, and the moments at which it was derived: purchases are years older."""
    row, end = RelationshipRow.__table__, RelationshipEndRow.__table__
    ties = select(row.c.from_id, row.c.to_id, row.c.kind_id, row.c.directed, row.c.sign, row.c.weight, row.c.evidence_count,
                  row.c.valid_to.is_(None), row.c.revision, row.c.origin, end.c.customer_id, end.c.other_id, end.c.direction,
                  row.c.valid_from).join(end, end.c.relationship_id == row.c.id)
    return sorted((*map(str, values), str(since) if since < START + DAY else "derived") for *values, since in connection.execute(ties))


@pytest.mark.usefixtures("small_steps")
async def test_a_dry_run_writes_nothing_but_its_job(database: Database, tmp_path: Path) -> None:
    keep(database, ALL_TIED)
    job = await derived(database, tmp_path, wish(dry_run=True))
    assert (counts(job), job.dry_run, len(job.details["sample"])) == ((190, 0, 0, 0), True, 20)
    with database.engine.connect() as connection:
        assert states(connection) == []


@pytest.mark.usefixtures("small_steps")
async def test_how_far_it_has_come_is_told(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(database, ALL_TIED)
    told: list[tuple[str, int, int | None]] = []
    hear = deriving.Derivation._told

    def listening(self: Any, stage: str, done: int = 0, total: int | None = None) -> None:
        told.append((stage, done, total))
        hear(self, stage, done, total)
        time.sleep(0.05)

    monkeypatch.setattr(deriving.Derivation, "_told", listening)
    job = await derived(database, tmp_path)
    assert job.stage in ("pairs", "writing")
    assert list(dict.fromkeys(stage for stage, *_ in told)) == ["purchases", "blocks", "pairs", "writing"]
    pairs = [(done, total) for stage, done, total in told if stage == "pairs"]
    assert len(pairs) > 5
    assert (pairs[0], pairs[-1]) == ((0, 20), (20, 20))
    with Session(database.engine) as session:
        actions = [(one.action, one.subject_kind) for one in session.query(AuditEntryRow).order_by(AuditEntryRow.id)]
    assert actions[-4:] == [("relationshipsDerive", "job")] * 2 + [("relationshipsDerive", "relationship"), ("relationshipsDerive", "job")]


COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n"
HASHING = "SELECT benchmark(1000000000000, md5('n'))"  # MariaDB counts to a thousand only


def for_ever(connection: Connection, *_: Any) -> None:
    """A statement that no one would wait for."""
    connection.execute(text(HASHING if connection.dialect.name == "mariadb" else COUNTING))


async def test_one_that_is_cancelled_stops_in_the_middle_of_a_statement(
        database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_purchases, "fill_bought", for_ever)
    job, hub = queued(database), Hub()
    async with dispatching(database, tmp_path, hub):
        await until(lambda: row_of(database, job).stage == "purchases")
        asked = time.monotonic()
        change(database.engine, SYSTEM, "jobCancel", lambda work: cancel(work, f"j_{job}"))
        hub.announce(job)
        row = await ended(database, job)
    assert time.monotonic() - asked < 5
    assert (row.status, row.error_code, row.worker) == (JobStatus.CANCELLED, None, None)


async def test_one_that_takes_too_long_is_stopped(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_purchases, "fill_bought", for_ever)
    job = queued(sqlite_database)
    async with dispatching(sqlite_database, tmp_path, seconds=1):
        row = await ended(sqlite_database, job)
    assert (row.status, row.error_code) == (JobStatus.FAILED, "TIMED_OUT")


async def test_a_server_that_stops_hands_it_to_the_next(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(database, ALL_TIED)
    job = queued(database)
    with monkeypatch.context() as patch:
        patch.setattr(shared_purchases, "fill_bought", for_ever)
        async with dispatching(database, tmp_path):
            await until(lambda: row_of(database, job).stage == "purchases")
    row = row_of(database, job)
    assert (row.status, row.attempts, row.worker, row.stage) == (JobStatus.QUEUED, 0, None, None)
    async with dispatching(database, tmp_path):
        row = await ended(database, job)
    assert (row.status, row.attempts, counts(row)) == (JobStatus.SUCCEEDED, 1, (190, 0, 0, 0))


@pytest.mark.parametrize(("attempts", "status", "code"), [(1, JobStatus.SUCCEEDED, None), (2, JobStatus.FAILED, "INTERRUPTED")])
async def test_one_whose_server_died_is_done_again_once(database: Database, tmp_path: Path, attempts: int, status: JobStatus,
                                                        code: str | None) -> None:
    keep(database, ALL_TIED)
    job = queued(database)
    change(database.engine, SYSTEM, "test", lambda work: {"run": queue.claim(work, "dead", ["DERIVE"]) is not None})
    with Session(database.engine) as session, session.begin():
        session.execute(update(JobRow).where(JobRow.id == job).values(attempts=attempts))
    async with dispatching(database, tmp_path, lease=1):
        row = await ended(database, job)
    assert (row.status, row.error_code, row.attempts) == (status, code, 2)


async def test_a_server_that_leaves_runs_to_others_leaves_derivations_too(sqlite_database: Database, tmp_path: Path) -> None:
    job = queued(sqlite_database)
    async with dispatching(sqlite_database, tmp_path, workers=0):
        with pytest.raises(AssertionError):
            await until(lambda: row_of(sqlite_database, job).status is not JobStatus.QUEUED, 2.5)


@pytest.mark.parametrize(("bounds", "told"), [
    (derive.Bounds(100, 1_000), "The products bought in this window join customers 380 times; at most 100"),
    (derive.Bounds(1_000, 100), "at most 100 can be made at once")])
async def test_what_is_beyond_all_bounds_fails_and_says_so(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                           bounds: derive.Bounds, told: str) -> None:
    for module in (derive, background):
        monkeypatch.setattr(module, "AT_MOST", bounds)
    keep(database, ALL_TIED)
    row = await derived(database, tmp_path)
    assert (row.status, row.error_code) == (JobStatus.FAILED, "LIMIT_EXCEEDED")
    assert told in (row.error_message or "")
    with database.engine.connect() as connection:
        assert states(connection) == []


@pytest.mark.usefixtures("small_steps")
async def test_one_that_breaks_off_while_it_writes_leaves_nothing(
        database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(database, ALL_TIED)
    insert_ends, calls = reconciling.insert_ends, []

    def breaking(*given: Any) -> None:
        insert_ends(*given)
        calls.append(given)
        if len(calls) == 3:
            raise RuntimeError("4711")

    with monkeypatch.context() as patch:
        patch.setattr(reconciling, "insert_ends", breaking)
        row = await derived(database, tmp_path)
    assert (row.status, row.error_code, counts(row)) == (JobStatus.FAILED, "INTERNAL", (0, 0, 0, 0))
    with database.engine.connect() as connection:
        assert states(connection) == []
    assert counts(await derived(database, tmp_path)) == (190, 0, 0, 0)


def test_customers_who_are_erased_meanwhile_are_tied_to_nobody(database: Database) -> None:
    keep(database, ALL_TIED)
    job, wanted = queued(database), wish()
    change(database.engine, SYSTEM, "test", lambda work: {"run": queue.claim(work, "mine", ["DERIVE"]) is not None})
    with database.engine.connect() as connection:
        connection.detach()
        connection.execution_options(**{ASIDE: True})
        staged = background.stage(connection, wanted, "en", lambda *_: None)
        change(database.engine, SYSTEM, "erase", erase_first)  # nobody waits for what is put together
        connection.execution_options(**{ASIDE: False})
        with pytest.raises(background.NotOurs):
            background.conclude(connection, job, "another", wanted, staged, lambda *_: None)
        background.conclude(connection, job, "mine", wanted, staged, lambda *_: None)
    assert counts(row_of(database, job)) == (19 * 18 // 2, 0, 0, 0)
    with database.engine.connect() as connection:
        assert len(states(connection)) == 19 * 18


def erase_first(work: Change) -> dict[str, Any]:
    work.session.execute(delete(CustomerRow).where(CustomerRow.id == 1))
    work.wrote("customer", 1, ["name"])
    return {}
