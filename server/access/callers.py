"""From a request to its caller: by `Authorization: Bearer`, or by the session cookie that a sign-in link has set."""

import asyncio
import datetime
import hmac
import logging
import re
import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from sqlalchemy import event
from starlette.requests import HTTPConnection, Request
from starlette.types import Scope

from schema.context import ANONYMOUS, SYSTEM, Caller
from schema.errors import Refused, RequestError
from server.access.failures import FailedSignIns
from server.access.remembering import Found, Remembered
from server.access.tokens import hash_of, note_use, prefix_of
from server.database import Database
from server.exchange import exchange_of
from server.graphql.failures import Failure

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve

logger = logging.getLogger("guanxi")

COOKIE = "guanxi_session"
USE_NOTED_EVERY = 60.0  # seconds
TOKENS = """SELECT t.id, t.hash, t.expires_at, t.revoked_at, t.staff_id, r.permissions, s.active FROM api_tokens t
            JOIN roles r ON r.id = t.role_id LEFT JOIN staff s ON s.id = t.staff_id WHERE t."""
STAFF = "SELECT s.id, r.permissions FROM staff s JOIN roles r ON r.id = s.role_id WHERE s.id = ? AND s.active"
NAME = re.compile(r"(staff|token):([1-9][0-9]{0,17})")
SESSIONS = """SELECT s.id, r.permissions, i.session_expires_at FROM sign_ins i
              JOIN staff s ON s.id = i.staff_id JOIN roles r ON r.id = s.role_id WHERE i.session_hash = ? AND s.active"""
NO_HASH = bytes(32)


class Credentials(NamedTuple):
    """What a caller proves itself by: the value of an Authorization header, or a session's cookie. Both are secrets."""

    authorization: str | None
    cookie: str | None

    @property
    def key(self) -> bytes:
        """Knows them by, without holding them."""
        return hash_of(f"cookie {self.cookie}" if self.authorization is None else f"header {self.authorization}")


NONE_GIVEN = Credentials(None, None)


class Access:
    """Finds callers for one application."""

    def __init__(self, database: Database, settings: "Settings"):
        self._database = database
        self._open_schema = settings.introspection == "everyone"
        self.failed = FailedSignIns(settings.limits.failures, database.writer)
        self._remembered = Remembered()
        self._noted: dict[int, float] = {}
        self._noting: set[asyncio.Task[None]] = set()
        event.listen(database.engine, "checkin", self._forget)

    async def caller(self, scope: Scope) -> Caller:
        """Raises UNAUTHENTICATED or RATE_LIMITED. Without any credentials it is ANONYMOUS where the schema is open to everyone."""
        return await self.identify(credentials_of(scope), address_of(scope))

    async def identify(self, given: Credentials, address: str) -> Caller:
        """The same for credentials that came otherwise; failures count against the address."""
        if given == NONE_GIVEN:
            if self._open_schema:
                return ANONYMOUS
            raise unauthenticated()
        self.failed.check(address)
        key, era = given.key, self._remembered.era
        known = self._remembered.find(key)
        if known is not None:
            return known
        found = await self._look_up(given)
        if found is None:
            await self.failed.add(address)
            raise unauthenticated()
        return self._remembered.keep(key, found, era)

    async def current(self, given: Credentials) -> Caller | None:
        """Whom the credentials stand for now; None when they are wrong, too old or taken back."""
        found = await self._look_up(given)
        return found.caller if found else None

    async def _look_up(self, given: Credentials) -> Found | None:
        return await (self._by_token(given.authorization) if given.authorization is not None else self._by_session(given.cookie or ""))

    async def named(self, name: str) -> Caller | None:
        """The caller of this name ("staff:3", "token:7") as things stand now; None when nobody may act under it any more."""
        found = NAME.fullmatch(name)
        if found is None:
            return None
        if found[1] == "token":
            rows = await self._rows(TOKENS + "id = ?", int(found[2]))
            held = holder(rows[0]) if rows else None
            return held.caller if held else None
        rows = await self._rows(STAFF, int(found[2]))
        return member(rows[0]) if rows else None

    async def is_signed_in(self, request: Request) -> bool:
        """Whether a page that the browser loads may show itself as signed in. It grants nothing."""
        cookie = request.cookies.get(COOKIE)
        return cookie is not None and await self._by_session(cookie) is not None

    async def _by_token(self, authorization: str) -> Found | None:
        scheme, _, token = authorization.partition(" ")
        prefix = prefix_of(token.strip()) if scheme.lower() == "bearer" else None
        if prefix is None:
            return None
        rows = await self._rows(TOKENS + "prefix = ?", prefix)
        if not hmac.compare_digest(bytes(rows[0][1]) if rows else NO_HASH, hash_of(token.strip())):
            return None
        found = holder(rows[0])
        if found is not None:
            self._note_use(rows[0][0])
        return found

    async def _by_session(self, secret: str) -> Found | None:
        rows = await self._rows(SESSIONS, hash_of(secret))
        found = Found(member(rows[0]), moment(rows[0][2])) if rows else None
        return found if found is not None and found.is_good else None

    async def _rows(self, sql: str, parameter: Any) -> Sequence[tuple[Any, ...]]:
        async with self._database.reader() as reader:
            reader.single()
            return await reader.fetch(self._database.marked(sql), (parameter,))

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

    def _forget(self, *_: object) -> None:
        """Whoever gives a connection back to those who write may have changed who may do what."""
        self._remembered.forget()

    async def close(self) -> None:
        await asyncio.gather(*self._noting)
        event.remove(self._database.engine, "checkin", self._forget)


def holder(row: Sequence[Any]) -> Found | None:
    """From a row of TOKENS; None for a token that is revoked or too old, or whose member of staff has left."""
    id_, _, expires_at, revoked_at, staff_id, permissions, active = row
    if revoked_at is not None or (staff_id is not None and not active):
        return None
    found = Found(Caller(f"token:{id_}", names(permissions), staff_id=staff_id, token_id=id_), moment(expires_at))
    return found if found.is_good else None


def member(row: Sequence[Any]) -> Caller:
    return Caller(f"staff:{row[0]}", names(row[1]), staff_id=row[0])


def unauthenticated() -> Failure:
    return Failure("UNAUTHENTICATED", "unauthenticated", headers={"WWW-Authenticate": "Bearer"})


def credentials_of(scope: Scope) -> Credentials:
    headers = exchange_of(scope).headers
    authorization = headers.get(b"authorization")
    if authorization is not None:
        return Credentials(authorization.decode("latin-1"), None)
    return Credentials(None, HTTPConnection(scope).cookies.get(COOKIE)) if b"cookie" in headers else NONE_GIVEN


def address_of(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def names(permissions: Any) -> frozenset[str]:
    """SQLite gives JSON as its text."""
    return frozenset(orjson.loads(permissions) if isinstance(permissions, str) else permissions)


def moment(stored: datetime.datetime | str | None) -> datetime.datetime | None:
    """SQLite gives moments as text."""
    return datetime.datetime.fromisoformat(stored) if isinstance(stored, str) else stored
