"""Executing: errors with their codes, persisted queries, the deadline, what may be asked by whom."""

import hashlib
import time
from typing import Any

import httpx
import pytest

from schema.errors import RequestError
from server.database import Database
from server.graphql import persisted
from tests.server.sample import CANCELLED, SECRET, add_token, serving

PREFLIGHT = {"X-Guanxi-Preflight": "1"}


async def ask(client: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None, **variables: Any) -> dict[str, Any]:
    response = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    answer: dict[str, Any] = response.json()
    return answer


async def test_an_unexpected_exception_is_masked_and_logged_without_its_message(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture,
) -> None:
    answer = await ask(client, "query Q{hello broken}", {"X-Request-Id": "abc-1"})
    [error] = answer["errors"]
    assert answer["data"] == {"hello": "Hello you", "broken": None}
    assert error["path"] == ["broken"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "abc-1"}
    assert "abc-1" in error["message"]
    [line] = [record for record in caplog.records if record.getMessage() == "unexpected error"]
    assert (line.request, line.operation, line.error["type"]) == ("abc-1", "Q", "builtins.ValueError")  # type: ignore[attr-defined]  # extra
    assert any("sample.py" in frame for frame in line.error["frames"])  # type: ignore[attr-defined]  # extra
    assert SECRET not in str(answer)
    assert SECRET not in str(line.__dict__)


async def test_a_required_field_that_breaks_nulls_the_answer(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "{hello brokenRequired}")
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


@pytest.mark.parametrize(("language", "words"), [("en", "This needs the permission pii.read."), ("zh-CN,en;q=0.5", "需要权限 pii.read。")])
async def test_a_refusal_in_the_callers_language(client: httpx.AsyncClient, language: str, words: str) -> None:
    answer = await ask(client, "{forbidden}", {"Accept-Language": language})
    assert answer["data"] == {"forbidden": None}
    assert answer["errors"][0]["message"] == words
    assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


async def test_an_argument_that_does_not_fit_is_the_callers_fault(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "query($n:Int){hello(times:$n)}", n=None)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_variables_that_do_not_fit_leave_no_data(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "query($ids:[ID!]!){byIds(ids:$ids){name}}", ids=[None])
    assert set(answer) == {"errors"}
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_a_long_message_is_cut(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "{" + "a" * 5000 + "}")
    assert len(answer["errors"][0]["message"]) < 510


async def test_the_cost_is_told_on_request(client: httpx.AsyncClient) -> None:
    query = "query($n:Int){things(first:$n){nodes{name}}}"
    assert (await ask(client, query, {"X-Guanxi-Cost": "1"}, n=3))["extensions"] == {"cost": {"requested": 5, "limit": 10_000}}
    assert "extensions" not in await ask(client, query, n=3)


async def test_too_dear_is_told_with_limit_and_value(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "query($n:Int){things(first:$n){nodes{name}}}", n=9_999)
    assert answer["errors"][0]["extensions"] == {"code": "COST_EXCEEDED", "limit": "cost", "value": 10_001, "maximum": 10_000}


async def test_the_context_tells_who_asks(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "{viewer}", {"Accept-Language": "fr, zh;q=0.8, en;q=0.4"})
    assert answer["data"]["viewer"] == "token:1 zh ['commerce.read']"


@pytest.mark.parametrize("query", ["query One{slow}", "query Two{hello a:slow b:slow}"])
async def test_the_deadline_stops_the_work(sqlite_database: Database, query: str) -> None:
    _, token = add_token(sqlite_database)
    async with serving(sqlite_database, limits={"deadline": 0.2}) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        started = time.perf_counter()
        response = await client.post("/graphql", json={"query": query}, headers={"X-Request-Id": query[6:9]})
        assert time.perf_counter() - started < 2
        assert response.status_code == 503
        [error] = response.json()["errors"]
        assert error["extensions"] == {"code": "UNAVAILABLE"}
        assert "0.2 s" in error["message"]
        assert CANCELLED.count(response.headers["x-request-id"]) == query.count("slow")


async def test_a_change_that_is_being_written_at_the_deadline_is_finished(sqlite_database: Database) -> None:
    _, token = add_token(sqlite_database)
    async with serving(sqlite_database, limits={"deadline": 0.2}) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        response = await client.post("/graphql", json={"query": 'mutation{add(key:"k")}'})
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
        until = time.monotonic() + 10
        while "data" not in (again := (await client.post("/graphql", json={"query": 'mutation{add(key:"k")}'})).json()):
            assert time.monotonic() < until, again
        assert again == {"data": {"add": 1}}
        async with sqlite_database.reader() as reader:
            assert await reader.fetch("SELECT count(*) FROM products", ()) == [(1,)]


