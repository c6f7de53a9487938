"""What every answer has, whatever the route: request id, headers, host names, a log line without personal data."""

import logging
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.server.sample import SECRET, add_token, serving

PATHS = ["/healthz", "/readyz", "/graphql", "/graphiql/", "/nothing", "/sign-in", "/sign-out", "/graphiql/assets/nothing.js", "/"]


@pytest.mark.parametrize("path", PATHS)
async def test_headers_on_every_answer(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] in ("no-store", "no-cache")
    assert len(response.headers["x-request-id"]) == 32
    assert "server" not in response.headers


@pytest.mark.parametrize("brought", ["a", "A-b.c_9" * 18, "0" * 128])
async def test_a_request_brings_its_id(client: httpx.AsyncClient, brought: str) -> None:
    assert (await client.get("/healthz", headers={"X-Request-Id": brought})).headers["x-request-id"] == brought


@pytest.mark.parametrize("brought", ["", " ", "a b", "0" * 129, "a\tb", "é", "<script>", "a;b", "\x7f"])
async def test_an_unsafe_id_is_replaced(client: httpx.AsyncClient, brought: str) -> None:
    response = await client.get("/healthz", headers=[(b"X-Request-Id", brought.encode("latin-1"))])
    assert response.headers["x-request-id"] != brought
    assert len(response.headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/nothing", "GET", 404), ("/healthz", "POST", 405), ("/graphiql/assets/../app.py", "GET", 404),
        ("/graphiql/assets/%2e%2e/index.html", "GET", 404), ("/%00", "GET", 404),
    ],
)
async def test_unknown_paths_and_methods_are_error_documents(client: httpx.AsyncClient, path: str, method: str, status: int) -> None:
    response = await client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/json")
    assert response.json()["errors"][0]["extensions"]["code"] == ("NOT_FOUND" if status == 404 else "BAD_REQUEST")
    assert status != 405 or "GET" in response.headers["allow"]


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("localhost", True), ("localhost:8000", True), ("127.0.0.1:1", True), ("[::1]:8000", True), ("LOCALHOST", True),
        ("crm.example.com", True),
        ("a.shop.example.com", True), ("example.com", False), ("evil.example", False), ("localhost.evil.example", False), ("", False),
        ("shop.example.com", False), ("127.0.0.1.evil.example", False),
    ],
)
async def test_host_names(sqlite_database: Database, host: str, answered: bool) -> None:
    async with serving(sqlite_database, allowed_hosts=["crm.example.com", "*.shop.example.com"]) as client:
        response = await client.get("/graphiql/", headers={"Host": host})
        assert response.status_code == (200 if answered else 421)
        assert (await client.get("/healthz", headers={"Host": host})).status_code == 200


async def test_a_star_answers_to_every_name(sqlite_database: Database) -> None:
    async with serving(sqlite_database, allowed_hosts=["*"]) as client:
        assert (await client.get("/graphiql/", headers={"Host": "any.example"})).status_code == 200


async def test_the_log_line(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "guanxi")
    body = {"query": f'query Who($n:String!){{hello(name:$n) broken forbidden}} # {SECRET}', "variables": {"n": SECRET}}
    await client.post("/graphql?x=13800138000", json=body, headers={"X-Request-Id": "r-1"})
    line: Any = next(record for record in caplog.records if record.getMessage() == "request")
    assert (line.request, line.method, line.path, line.status) == ("r-1", "POST", "/graphql", 200)
    assert (line.operation, line.caller) == ("Who", "token:1")
    assert line.codes == ["INTERNAL_SERVER_ERROR", "FORBIDDEN"]
    assert line.ms >= 0
    for record in caplog.records:
        if record.name.startswith("httpx"):  # the client's own
            continue
        assert "王伟" not in str(record.__dict__)
        assert "13800138000" not in str(record.__dict__)


async def test_a_strangers_path_is_logged_in_safe_characters(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "guanxi")
    await client.get("/王伟\"" + "x" * 500)
    line: Any = next(record for record in caplog.records if record.getMessage() == "request")
    assert line.path.startswith("/???xxx")
    assert len(line.path) == 100


async def test_an_exception_that_nobody_caught(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr("server.access.callers.Access.caller", broken)
    async with serving(sqlite_database) as client:
        response = await client.post("/graphql", json={"query": "{hello}"})
    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": response.headers["x-request-id"]}
    assert SECRET not in response.text


async def test_readiness_follows_the_database(sqlite_database: Database) -> None:
    async with serving(sqlite_database) as client:
        assert (await client.get("/readyz")).json() == {"status": "ok"}
        with sqlite_database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
        response = await client.get("/readyz")
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
        assert (await client.get("/healthz")).status_code == 200


async def test_the_language_of_refusals(sqlite_database: Database) -> None:
    add_token(sqlite_database)
    expected = {"zh-TW": "请先登录", "en;q=0.2, zh-Hans;q=0.3": "请先登录", "de": "Sign in", "": "Sign in", "zh;q=0": "Sign in"}
    async with serving(sqlite_database) as client:
        for accepted, words in expected.items():
            response = await client.post("/graphql", json={"query": "{hello}"}, headers={"Accept-Language": accepted})
            assert response.json()["errors"][0]["message"].startswith(words)
