"""A request that carries a key is carried out once: sent again, it gets the first answer."""

import hashlib
from typing import Any

import orjson
from sqlalchemy.orm import Session

from schema.changes.models import IdempotencyKeyRow
from schema.context import Caller
from schema.errors import ErrorCode, Refused, problem

Answer = dict[str, Any]
PATH = ("input", "idempotencyKey")
LONGEST = 200


class KeyedRequest:
    """What one caller sent for one action under one key. Raises `Refused` when the key is none."""

    def __init__(self, caller: Caller, action: str, key: str, request: Any):
        if not 0 < len(key) <= LONGEST or "\0" in key:
            raise Refused(problem(ErrorCode.INVALID, "key_form", *PATH, most=LONGEST))
        self._identity = {"caller": caller.name, "action": action, "key": key}
        self._digest = hashlib.sha256(orjson.dumps(request, default=str, option=orjson.OPT_SORT_KEYS)).digest()

    def answer(self, session: Session) -> Answer | None:
        """The answer it got before, if it was carried out before. Raises `Refused` when the key came with another request."""
        known = session.get(IdempotencyKeyRow, self._identity)
        if known is None:
            return None
        if known.digest != self._digest:
            raise Refused(problem(ErrorCode.CONFLICT, "key_reused", *PATH))
        return known.answer

    def claim(self, session: Session) -> IdempotencyKeyRow:
        """Taken before anything is done. Who sends the same key at the same moment waits here until the first one has committed,
        and then fails with an IntegrityError."""
        row = IdempotencyKeyRow(**self._identity, digest=self._digest, answer={})
        session.add(row)
        session.flush()
        return row
