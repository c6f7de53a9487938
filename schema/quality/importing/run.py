"""Run an import: read and type what can be read beforehand, then write it in one transaction, then leave a record of it.

A file is imported whole or not at all: when the process is killed, the machine stops or the import is refused, nothing of it is there.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import IntegrityError

from schema.changes.change import Change, change
from schema.changes.turns import wait_turn
from schema.context import SYSTEM, Caller
from schema.errors import ErrorCode, Refused, problem
from schema.jobs.models import ImportTarget
from schema.quality.importing import customers, events, job, products, relationships, responses, transactions
from schema.quality.importing.job import Outcome
from schema.quality.importing.joining import Joined
from schema.quality.importing.ledger import Ledger
from schema.quality.importing.mapping import Batch, Mapping
from schema.quality.importing.plan import ErrorPolicy, Plan
from schema.quality.importing.reading import Reading, Source
from schema.quality.importing.work import Progress, Work

ACTION = "import"
AHEAD = 16  # blocks that are read before the database is locked: most files fit
IMPORTS = 0x67756978  # "guix": on PostgreSQL imports take turns under this lock

Write = Callable[[Work], None]

WRITERS: dict[ImportTarget, Callable[[Work, Iterable[Batch]], None]] = {
    ImportTarget.CUSTOMERS: customers.write, ImportTarget.RELATIONSHIPS: relationships.write, ImportTarget.PRODUCTS: products.write,
    ImportTarget.BROWSE_EVENTS: events.write_browse_events, ImportTarget.REVIEWS: events.write_reviews,
}


class _Rehearsed(Exception):
    pass


def quiet(stage: str, done: int, total: int | None) -> None:
    """Progress that nobody watches."""


def run_import(engine: Engine | Connection, source: Source, plan: Plan, progress: Progress = quiet, *, caller: Caller = SYSTEM,
               language: str = "en", request_id: str | None = None) -> Outcome:
    """Import a file as planned. What went wrong with rows is in the outcome's `rejections`, what with all of it in its `error`.

    Raises `plan.Unusable`, and leaves no record, when the plan does not fit the file. `progress` gets "reading" in bytes of the file as it
    lies on the disk and "writing" in rows.
    """
    survey = responses.asked(engine, plan) if plan.target is ImportTarget.SURVEY_RESPONSES else None
    with source.open() as reading:
        joined = Joined(reading.header, plan.joins, source.path.parent)
        mapping = Mapping(joined.header, plan, survey.fields if survey else ())
        if survey:
            responses.check_columns(joined.header, mapping, survey)
        run = _Run(engine, plan, mapping, progress, caller, language, request_id)
        try:
            return run.perform(prepare(plan, mapping, batches(reading, joined, mapping, progress, source.size), survey))
        except Refused as refused:
            return run.failed(refused)
        except (IntegrityError, sqlite3.IntegrityError, psycopg.IntegrityError):
            return run.failed(Refused(problem(ErrorCode.CONFLICT, "changed_meanwhile")))


def batches(reading: Reading, joined: Joined, mapping: Mapping, progress: Progress, size: int) -> Iterator[Batch]:
    for records in reading:
        yield mapping.batch(joined.extend(records))
        progress("reading", reading.position, size)


def prepare(plan: Plan, mapping: Mapping, found: Iterator[Batch], survey: responses.Asked | None) -> Write:
    """Read what is to be read before the database is locked, and return what is to be done then."""
    if plan.target is ImportTarget.TRANSACTIONS:
        ledger = Ledger(mapping, plan)
        ledger.gather(found)
        return lambda work: transactions.Writer(work, ledger).write()
    ahead = list(islice(found, AHEAD))
    if survey:
        return lambda work: responses.write(work, chain(ahead, found), survey)
    return lambda work: WRITERS[plan.target](work, chain(ahead, found))


class _Run:
    """One import on its way. Unless the plan is unusable it ends in a job, whatever happens."""

    def __init__(self, engine: Engine | Connection, plan: Plan, mapping: Mapping, progress: Progress, caller: Caller, language: str,
                 request_id: str | None):
        self.engine, self.plan, self.mapping, self.progress = engine, plan, mapping, progress
        self.caller, self.language, self.request_id = caller, language, request_id
        self.outcome = Outcome(0, Counter(), Counter(), mapping.rejections, dry_run=plan.dry_run)

    def perform(self, write: Write) -> Outcome:
        self._check_policy()
        try:
            self._change(lambda change: self._write(change, write))
        except _Rehearsed:
            self._change(self._record)
        return self.outcome

    def failed(self, refused: Refused) -> Outcome:
        """Nothing was written; that, and why, is recorded."""
        self.outcome.rows, self.outcome.records, self.outcome.error = Counter(), Counter(), refused.problems[0]
        self._change(self._record)
        return self.outcome

    def _change(self, perform: Callable[[Change], dict[str, Any]]) -> None:
        answer = change(self.engine, self.caller, ACTION, perform, request_id=self.request_id)
        self.outcome.job_id = answer["job"]

    def _write(self, change: Change, write: Write) -> dict[str, Any]:
        if self.engine.dialect.name == "postgresql":
            change.session.execute(select(func.pg_advisory_xact_lock(IMPORTS)))
        elif self.engine.dialect.name == "mariadb":
            wait_turn(change.session.connection(), "importing")
        row = job.begin(change.session, self.plan, self.caller.staff_id)
        work = Work(change, self.plan, self.mapping, row.id, self.progress)
        write(work)
        self._check_policy()
        self.outcome.rows, self.outcome.records = work.rows, work.records
        if self.plan.dry_run:
            raise _Rehearsed
        work.bulk.conclude()
        job.finish(change.session, row, self.outcome, self.language)
        return {"job": row.id}

    def _record(self, change: Change) -> dict[str, Any]:
        row = job.begin(change.session, self.plan, self.caller.staff_id)
        job.finish(change.session, row, self.outcome, self.language)
        return {"job": row.id}

    def _check_policy(self) -> None:
        if self.plan.policy is ErrorPolicy.REJECT_EVERYTHING:
            self.mapping.rejections.refuse_all_or_none()
