"""The one function that every write goes through.

In the same transaction as the change it records who changed which record (audit), that its kind of record has a new version
(snapshots, staleness and subscriptions rest on it), and the answer under the caller's idempotency key.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import Engine, event, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.exc import StaleDataError

from schema.changes.models import AuditEntryRow, DataVersionRow, IdempotencyKeyRow
from schema.changes.subjects import SUBJECTS
from schema.context import Caller
from schema.errors import ErrorCode, Refused, problem

Answer = dict[str, Any]


class Change:
    """A change under way: its session, and what it has touched so far as {(kind, id): fields}."""

    def __init__(self, session: Session, caller: Caller, action: str):
        self.session, self.caller, self.action = session, caller, action
        self.touched: dict[tuple[str, int | None], set[str]] = {}
        event.listen(session, "after_flush", self._after_flush)

    def bulk(self, kind: str) -> None:
        """Rows of this kind were written past the session, by the thousand: one audit entry for all of them."""
        self.touched.setdefault((kind, None), set())

    def _after_flush(self, session: Session, _: UOWTransaction) -> None:
        for row in session.new | session.dirty | session.deleted:
            subject = SUBJECTS[type(row)]
            if subject is not None:
                fields = self.touched.setdefault((subject.kind, getattr(row, subject.id)), set())
                fields.update([subject.field] if subject.field else changed_attributes(row))


def changed_attributes(row: Any) -> set[str]:
    state = inspect(row)
    relations = state.mapper.relationships
    return {a.key for a in state.attrs if a.key not in relations and a.history.has_changes()} - {"revision", "updated_at", "search_name"}


def change(engine: Engine, caller: Caller, action: str, perform: Callable[[Change], Answer], *, key: str | None = None,
           request: Any = None, request_id: str | None = None) -> Answer:
    """Run `perform` in one transaction and return what it returns: a JSON-serialisable answer (ids, counts).

    With a `key`, the same caller sending the same `request` again gets the first answer and nothing is written; another request
    under the same key is refused. Raises `Refused`, with nothing written, when `perform` does.
    """
    digest = hashlib.sha256(orjson.dumps([action, request], default=str)).digest()
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            if key is not None:
                known = session.get(IdempotencyKeyRow, (caller.name, action, key))
                if known is not None:
                    return _earlier(known, digest)
            work = Change(session, caller, action)
            answer = perform(work)
            session.flush()
            _record(work, request_id)
            if key is not None:
                session.add(IdempotencyKeyRow(caller=caller.name, action=action, key=key, digest=digest, answer=answer))
        return answer
    except StaleDataError:
        raise Refused(problem(ErrorCode.CONFLICT, "changed_meanwhile")) from None
    except IntegrityError:
        # Somebody else may have sent the same request at the same moment and have been first.
        with Session(engine) as session:
            known = session.get(IdempotencyKeyRow, (caller.name, action, key)) if key is not None else None
            if known is None:
                raise
            return _earlier(known, digest)


def _earlier(known: IdempotencyKeyRow, digest: bytes) -> Answer:
    if known.digest != digest:
        raise Refused(problem(ErrorCode.CONFLICT, "key_reused", "idempotencyKey"))
    return known.answer


def _record(work: Change, request_id: str | None) -> None:
    caller, session = work.caller, work.session
    session.add_all(AuditEntryRow(staff_id=caller.staff_id, token_id=caller.token_id, action=work.action, subject_kind=kind, subject_id=id_,
                                  changed_fields=sorted(fields), request_id=request_id) for (kind, id_), fields in work.touched.items())
    session.add_all(DataVersionRow(kind=kind) for kind in dict.fromkeys(kind for kind, _ in work.touched))
