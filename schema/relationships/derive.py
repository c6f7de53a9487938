"""Relationships are derived from what customers did, and kept in line with it: a job, done within the request up to a stated bound."""

import datetime
from collections import Counter
from collections.abc import Callable
from typing import Any

from schema.changes.change import Change
from schema.checking import Faults
from schema.errors import ErrorCode
from schema.jobs.models import JobKind, JobRow, JobStatus
from schema.messages import say
from schema.relationships import reconciling, references, shared_purchases
from schema.relationships.derive_inputs import RelationshipsDeriveInput
from schema.relationships.inputs import given
from schema.relationships.shared_purchases import Question
from schema.rows import utc_now

MOST_MEETINGS = 2_000_000  # times two customers meet in a product: what the database must go through
MOST_WRITTEN = 100_000  # relationships made, changed and ended at once
SAMPLE = 20


def derive(wanted: RelationshipsDeriveInput, language: str) -> Callable[[Change], dict[str, Any]]:
    """What the change function performs. `language` is that of the job's warnings."""

    def perform(work: Change) -> dict[str, Any]:
        begun = utc_now()
        question = checked(work, wanted)
        connection = work.session.connection()
        with shared_purchases.tables(connection):
            shared_purchases.fill_bought(connection, question)
            warnings = bound_work(work, wanted, language)
            shared_purchases.fill_pairs(connection, question)
            difference = reconciling.compare(connection, question.kind)
            bound_writing(difference.written)
            job = add_job(work, wanted, begun, warnings)
            job.created, job.updated = difference.created, difference.updated
            job.ended, job.unchanged = difference.ended, difference.unchanged
            job.details = {"sample": [list(pair) for pair in shared_purchases.strongest(connection, SAMPLE)]}
            if difference.written and not wanted.dry_run:
                reconciling.apply(connection, question.kind, job.id, begun)
                work.bulk("relationship")
        job.finished_at = utc_now()
        return {"job": job.id}

    return perform


def checked(work: Change, wanted: RelationshipsDeriveInput) -> Question:
    faults = Faults()
    kind = references.kind(work.session, faults, wanted.kind, alone=True)
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


def bound_work(work: Change, wanted: RelationshipsDeriveInput, language: str) -> list[str]:
    """Leaves out what the caller wants left out, and says so. Raises `Refused` when what remains is too much for one request."""
    connection, most = work.session.connection(), given(wanted.maximum_customers_per_product)
    crowds, warnings = shared_purchases.crowds(connection), []
    left_out = sum(products for customers, products in crowds.items() if most is not None and customers > most)
    if left_out and most is not None:
        shared_purchases.leave_out_crowded(connection, most)
        crowds = Counter({customers: products for customers, products in crowds.items() if customers <= most})
        warnings.append(say("derive_left_out", language, count=left_out, most=most))
    if meetings(crowds) > MOST_MEETINGS:
        faults = Faults().at("window")
        faults.add(ErrorCode.LIMIT_EXCEEDED, "derive_too_large", found=meetings(crowds), most=MOST_MEETINGS, fits=fitting(crowds))
        faults.refuse()
    return warnings


def meetings(crowds: Counter[int]) -> int:
    """How often two customers meet in a product: n(n-1)/2 times in one that n bought."""
    return sum(products * customers * (customers - 1) // 2 for customers, products in crowds.items())


def fitting(crowds: Counter[int]) -> int:
    """The largest maximumCustomersPerProduct that stays within the bound."""
    remaining, fits = MOST_MEETINGS, 1
    for customers in sorted(crowds):
        remaining -= meetings(Counter({customers: crowds[customers]}))
        if remaining < 0:
            break
        fits = customers
    return fits


def bound_writing(written: int) -> None:
    if written > MOST_WRITTEN:
        faults = Faults().at("minimumEvidence")
        faults.add(ErrorCode.LIMIT_EXCEEDED, "derive_too_many", found=written, most=MOST_WRITTEN)
        faults.refuse()


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
