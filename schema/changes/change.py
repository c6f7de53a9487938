"""The one function that every write goes through.

In the same transaction as the change it records who changed which record (audit), that its kind of record has a new version
(snapshots, staleness and subscriptions rest on it), and the answer under the caller's idempotency key.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Engine, event, func, insert, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.exc import StaleDataError
from strawberry.utils.str_converters import to_camel_case

from schema.changes.idempotency import Answer, KeyedRequest
from schema.changes.models import AuditEntryRow, DataVersionRow
from schema.changes.subjects import SUBJECTS, Subject
from schema.changes.turns import wait_turn
from schema.context import Caller
from schema.errors import ErrorCode, Refused, problem

# A unique or foreign key that held when `perform` looked was broken by a change committed since: PostgreSQL's codes, and MariaDB's.
# SQLite has one writer.
OVERTAKEN = ("23505", "23503")
OVERTAKEN_NUMBERS = (1062, 1451, 1452)
VERSIONS = 0x67757876  # "guxv": the advisory locks of data versions


class Change:
    """A change under way: its session, and what it has touched so far as {(kind, id): fields}."""

    session: Session

    def __init__(self, caller: Caller, action: str):
        self.caller, self.action = caller, action
        self.touched: dict[tuple[str, int | None], set[str]] = {}

    def begin(self, session: Session) -> None:
        self.session = session
        event.listen(session, "after_flush", self._written)
        event.listen(session, "persistent_to_deleted", self._deleted)  # `session.deleted` lacks rows that went with their parent

    def bulk(self, kind: str) -> None:
        """Rows of this kind were written past the session, by the thousand: one audit entry for all of them."""
        self.touched.setdefault((kind, None), set())

    def wrote(self, kind: str, id_: int, fields: Iterable[str]) -> None:
        """These fields of a record were written past the session."""
        self.touched.setdefault((kind, id_), set()).update(map(to_camel_case, fields))

    def _written(self, session: Session, _: UOWTransaction) -> None:
        changed = (row for row in session.dirty if session.is_modified(row))  # one that was only looked at may be "dirty" too
        for row in (*session.new, *changed):
            self._touch(row)

    def _deleted(self, _: Session, row: Any) -> None:
        self._touch(row)

    def _touch(self, row: Any) -> None:
        subject = subject_of(row)
        if subject is not None:
            fields = self.touched.setdefault((subject.kind, getattr(row, subject.id)), set())
            fields.update([subject.field] if subject.field else changed_attributes(row))


def subject_of(row: Any) -> Subject | None:
    try:
        return SUBJECTS[type(row)]
    except KeyError:
        name = type(row).__name__
        raise LookupError(f"{name} cannot be written: schema/changes/subjects.py does not say which record it is part of") from None


def changed_attributes(row: Any) -> set[str]:
    state = inspect(row)
    relations = state.mapper.relationships
    changed = {a.key for a in state.attrs if a.key not in relations and a.history.has_changes()} - {"revision", "updated_at", "search_name"}
    return {to_camel_case(name) for name in changed}  # as clients know them


def change(engine: Engine | Connection, caller: Caller, action: str, perform: Callable[[Change], Answer], *, key: str | None = None,
           request: Any = None, request_id: str | None = None) -> Answer:
    """Run `perform` in one transaction and return what it returns: a JSON-serialisable answer (ids, counts).

    Given a connection in place of the engine, it joins the transaction that the connection is in, whose owner commits it.
    With a `key`, the same caller sending the same `request` again gets the first answer and nothing is written; another request
    under the same key is refused. Raises `Refused`, with nothing written, when `perform` does.
    """
    keyed = None if key is None else KeyedRequest(caller, action, key, request)
    try:
        return _run(engine, Change(caller, action), perform, keyed, request_id)
    except StaleDataError:
        raise Refused(problem(ErrorCode.CONFLICT, "changed_meanwhile")) from None
    except IntegrityError as error:
        with Session(engine) as session:
            earlier = keyed.answer(session) if keyed else None
        if earlier is not None:
            return earlier
        if is_overtaken(error.orig):
            raise Refused(problem(ErrorCode.CONFLICT, "changed_meanwhile")) from error
        raise


def is_overtaken(error: BaseException | None) -> bool:
    return getattr(error, "sqlstate", None) in OVERTAKEN or (error is not None and error.args[:1] in [(n,) for n in OVERTAKEN_NUMBERS])


def _run(engine: Engine | Connection, work: Change, perform: Callable[[Change], Answer], keyed: KeyedRequest | None,
         request_id: str | None) -> Answer:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        earlier = keyed.answer(session) if keyed else None
        if earlier is not None:
            return earlier
        claim = keyed.claim(session) if keyed else None
        work.begin(session)
        answer = perform(work)
        session.flush()
        _record(work, request_id)
        if claim is not None:
            claim.answer = answer
    return answer


def _record(work: Change, request_id: str | None) -> None:
    caller, session = work.caller, work.session
    by: dict[str, Any] = {"staff_id": caller.staff_id, "token_id": caller.token_id, "action": work.action, "request_id": request_id}
    if work.touched:
        session.execute(insert(AuditEntryRow), [by | {"subject_kind": kind, "subject_id": id_, "changed_fields": sorted(fields)}
                                                for (kind, id_), fields in work.touched.items()])
        _raise_versions(session, sorted({kind for kind, _ in work.touched}))


def _raise_versions(session: Session, kinds: list[str]) -> None:
    """Versions must become visible in the order of their numbers, or a reader that saw the highest one would miss a lower one that is
    committed later: where there are several writers the changes of a kind take turns for this last step."""
    if session.get_bind().dialect.name == "postgresql":
        for kind in kinds:
            session.execute(select(func.pg_advisory_xact_lock(VERSIONS, func.hashtext(kind))))
    elif session.get_bind().dialect.name == "mariadb":
        for kind in kinds:
            wait_turn(session.connection(), f"version:{kind}")
    session.execute(insert(DataVersionRow), [{"kind": kind} for kind in kinds])
