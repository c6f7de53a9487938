"""Tokens and sessions on both databases: who gets in, who does not, and what is written about it."""

import datetime
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from schema.changes.models import AuditEntryRow, DataVersionRow
from schema.context import Caller
from schema.permissions import READING
from schema.rows import utc_now
from schema.staff.models import ApiTokenRow, RoleRow, SignInRow, StaffRow
from server.access import callers, remembering
from server.access.callers import COOKIE
from server.access.tokens import hash_of, prefix_of
from server.command.signing_in import new_link
from server.database import Database
from tests.server.sample import add_token, serving

JSON = {"Content-Type": "application/json"}
BODY = b'{"query":"{viewer}"}'


@pytest.fixture
async def stranger(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(database) as client:
        yield client


async def viewer(client: httpx.AsyncClient, **headers: str) -> str | None:
    """What the server takes the caller for; None when it refuses."""
    response = await client.post("/graphql", content=BODY, headers={**JSON, **headers})
    if response.status_code == 401:
        assert response.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        return None
    return str(response.json()["data"]["viewer"])


async def test_a_token_carries_its_roles_permissions(stranger: httpx.AsyncClient, database: Database) -> None:
    id_, token = add_token(database)
    assert await viewer(stranger, Authorization=f"Bearer {token}") == f"token:{id_} en {sorted(READING)[:1]}"
    assert await viewer(stranger, Authorization=f"bearer  {token} ") is not None


async def test_only_the_hash_is_stored(database: Database) -> None:
    _, token = add_token(database)
    with Session(database.engine) as session:
        row = session.scalars(select(ApiTokenRow)).one()
        assert (row.prefix, row.hash) == (prefix_of(token), hash_of(token))
        assert token.split("_")[2] not in str(row.__dict__)
    assert len(bytes.fromhex(token.split("_")[2])) * 8 == 256


PAST, FUTURE = utc_now() - datetime.timedelta(seconds=1), utc_now() + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "welcome"), [({"expires_at": PAST}, False), ({"expires_at": FUTURE}, True), ({"revoked_at": PAST}, False)])
async def test_expiry_and_revocation(stranger: httpx.AsyncClient, database: Database, values: dict[str, Any], welcome: bool) -> None:
    _, token = add_token(database, **values)
    assert (await viewer(stranger, Authorization=f"Bearer {token}") is not None) == welcome


async def test_a_token_of_a_member_who_has_left(stranger: httpx.AsyncClient, database: Database) -> None:
    _, token = add_token(database, staff_id=1)
    assert await viewer(stranger, Authorization=f"Bearer {token}") is not None
    with database.engine.begin() as connection:
        connection.execute(update(StaffRow).values(active=False))
    assert await viewer(stranger, Authorization=f"Bearer {token}") is None


@pytest.mark.parametrize(
    "header",
    [
        "", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer gx_000000000000_" + "0" * 64, "Bearer gx_{prefix}_" + "0" * 64,
        "Bearer {token}0", "Bearer {upper}", "{token}", "Token {token}", "Bearer {token}, Bearer {token}",
        "Bearer gx_' OR 1=1 --_", "Bearer " + "x" * 10_000,
    ],
)
async def test_what_is_no_token(stranger: httpx.AsyncClient, database: Database, header: str) -> None:
    _, token = add_token(database)
    assert await viewer(stranger, Authorization=header.format(token=token, prefix=prefix_of(token), upper=token.upper())) is None


async def test_a_bad_token_is_not_saved_by_a_good_cookie(stranger: httpx.AsyncClient, database: Database) -> None:
    await stranger.get(link(database))
    assert await viewer(stranger) is not None
    assert await viewer(stranger, Authorization="Bearer x") is None


def traces(database: Database) -> tuple[int, int]:
    """How many audit entries and data versions there are."""
    with Session(database.engine) as session:
        return len(session.scalars(select(AuditEntryRow.id)).all()), len(session.scalars(select(DataVersionRow.id)).all())


def last_use(database: Database, id_: int) -> datetime.datetime:
    with Session(database.engine) as session:
        noted = session.get_one(ApiTokenRow, id_).last_used_at
    assert noted is not None
    return noted


