"""Whatever is sent, the answer is a GraphQL error document with a 4xx status, a code and no traceback."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from server.database import Database
from tests.server.sample import add_token, serving

JSON = {"Content-Type": "application/json"}
RESPONSE = "application/graphql-response+json"


def code_of(response: httpx.Response) -> str:
    """Checks that it is an error document on the way."""
    body = response.json()
    assert set(body) == {"errors"}
    [error] = body["errors"]
    assert error["message"]
    assert response.headers["content-type"] in ("application/json; charset=utf-8", f"{RESPONSE}; charset=utf-8")
    return str(error["extensions"]["code"])


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b"123", b"null", b"true", b'"{hello}"', b"[]", b'[{"query":"{hello}"}]', b"{}", b'{"query":null}', b'{"query":""}',
        b'{"query":1}', b'{"query":["{hello}"]}', b'{"query":{}}', b'{"query":"{hello}","variables":[]}',
        b'{"query":"{hello}","variables":"{}"}',
        b'{"query":"{hello}","variables":1}', b'{"query":"{hello}","operationName":1}', b'{"query":"{hello}","operationName":{}}',
        b'{"query":"{hello}","extensions":[]}', b'{"query":"{hello}","extensions":"x"}', b'{"query":"{hello}"', b'{"query":"{hello}"}}',
        b'{"query":"{hello}","variables":{"a":NaN}}', b'{"query":"{hello}","variables":{"a":Infinity}}', b"{'query':'{hello}'}",
        b'{"query":"\xff\xfe"}', b'\xef\xbb\xbf{"query":"{hello}"}', '{"query":"{hello}"}'.encode("utf-16"), b"\x00", b"\x1f\x8b\x08\x00",
        b'{"query":"\\ud800"}', b"[" * 100_000, b'{"query":"{hello}","variables":' + b'{"a":' * 60 + b"1" + b"}" * 61,
        b'{"query":"{hello}","variables":' + b"[" * 1500 + b"]" * 1500 + b"}", b'{"variables":{}}', b"query={hello}",
        b'{"query":"{hello}","variables":{"name":"a\\u0000b"}}', b'{"extensions":{"persistedQuery":1}}',
        b'{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"a"}}}',
        b'{"extensions":{"persistedQuery":{"version":1,"sha256Hash":1}}}',
        b'{"query":"{hello}","operationName":"Other"}', b'{"query":"query A{hello} query B{hello}"}',
        b'{"query":"fragment F on Query{hello}"}',
        b'{"query":"subscription{hello}"}', b'{"query":"type A{b:Int}"}', b'{"query":"{hello(name:\\"\\\\u0000\\")}"}',
        b'{"query":"query($n:Int!){hello(times:$n)}","variables":{"n":99999999999999999999}}',
        b'{"query":"query($n:Int!){hello(times:$n)}","variables":{"n":"1"}}', b'{"query":"query($n:Int!){hello(times:$n)}"}',
    ],
)
async def test_malformed_bodies(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/graphql", content=body, headers={**JSON, "Accept": RESPONSE})
    assert 400 <= response.status_code < 500
    assert code_of(response) in ("BAD_REQUEST", "BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize(
    "parameters",
    [
        "", "query=", "query=%ff", "query={", "query={hello}&variables={", "query={hello}&variables=[]", "query={hello}&variables=1",
        "query={hello}&extensions=[]", "query={hello}&operationName=X", "query=mutation{rename(name:\"x\")}", "variables={}",
        "query={hello}&variables=" + "[" * 2000, "extensions={}", "query=%00", "query={hello}%00",
    ],
)
async def test_malformed_addresses(client: httpx.AsyncClient, parameters: str) -> None:
    response = await client.get(f"/graphql?{parameters}", headers={"Accept": RESPONSE})
    assert 400 <= response.status_code < 500
    code_of(response)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Type": "application/jsonx"}, 415),
        ({"Content-Type": "application/json; charset=gbk"}, 415),
        ({**JSON, "Content-Encoding": "gzip"}, 415),
        ({**JSON, "Content-Encoding": "br"}, 415),
        ({**JSON, "Accept": "text/html"}, 406),
        ({**JSON, "Accept": "application/json;q=0"}, 406),
        ({**JSON, "Accept": "application/json; charset=gbk"}, 406),
        ({"Content-Type": "Application/JSON; Charset=\"UTF-8\""}, 200),
        ({**JSON, "Content-Encoding": "identity"}, 200),
        ({**JSON, "Accept": "text/html, application/json;q=0.1"}, 200),
    ],
)
async def test_what_the_headers_say(client: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    response = await client.post("/graphql", content=b'{"query":"{hello}"}', headers=headers)
    assert response.status_code == status
    assert status == 200 or code_of(response) == "BAD_REQUEST"


async def test_a_compressed_body_is_not_unpacked(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", content=gzip.compress(b'{"query":"{hello}"}'), headers={**JSON, "Content-Encoding": "gzip"})
    assert response.status_code == 415


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, application/json;q=0.9", RESPONSE),
        (f"{RESPONSE};q=0.5, application/json", "application/json"),
        (f"application/json;q=0.5, {RESPONSE}", RESPONSE),
        (f"text/html, {RESPONSE};charset=utf-8", RESPONSE),
        (f"{RESPONSE};q=banana, application/json", "application/json"),
    ],
)
async def test_the_media_type_is_the_one_liked_best(client: httpx.AsyncClient, accept: str | None, answered: str) -> None:
    client.headers.pop("Accept", None)
    response = await client.post("/graphql", json={"query": "{hello}"}, headers={"Accept": accept} if accept else {})
    assert response.json() == {"data": {"hello": "Hello you"}}
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED"),
        ("{nothing}", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query($n:Int!){hello(times:$n)}", {"n": "x"}, "BAD_USER_INPUT"),
        ("{things(first:1000){nodes{things(first:1000){nodes{name}}}}}", {}, "COST_EXCEEDED"),
    ],
)
async def test_an_operation_at_fault_is_400_or_in_the_older_media_type_200(
    client: httpx.AsyncClient, query: str, variables: dict[str, Any], code: str,
) -> None:
    for accept, status in ((RESPONSE, 400), ("application/json", 200)):
        response = await client.post("/graphql", json={"query": query, "variables": variables}, headers={"Accept": accept})
        assert (response.status_code, code_of(response)) == (status, code)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"])
async def test_other_methods(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


async def test_a_mutation_goes_by_post_only(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": 'mutation{rename(name:"x")}'})
    assert (response.status_code, response.headers["allow"], code_of(response)) == (405, "POST", "BAD_REQUEST")
    response = await client.post("/graphql", json={"query": 'mutation{rename(name:"x")}'})
    assert response.json() == {"data": {"rename": "x"}}


async def test_a_query_by_get(client: httpx.AsyncClient) -> None:
    parameters = {"query": "query A($n:String!){hello(name:$n)} query B{hello}", "variables": '{"n":"王伟"}', "operationName": "A"}
    response = await client.get("/graphql", params=parameters)
    assert response.json() == {"data": {"hello": "Hello 王伟"}}


@pytest.fixture
async def narrow(sqlite_database: Database) -> AsyncIterator[httpx.AsyncClient]:
    _, token = add_token(sqlite_database)
    async with serving(sqlite_database, limits={"body": 2000, "deadline": 0.3}) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def test_a_body_is_cut_while_it_is_read(narrow: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10_000_000:
            sent += 1000
            yield b" " * 1000

    response = await narrow.post("/graphql", content=endless(), headers=JSON)
    assert (response.status_code, code_of(response)) == (413, "BAD_REQUEST")
    assert sent <= 4000


async def test_an_announced_length_is_believed_at_once(narrow: httpx.AsyncClient) -> None:
    response = await narrow.post("/graphql", content=b"x" * 2001, headers=JSON)
    assert response.status_code == 413


async def test_a_body_that_does_not_come(narrow: httpx.AsyncClient) -> None:
    async def hesitant() -> AsyncIterator[bytes]:
        yield b'{"query":'
        await asyncio.sleep(30)

    response = await narrow.post("/graphql", content=hesitant(), headers=JSON)
    assert (response.status_code, code_of(response)) == (408, "BAD_REQUEST")
