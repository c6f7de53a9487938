"""A derivation that is too large for a request: a job in the queue, which a server works at until it is done, block by block.

Purchases and pairs are put together in temporary tables of one connection, in transactions of their own which nobody waits for; they are
gone with the connection, however it ends. At last one transaction compares the pairs with what holds and writes what is new, changed and
ended together with the end of the job: readers see all of it or nothing.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from schema.analyses.queue import JOBS
from schema.changes.change import Change, change
from schema.changes.models import DataVersionRow
from schema.context import Caller
from schema.customers.behaviour import TimeWindowInput
from schema.customers.models import CustomerRow
from schema.jobs.models import JobKind, JobRow, JobStatus
from schema.relationships import blocks, derive, reconciling, shared_purchases
from schema.relationships.derive import AT_MOST
from schema.relationships.derive_inputs import DeriveSource, DeriveWeighting, RelationshipsDeriveInput
from schema.relationships.inputs import given
from schema.relationships.shared_purchases import PAIRS, Question
from schema.rows import utc_now
from schema.scalars import parse_moment
from schema.statistics import analyse

MEETINGS_AT_ONCE = 2_000_000  # in a block of customers
PAIRS_AT_ONCE = 250_000  # written by a statement


class Told(Protocol):
    """Hears how far it has come. Raises what ends it when it is not wanted any more."""

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None: ...


class NotOurs(Exception):
    """Somebody else has the job by now, or has ended it."""


# -- the queue --
def enqueue(wanted: RelationshipsDeriveInput, language: str) -> Callable[[Change], dict[str, Any]]:
    """What the change function performs."""

    def perform(work: Change) -> dict[str, Any]:
        job = JobRow(kind=JobKind.DERIVE, status=JobStatus.QUEUED, staff_id=work.caller.staff_id, dry_run=wanted.dry_run, warnings=[],
                     details={}, parameters=kept(wanted), language=language)
        work.session.add(job)
        work.session.flush()
        return {"job": job.id}

    return perform


def kept(wanted: RelationshipsDeriveInput) -> dict[str, Any]:
    """As a client would send it."""
    def moment(value: datetime.datetime | None) -> str | None:
        return None if value is None else value.isoformat()

    window = wanted.window
    return {"source": wanted.source.name, "window": {"from": moment(given(window.from_)), "to": moment(given(window.to))},
            "kind": wanted.kind, "minimumEvidence": wanted.minimum_evidence, "weighting": wanted.weighting.name,
            "maximumCustomersPerProduct": given(wanted.maximum_customers_per_product), "dryRun": wanted.dry_run}


def wanted_by(parameters: Mapping[str, Any]) -> RelationshipsDeriveInput:
    """What `kept` has kept."""
    begin, end = (None if value is None else parse_moment(value) for value in (parameters["window"][name] for name in ("from", "to")))
    return RelationshipsDeriveInput(
        source=DeriveSource[parameters["source"]], window=TimeWindowInput(from_=begin, to=end), kind=parameters["kind"],
        minimum_evidence=parameters["minimumEvidence"], weighting=DeriveWeighting[parameters["weighting"]],
        maximum_customers_per_product=parameters["maximumCustomersPerProduct"], dry_run=parameters["dryRun"])


# -- the work --
class Staged:
    """What was put together: `warnings` for the job; `customers`, the data version that the customers had before."""

    def __init__(self, warnings: list[str], customers: int):
        self.warnings, self.customers = warnings, customers


def stage(connection: Connection, wanted: RelationshipsDeriveInput, language: str, told: Told) -> Staged:
    """Fills the temporary tables. Raises `Refused` when it is beyond all bounds."""
    told("purchases")
    with connection.begin(), Session(connection) as session:
        question, customers = derive.checked(session, wanted, alone=False), version_of_customers(connection)
        session.expunge_all()
    with connection.begin():
        shared_purchases.advise(connection)
        shared_purchases.make_tables(connection)
        shared_purchases.fill_bought(connection, question)
    told("blocks")
    with connection.begin():
        shared_purchases.advise(connection)
        warnings = derive.bound_work(connection, wanted, language, AT_MOST)
        shared_purchases.index_by_customer(connection)
        shared_purchases.bought_is_complete(connection, question)
        parts = blocks.by_meetings(connection, MEETINGS_AT_ONCE)
    fill_in_parts(connection, question, parts, told)
    return Staged(warnings, customers)


def fill_in_parts(connection: Connection, question: Question, parts: list[blocks.Block], told: Told) -> None:
    done, total, pairs = 0, sum(part.customers for part in parts), 0
    for part in parts:
        told("pairs", done, total)
        with connection.begin():
            shared_purchases.advise(connection)
            pairs += shared_purchases.fill_pairs(connection, question, part.bounds)
        derive.bound_writing(pairs, AT_MOST)
        done += part.customers
    told("pairs", done, total)
    with connection.begin():
        analyse(connection, (PAIRS,))


def conclude(connection: Connection, job: int, worker: str, wanted: RelationshipsDeriveInput, staged: Staged, told: Told) -> None:
    """Compares and writes, and ends the job, in one transaction. Raises `NotOurs`, and `Refused`, with nothing written."""
    told("writing")
    with connection.begin():
        caller = caller_of(connection, job)
        change(connection, caller, "relationshipsDerive", lambda work: concluded(work, job, worker, wanted, staged, told))


def concluded(work: Change, job: int, worker: str, wanted: RelationshipsDeriveInput, staged: Staged, told: Told) -> dict[str, Any]:
    connection, now = work.session.connection(), utc_now()
    shared_purchases.advise(connection)
    kind = derive.checked(work.session, wanted).kind
    if version_of_customers(connection) != staged.customers:
        leave_out_gone(connection)
    difference = reconciling.compare(connection, kind)
    derive.bound_writing(difference.written, AT_MOST)
    if difference.written and not wanted.dry_run:
        parts = blocks.by_pairs(connection, PAIRS_AT_ONCE)
        reconciling.apply(connection, kind, job, now, still_wanted(parts, told))
        work.bulk("relationship")
    ended = update(JOBS).where(JOBS.c.id == job, JOBS.c.worker == worker, JOBS.c.status == JobStatus.RUNNING).values(
        status=JobStatus.SUCCEEDED, worker=None, finished_at=utc_now(), warnings=staged.warnings, details=derive.sample(connection),
        created=difference.created, updated=difference.updated, ended=difference.ended, unchanged=difference.unchanged)
    if connection.execute(ended).rowcount != 1:  # at last: until then whoever holds the job can say that he lives
        raise NotOurs
    work.wrote("job", job, ["status", "finished_at"])
    return {"job": job}


def still_wanted(parts: list[blocks.Block], told: Told) -> Iterator[tuple[int, int]]:
    done, total = 0, sum(part.customers for part in parts)
    for part in parts:
        told("writing", done, total)
        yield part.bounds
        done += part.customers


def caller_of(connection: Connection, job: int) -> Caller:
    """Whoever asked for it, for the audit log."""
    staff = connection.scalar(select(JOBS.c.staff_id).where(JOBS.c.id == job))
    return Caller("system" if staff is None else f"staff:{staff}", frozenset(), staff_id=staff)


def version_of_customers(connection: Connection) -> int:
    return connection.scalar(select(func.max(DataVersionRow.id)).where(DataVersionRow.kind == "customer")) or 0


def leave_out_gone(connection: Connection) -> None:
    """Pairs of customers who were erased or merged since their purchases were read."""
    gone = [~exists().where(CustomerRow.id == end) for end in (PAIRS.c.from_id, PAIRS.c.to_id)]
    connection.execute(delete(PAIRS).where(or_(*gone)))