async def test_use_is_noted_once_a_minute_and_leaves_no_audit_entry(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written behind the answer, at the latest when the application stops."""
    id_, token = add_token(database)
    before, written, change = traces(database), [], database.writer.change

    async def noted(caller: Caller, action: str, perform: Any) -> dict[str, Any]:
        written.append(action)
        return await change(caller, action, perform)

    monkeypatch.setattr(database.writer, "change", noted)
    monkeypatch.setattr(remembering, "SECONDS", 0.0)
    async with serving(database) as client:
        for _ in range(3):
            assert await viewer(client, Authorization=f"Bearer {token}") is not None
        monkeypatch.setattr(callers, "USE_NOTED_EVERY", 0.0)
        assert written == ["tokenUse"]
        await viewer(client, Authorization=f"Bearer {token}")
    assert written == ["tokenUse"] * 2
    assert utc_now() - last_use(database, id_) < datetime.timedelta(minutes=1)
    assert traces(database) == before


async def test_failures_are_counted_by_address(database: Database) -> None:
    _, token = add_token(database)
    async with serving(database, limits={"failures": 3}) as client:
        for _ in range(3):
            assert await viewer(client, Authorization="Bearer x") is None
        for path in ("/graphql", "/sign-in?code=x"):
            method = "POST" if path == "/graphql" else "GET"
            response = await client.request(method, path, headers={"Authorization": f"Bearer {token}", **JSON})
            assert response.status_code == 429
            assert response.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}
            assert 0 < int(response.headers["retry-after"]) <= 60
        assert (await client.get("/healthz")).status_code == 200


# -- one-time links and sessions --
def link(database: Database, minutes: int = 15) -> str:
    return new_link(database, "http://localhost", "admin", minutes)


async def test_a_link_signs_in_once(stranger: httpx.AsyncClient, database: Database) -> None:
    address = link(database)
    response = await stranger.get(address)
    assert (response.status_code, response.headers["location"]) == (303, "/graphiql/")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"))
    assert "Secure" not in cookie
    assert str(await viewer(stranger)).startswith("staff:1 en ")
    stranger.cookies.clear()
    again = await stranger.get(address)
    assert (again.status_code, again.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert "set-cookie" not in again.headers


async def test_looking_ahead_does_not_use_a_link_up(stranger: httpx.AsyncClient, database: Database) -> None:
    address = link(database)
    assert (await stranger.head(address)).status_code == 405
    assert (await stranger.get(address)).status_code == 303


async def test_only_hashes_of_links_and_sessions_are_stored(stranger: httpx.AsyncClient, database: Database) -> None:
    address = link(database)
    await stranger.get(address)
    with Session(database.engine) as session:
        row = session.scalars(select(SignInRow)).one()
        assert row.link_hash == hash_of(address.partition("code=")[2])
        assert row.session_hash == hash_of(stranger.cookies[COOKIE])


async def test_a_link_runs_out(stranger: httpx.AsyncClient, database: Database) -> None:
    address = link(database)
    with database.engine.begin() as connection:
        connection.execute(update(SignInRow).values(link_expires_at=PAST))
    assert (await stranger.get(address)).status_code == 401


async def test_a_session_runs_out(stranger: httpx.AsyncClient, database: Database) -> None:
    await stranger.get(link(database))
    with database.engine.begin() as connection:
        connection.execute(update(SignInRow).values(session_expires_at=PAST))
    assert await viewer(stranger) is None


async def test_a_session_ends_when_its_member_leaves(stranger: httpx.AsyncClient, database: Database) -> None:
    await stranger.get(link(database))
    with database.engine.begin() as connection:
        connection.execute(update(StaffRow).values(active=False))
    assert await viewer(stranger) is None


async def test_signing_out_ends_the_session_for_good(stranger: httpx.AsyncClient, database: Database) -> None:
    await stranger.get(link(database))
    secret = stranger.cookies[COOKIE]
    assert (await stranger.post("/sign-out")).status_code == 400
    response = await stranger.post("/sign-out", headers={"X-Guanxi-Preflight": "1"})
    assert response.status_code == 204
    assert COOKIE not in stranger.cookies
    assert await viewer(stranger, Cookie=f"{COOKIE}={secret}") is None


async def test_old_links_are_swept_when_a_new_one_is_made(database: Database) -> None:
    link(database)
    with database.engine.begin() as connection:
        connection.execute(update(SignInRow).values(link_expires_at=PAST))
    link(database)
    with Session(database.engine) as session:
        assert len(session.scalars(select(SignInRow)).all()) == 1


@pytest.mark.parametrize("code", ["", "x", "0" * 64, "' OR 1=1", "%00", "王" * 1000])
async def test_what_is_no_link(stranger: httpx.AsyncClient, database: Database, code: str) -> None:
    link(database)
    response = await stranger.get("/sign-in", params={"code": code})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


# -- requests that another site's page can make the browser send, with its cookies --
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("POST", {"Content-Type": "text/plain"}),
        ("POST", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("POST", {"Content-Type": "multipart/form-data; boundary=x"}),
        ("POST", {"Content-Type": "text/plain; application/json"}),
        ("POST", {}),
    ],
)
async def test_a_cookie_alone_does_not_let_in(
    stranger: httpx.AsyncClient, database: Database, method: str, headers: dict[str, str],
) -> None:
    await stranger.get(link(database))
    content = BODY if method == "POST" else None
    response = await stranger.request(method, "/graphql?query={viewer}", content=content, headers=headers)
    assert response.status_code in (400, 415)
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "data" not in response.json()


@pytest.mark.parametrize("header", ["X-Guanxi-Preflight", "Apollo-Require-Preflight"])
async def test_a_header_that_needs_a_preflight_lets_a_query_by_get_in(stranger: httpx.AsyncClient, database: Database, header: str) -> None:
    await stranger.get(link(database))
    response = await stranger.get("/graphql?query={viewer}", headers={header: "1"})
    assert response.json()["data"]["viewer"].startswith("staff:1 ")


async def test_nobody_is_told_that_another_site_may_ask(stranger: httpx.AsyncClient) -> None:
    preflight = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for method in ("OPTIONS", "POST", "GET"):
        response = await stranger.request(method, "/graphql", headers=preflight)
        assert not [name for name in response.headers if name.startswith("access-control-")]


async def test_permissions_are_read_anew_for_each_request(stranger: httpx.AsyncClient, database: Database) -> None:
    _, token = add_token(database)
    with database.engine.begin() as connection:
        connection.execute(update(RoleRow).where(RoleRow.key == "reader").values(permissions=["zzz"]))
    assert str(await viewer(stranger, Authorization=f"Bearer {token}")).endswith("['zzz']")