async def test_a_database_that_is_gone(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_: object) -> None:
        raise RequestError("UNAVAILABLE", "unavailable")

    _, token = add_token(sqlite_database)
    async with serving(sqlite_database) as client:
        monkeypatch.setattr("server.database.readers.PooledReader.fetch", lost)
        response = await client.post("/graphql", json={"query": "{hello}"}, headers={"Authorization": f"Bearer {token}"})
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200


# -- automatic persisted queries --
def hashed(text: str, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}}, **more}


async def test_a_persisted_query_by_post_and_by_get(client: httpx.AsyncClient) -> None:
    query = "query($n:String!){hello(name:$n)}"
    body = hashed(query, variables={"n": "a"})
    unknown = await client.post("/graphql", json=body)
    assert unknown.json()["errors"][0] == {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
    assert unknown.status_code == 200
    known = await client.post("/graphql", json={**body, "query": query})
    assert known.json() == {"data": {"hello": "Hello a"}}
    assert (await client.post("/graphql", json=body)).json() == known.json()
    digest = body["extensions"]["persistedQuery"]["sha256Hash"]
    parameters = {"extensions": f'{{"persistedQuery":{{"version":1,"sha256Hash":"{digest.upper()}"}}}}', "variables": '{"n":"b"}'}
    assert (await client.get("/graphql", params=parameters)).json() == {"data": {"hello": "Hello b"}}


async def test_an_unknown_hash_is_400_in_the_newer_media_type(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json=hashed("{hello}"), headers={"Accept": "application/graphql-response+json"})
    assert response.status_code == 400


async def test_a_hash_must_be_the_querys(client: httpx.AsyncClient) -> None:
    poisoned = await client.post("/graphql", json=hashed("{hello}", query="{viewer}"))
    assert (poisoned.status_code, poisoned.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")
    assert "errors" in (await client.post("/graphql", json=hashed("{hello}"))).json()


async def test_only_what_is_valid_is_kept(client: httpx.AsyncClient) -> None:
    for query in ("{nothing}", "{", "{things(first:99999){nodes{name}}}"):
        await client.post("/graphql", json=hashed(query, query=query))
        again = await client.post("/graphql", json=hashed(query))
        assert again.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


async def test_the_oldest_persisted_queries_are_dropped(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persisted, "KEPT", 2)
    for name in "abc":
        await client.post("/graphql", json=hashed(f"{{{name}:hello}}", query=f"{{{name}:hello}}"))
    answers = [(await client.post("/graphql", json=hashed(f"{{{name}:hello}}"))).json() for name in "abc"]
    assert ["data" in answer for answer in answers] == [False, True, True]


# -- who may ask --
INTROSPECTION = "{__schema{queryType{name}} __typename}"


async def test_without_credentials_nothing_is_told(sqlite_database: Database) -> None:
    async with serving(sqlite_database) as client:
        for query in (INTROSPECTION, "{hello}", "{", "{nothing}"):
            response = await client.post("/graphql", json={"query": query})
            assert response.status_code == 401
            assert response.headers["www-authenticate"] == "Bearer"
            assert response.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_an_open_schema_is_open_for_reading_only_and_gives_no_hints(sqlite_database: Database) -> None:
    async with serving(sqlite_database, introspection="everyone") as client:
        assert (await ask(client, INTROSPECTION))["data"]["__schema"] == {"queryType": {"name": "Query"}}
        for query in ("{hello}", "{__typename hello}", "{...R} fragment R on Query{hello}", 'mutation{rename(name:"x")}'):
            assert (await ask(client, query))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert "Did you mean" not in str(await ask(client, "{helo}"))


async def test_a_closed_schema(sqlite_database: Database) -> None:
    _, token = add_token(sqlite_database)
    async with serving(sqlite_database, introspection="nobody") as client:
        client.headers["Authorization"] = f"Bearer {token}"
        assert (await ask(client, INTROSPECTION))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert (await ask(client, "{hello __typename}"))["data"]["hello"] == "Hello you"


async def test_two_applications_in_one_process_do_not_know_each_other(sqlite_database: Database) -> None:
    _, token = add_token(sqlite_database)
    headers = {"Authorization": f"Bearer {token}"}
    async with serving(sqlite_database) as one, serving(sqlite_database, limits={"depth": 1}) as other:
        await one.post("/graphql", json=hashed("{thing{name}}", query="{thing{name}}"), headers=headers)
        assert (await ask(one, "{thing{name}}", headers))["data"] == {"thing": {"name": "thing"}}
        assert (await ask(other, "{thing{name}}", headers))["errors"][0]["extensions"]["limit"] == "depth"
        unknown = await other.post("/graphql", json=hashed("{thing{name}}"), headers=headers)
        assert unknown.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
