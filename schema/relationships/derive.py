"""Relationships are derived from what customers did, and kept in line with it: a job, done within the request up to stated bounds.

What goes beyond them is put into the queue: see background.py.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from schema.changes.change import Change
from schema.checking import Faults
from schema.errors import ErrorCode
from schema.jobs.models import JobKind, JobRow, JobStatus
from schema.messages import say
from schema.relationships import reconciling, references, shared_purchases
from schema.relationships.derive_inputs import RelationshipsDeriveInput
from schema.relationships.inputs import given
from schema.relationships.shared_purchases import PAIRS, Question
from schema.rows import utc_now
from schema.statistics import analyse

SAMPLE = 20


@dataclass(frozen=True)
class Bounds:
    """`meetings`: times two customers meet in a product, which the database must go through. `written`: relationships made, changed and
    ended. `lines`: of transactions, which it must read first; None: any number."""

    meetings: int
    written: int
    lines: int | None = None


WITHIN_REQUEST = Bounds(2_000_000, 100_000, 500_000)
AT_MOST = Bounds(2_000_000_000, 20_000_000)


class Larger(Exception):
    """Too much for a request, and not too much."""


def derive(wanted: RelationshipsDeriveInput, language: str) -> Callable[[Change], dict[str, Any]]:
    """What the change function performs; it raises `Larger`, with nothing written. `language` is that of the job's warnings."""

    def perform(work: Change) -> dict[str, Any]:
        begun = utc_now()
        question = checked(work.session, wanted)
        connection = work.session.connection()
        bound_reading(connection, question)
        with shared_purchases.tables(connection):
            shared_purchases.fill_bought(connection, question)
            warnings = bound_work(connection, wanted, language, WITHIN_REQUEST)
            shared_purchases.bought_is_complete(connection, question)
            shared_purchases.fill_pairs(connection, question)
            analyse(connection, (PAIRS,))
            difference = reconciling.compare(connection, question.kind)
            bound_writing(difference.written, WITHIN_REQUEST)
            job = add_job(work, wanted, begun, warnings)
            job.created, job.updated = difference.created, difference.updated
            job.ended, job.unchanged = difference.ended, difference.unchanged
            job.details = sample(connection)
            if difference.written and not wanted.dry_run:
                reconciling.apply(connection, question.kind, job.id, begun)
                work.bulk("relationship")
        job.finished_at = utc_now()
        return {"job": job.id}

    return perform


def sample(connection: Connection) -> dict[str, Any]:
    """What a job keeps of its strongest pairs."""
    return {"sample": [list(pair) for pair in shared_purchases.strongest(connection, SAMPLE)]}


def checked(session: Session, wanted: RelationshipsDeriveInput, *, alone: bool = True) -> Question:
    """`alone`: until the transaction ends, nobody else makes relationships of the kind. Raises `Refused`."""
    faults = Faults()
    kind = references.kind(session, faults, wanted.kind, alone=alone)
    if kind and kind.directed:
        faults.at("kind").add(ErrorCode.INVALID, "derive_directed", key=kind.key)
    begin, end = given(wanted.window.from_), given(wanted.window.to)
    if begin and end and begin >= end:
        faults.at("window", "to").add(ErrorCode.INVALID, "derive_window")
    if wanted.minimum_evidence < 1:
        faults.at("minimumEvidence").add(ErrorCode.INVALID, "at_least", name="minimumEvidence", least=1)
    crowd = given(wanted.maximum_customers_per_product)
    if crowd is not None and crowd < 2:
        faults.at("maximumCustomersPerProduct").add(ErrorCode.INVALID, "at_least", name="maximumCustomersPerProduct", least=2)
    faults.refuse()
    assert kind
    return Question(begin, end, wanted.minimum_evidence, wanted.weighting, kind)


def bound_reading(connection: Connection, question: Question) -> None:
    if WITHIN_REQUEST.lines is not None and shared_purchases.more_lines_than(connection, question, WITHIN_REQUEST.lines):
        raise Larger


def bound_work(connection: Connection, wanted: RelationshipsDeriveInput, language: str, bounds: Bounds) -> list[str]:
    """Leaves out what the caller wants left out, and says so. Raises `Larger` when what remains is beyond these bounds, and `Refused` when
    it is beyond all."""
    crowds, warnings = shared_purchases.crowds(connection), []
    most = given(wanted.maximum_customers_per_product)
    left_out = sum(products for customers, products in crowds.items() if most is not None and customers > most)
    if left_out and most is not None:
        shared_purchases.leave_out_crowded(connection, most)
        crowds = Counter({customers: products for customers, products in crowds.items() if customers <= most})
        warnings.append(say("derive_left_out", language, count=left_out, most=most))
    found = meetings(crowds)
    if found > AT_MOST.meetings:
        faults = Faults().at("window")
        faults.add(ErrorCode.LIMIT_EXCEEDED, "derive_too_large", found=found, most=AT_MOST.meetings, fits=fitting(crowds))
        faults.refuse()
    if found > bounds.meetings:
        raise Larger
    return warnings


def meetings(crowds: Counter[int]) -> int:
    """How often two customers meet in a product: n(n-1)/2 times in one that n bought."""
    return sum(products * customers * (customers - 1) // 2 for customers, products in crowds.items())


def fitting(crowds: Counter[int]) -> int:
    """The largest maximumCustomersPerProduct that stays within the last bound."""
    remaining, fits = AT_MOST.meetings, 1
    for customers in sorted(crowds):
        remaining -= meetings(Counter({customers: crowds[customers]}))
        if remaining < 0:
            break
        fits = customers
    return fits


def bound_writing(written: int, bounds: Bounds) -> None:
    """Raises `Larger` and `Refused` as `bound_work` does."""
    if written > AT_MOST.written:
        faults = Faults().at("minimumEvidence")
        faults.add(ErrorCode.LIMIT_EXCEEDED, "derive_too_many", found=written, most=AT_MOST.written)
        faults.refuse()
    if written > bounds.written:
        raise Larger


def add_job(work: Change, wanted: RelationshipsDeriveInput, begun: datetime.datetime, warnings: list[str]) -> JobRow:
    job = JobRow(kind=JobKind.DERIVE, status=JobStatus.SUCCEEDED, created_at=begun, started_at=begun, staff_id=work.caller.staff_id,
                 dry_run=wanted.dry_run, warnings=warnings, details={})
    work.session.add(job)
    work.session.flush()
    return job


def failed(wanted: RelationshipsDeriveInput, begun: datetime.datetime, language: str) -> Callable[[Change], dict[str, Any]]:
    """What is left of a derivation that broke off."""

    def perform(work: Change) -> dict[str, Any]:
        job = add_job(work, wanted, begun, [])
        job.status, job.finished_at = JobStatus.FAILED, utc_now()
        job.error_code, job.error_message = "INTERNAL", say("derive_failed", language)
        return {"job": job.id}

    return perform
