"""Writing from asynchronous code: changes run in worker threads."""

from collections.abc import Callable
from functools import partial
from typing import Any

from anyio import CapacityLimiter
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from schema.changes.change import Change, change
from schema.context import Caller
from schema.errors import ErrorCode, Refused, RequestError, problem
from server.database.in_thread import in_thread
from server.database.problems import is_overtaken, is_unusable


class ThreadWriter:
    """A `schema.context.Writer`. SQLite has one thread, because it has one writer; PostgreSQL has several."""

    def __init__(self, engine: Engine, threads: int):
        self._engine = engine
        self._threads = CapacityLimiter(threads)

    async def change(self, caller: Caller, action: str, perform: Callable[[Change], dict[str, Any]], *, key: str | None = None,
                     request: Any = None, request_id: str | None = None) -> dict[str, Any]:
        """See `schema.changes.change.change`. Raises `RequestError` UNAVAILABLE too, with nothing written or the answer kept
        under `key`: whether a commit succeeded whose answer was lost is found out by sending the same key again."""
        work = partial(change, self._engine, caller, action, perform, key=key, request=request, request_id=request_id)
        try:
            return await in_thread(work, self._threads)
        except DBAPIError as error:
            if is_unusable(error.orig):
                raise RequestError("UNAVAILABLE", "unavailable") from error
            if is_overtaken(error.orig):
                raise Refused(problem(ErrorCode.CONFLICT, "changed_meanwhile")) from error
            raise
