"""A caller is looked up once a second at most, and never for longer than it is good."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from schema.changes.change import Change
from schema.context import SYSTEM, Caller
from schema.rows import utc_now
from schema.staff.models import ApiTokenRow, RoleRow, SignInRow
from server.access import remembering
from server.access.callers import Access
from server.access.remembering import Found, Remembered
from server.command.signing_in import new_link
from server.database import Database, open_database
from server.database.readers import PooledReader
from tests.server.sample import add_token, serving

PAST = utc_now() - datetime.timedelta(days=1)


@pytest.fixture
async def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """Whose use is not noted, because that is a change too."""
    monkeypatch.setattr(Access, "_note_use", lambda *_: None)
    async with serving(database) as client:
        yield client


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """The same database as another process has it."""
    opened = open_database(database.address.url.render_as_string(hide_password=False))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers are remembered for longer than a test takes."""
    monkeypatch.setattr(remembering, "SECONDS", 600.0)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that have been sent to find callers. Whoever looks after runs reads besides."""
    sent, fetch = [], PooledReader.fetch

    async def noted(reader: PooledReader, sql: str, parameters: Any) -> Any:
        if "permissions" in sql:
            sent.append(sql)
        return await fetch(reader, sql, parameters)

    monkeypatch.setattr(PooledReader, "fetch", noted)
    return sent


async def viewer(client: httpx.AsyncClient) -> str | None:
    response = await client.post("/graphql", json={"query": "{viewer}"})
    return None if response.status_code == 401 else str(response.json()["data"]["viewer"])


async def sign_in(client: httpx.AsyncClient, database: Database, **values: Any) -> None:
    _, token = add_token(database, **values)
    client.headers["Authorization"] = f"Bearer {token}"
    assert await viewer(client)


def write(database: Database, **values: Any) -> None:
    with database.engine.begin() as connection:
        connection.execute(update(ApiTokenRow).values(**values))


@pytest.mark.usefixtures("long")
async def test_a_row_of_requests_costs_one_look(client: httpx.AsyncClient, database: Database, looks: list[str],
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    await sign_in(client, database)
    assert len(looks) == 1
    looks.clear()
    for _ in range(5):
        assert await viewer(client)
    assert looks == []
    monkeypatch.setattr(remembering, "SECONDS", 0.0)
    assert await viewer(client)
    assert len(looks) == 1


@pytest.mark.usefixtures("long")
async def test_a_session_is_remembered_too(client: httpx.AsyncClient, database: Database, other: Database, looks: list[str]) -> None:
    await client.get(new_link(database, "http://localhost", "admin", 15))
    for _ in range(5):
        assert str(await viewer(client)).startswith("staff:1 ")
    assert len(looks) == 1
    with other.engine.begin() as connection:
        connection.execute(update(SignInRow).values(session_expires_at=PAST))
    assert await viewer(client) is not None
    assert (await client.post("/sign-out", headers={"X-Guanxi-Preflight": "1"})).status_code == 204
    assert await viewer(client) is None


@pytest.mark.usefixtures("long")
async def test_what_this_process_writes_counts_at_once(client: httpx.AsyncClient, database: Database) -> None:
    await sign_in(client, database)
    assert str(await viewer(client)).endswith("['commerce.read']")

    def demote(work: Change) -> dict[str, Any]:
        work.session.query(RoleRow).filter_by(key="reader").one().permissions = ["zzz"]
        return {}

    await database.writer.change(SYSTEM, "roleUpdate", demote)
    assert str(await viewer(client)).endswith("['zzz']")


async def test_what_another_process_writes_counts_after_a_second(client: httpx.AsyncClient, database: Database, other: Database) -> None:
    assert remembering.SECONDS <= 1
    await sign_in(client, database)
    assert await viewer(client)
    write(other, revoked_at=PAST)
    await asyncio.sleep(1.0)
    assert await viewer(client) is None


@pytest.mark.usefixtures("long")
async def test_a_failure_is_not_remembered(client: httpx.AsyncClient, database: Database, other: Database) -> None:
    await sign_in(client, database)
    write(database, revoked_at=PAST)
    assert await viewer(client) is None
    write(other, revoked_at=None)
    assert await viewer(client) is not None


@pytest.mark.usefixtures("long")
async def test_the_end_of_a_token_is_noticed_while_it_is_remembered(client: httpx.AsyncClient, database: Database) -> None:
    await sign_in(client, database)
    write(database, expires_at=utc_now() + datetime.timedelta(seconds=1))
    assert await viewer(client) is not None
    await asyncio.sleep(1.1)
    assert await viewer(client) is None


def found(*permissions: str) -> Found:
    return Found(Caller("token:1", frozenset(permissions)), None)


def test_a_caller_stays_the_same_object_until_something_about_it_changes() -> None:
    remembered = Remembered()
    first = remembered.keep(b"a", found("x"), remembered.era)
    remembered.forget()
    assert remembered.keep(b"a", found("x"), remembered.era) is first
    assert remembered.find(b"a") is first
    assert remembered.keep(b"a", found("x", "y"), remembered.era).permissions == {"x", "y"}


def test_a_look_that_began_before_a_change_is_not_trusted_after_it() -> None:
    remembered = Remembered()
    before = remembered.era
    remembered.forget()
    remembered.keep(b"a", found(), before)
    assert remembered.find(b"a") is None


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "KEPT", 2)
    remembered = Remembered()
    for key in (b"a", b"b", b"a", b"c"):
        remembered.keep(key, found(), remembered.era)
    assert [remembered.find(key) is not None for key in (b"a", b"b", b"c")] == [True, False, True]
