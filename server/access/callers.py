"""From a request to its caller: by `Authorization: Bearer`, or by the session cookie that a sign-in link has set."""

import asyncio
import datetime
import hmac
import logging
import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request

from schema.context import ANONYMOUS, SYSTEM, Caller
from schema.errors import Refused, RequestError
from schema.rows import utc_now
from server.access.failures import FailedSignIns
from server.access.tokens import hash_of, note_use, prefix_of
from server.database import Database
from server.graphql.failures import Failure

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve

logger = logging.getLogger("guanxi")

COOKIE = "guanxi_session"
USE_NOTED_EVERY = 60.0  # seconds
TOKENS = """SELECT t.id, t.hash, t.expires_at, t.revoked_at, t.staff_id, r.permissions, s.active FROM api_tokens t
            JOIN roles r ON r.id = t.role_id LEFT JOIN staff s ON s.id = t.staff_id WHERE t.prefix = ?"""
SESSIONS = """SELECT s.id, r.permissions, i.session_expires_at FROM sign_ins i
              JOIN staff s ON s.id = i.staff_id JOIN roles r ON r.id = s.role_id WHERE i.session_hash = ? AND s.active"""
NO_HASH = bytes(32)


class Access:
    """Finds callers for one application."""

    def __init__(self, database: Database, settings: "Settings"):
        self._database = database
        self._open_schema = settings.introspection == "everyone"
        self.failed = FailedSignIns(settings.limits.failures)
        self._noted: dict[int, float] = {}
        self._noting: set[asyncio.Task[None]] = set()

    async def caller(self, request: Request) -> Caller:
        """Raises UNAUTHENTICATED or RATE_LIMITED. Without any credentials it is ANONYMOUS where the schema is open to everyone."""
        authorization, cookie = request.headers.get("authorization"), request.cookies.get(COOKIE)
        if authorization is None and cookie is None:
            if self._open_schema:
                return ANONYMOUS
            raise unauthenticated()
        address = address_of(request)
        self.failed.check(address)
        found = await (self._by_token(authorization) if authorization is not None else self._by_session(cookie or ""))
        if found is None:
            self.failed.add(address)
            raise unauthenticated()
        return found

    async def is_signed_in(self, request: Request) -> bool:
        """Whether a page that the browser loads may show itself as signed in. It grants nothing."""
        cookie = request.cookies.get(COOKIE)
        return cookie is not None and await self._by_session(cookie) is not None

    async def _by_token(self, authorization: str) -> Caller | None:
        scheme, _, token = authorization.partition(" ")
        prefix = prefix_of(token.strip()) if scheme.lower() == "bearer" else None
        if prefix is None:
            return None
        rows = await self._rows(TOKENS, prefix)
        id_, stored, expires_at, revoked_at, staff_id, permissions, active = rows[0] if rows else (0, NO_HASH, None, None, None, [], None)
        if not hmac.compare_digest(bytes(stored), hash_of(token.strip())) or revoked_at is not None or is_past(expires_at):
            return None
        if staff_id is not None and not active:
            return None
        self._note_use(id_)
        return Caller(f"token:{id_}", names(permissions), staff_id=staff_id, token_id=id_)

    async def _by_session(self, secret: str) -> Caller | None:
        rows = await self._rows(SESSIONS, hash_of(secret))
        if not rows or is_past(rows[0][2]):
            return None
        return Caller(f"staff:{rows[0][0]}", names(rows[0][1]), staff_id=rows[0][0])

    async def _rows(self, sql: str, parameter: Any) -> Sequence[tuple[Any, ...]]:
        async with self._database.reader() as reader:
            return await reader.fetch(sql if self._database.dialect == "sqlite" else sql.replace("?", "%s"), (parameter,))

    def _note_use(self, token_id: int) -> None:
        """Once a minute, behind the answer: a reader must not wait for whoever is writing."""
        now = time.monotonic()
        if now - self._noted.get(token_id, -USE_NOTED_EVERY) >= USE_NOTED_EVERY:
            self._noted[token_id] = now
            task = asyncio.get_running_loop().create_task(self._write_use(token_id))
            self._noting.add(task)
            task.add_done_callback(self._noting.discard)

    async def _write_use(self, token_id: int) -> None:
        try:
            await self._database.writer.change(SYSTEM, "tokenUse", partial(note_use, token_id=token_id))
        except (RequestError, Refused):
            logger.warning("the use of a token could not be noted", extra={"caller": f"token:{token_id}"})

    async def close(self) -> None:
        await asyncio.gather(*self._noting)


def unauthenticated() -> Failure:
    return Failure("UNAUTHENTICATED", "unauthenticated", headers={"WWW-Authenticate": "Bearer"})


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def names(permissions: Any) -> frozenset[str]:
    """SQLite gives JSON as its text."""
    return frozenset(orjson.loads(permissions) if isinstance(permissions, str) else permissions)


def is_past(moment: datetime.datetime | str | None) -> bool:
    """SQLite gives moments as text."""
    if isinstance(moment, str):
        moment = datetime.datetime.fromisoformat(moment)
    return moment is not None and moment <= utc_now()
