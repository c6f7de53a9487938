"""Server-sent events on a real server: what they hold, when they end, who may have them."""

import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from server.graphql import presence, stream
from tests.server.graphql.live import Live, live
from tests.server.sample import CANCELLED, add_token

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def running(sqlite_url: str) -> Iterator[Live]:
    with live(sqlite_url) as found:
        yield found


@pytest.fixture
def client(running: Live) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{running.host}", headers={**EVENTS, "Authorization": f"Bearer {running.token}"}) as client:
        yield client


def ask(client: httpx.Client, query: str, **body: Any) -> list[tuple[str, Any]]:
    """The events: their kinds and what they hold."""
    response = client.post("/graphql", json={"query": query, **body})
    assert (response.status_code, response.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    return events(response.text)


def events(text: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in text.split("\n\n") if block and not block.startswith(":")]
    return [(kind.removeprefix("event: "), orjson.loads(data.removeprefix("data:") or "null")) for kind, data in blocks]


def test_a_subscription_and_its_end(client: httpx.Client) -> None:
    assert ask(client, "subscription{ticks(count:2)}") == [("next", {"data": {"ticks": "0"}}), ("next", {"data": {"ticks": "1"}}),
                                                           ("complete", None)]


def test_queries_and_mutations_are_answered_once(client: httpx.Client) -> None:
    assert ask(client, "query($n:String!){hello(name:$n)}", variables={"n": "a\nb"}) == [
        ("next", {"data": {"hello": "Hello a\nb"}}), ("complete", None)]
    assert ask(client, 'mutation{rename(name:"a")}') == [("next", {"data": {"rename": "a"}}), ("complete", None)]


@pytest.mark.parametrize(
    ("query", "code"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("subscription{nothing}", "GRAPHQL_VALIDATION_FAILED"), ("subscription{refusedStream}", "FORBIDDEN"),
     ("subscription($n:Int!){ticks(count:$n)}", "BAD_USER_INPUT"), ("{things(first:9999999){nodes{name}}}", "COST_EXCEEDED")],
)
def test_what_goes_wrong_is_an_event(client: httpx.Client, query: str, code: str) -> None:
    (kind, answer), last = ask(client, query)
    assert (kind, answer["errors"][0]["extensions"]["code"], last) == ("next", code, ("complete", None))


def test_a_source_that_breaks(client: httpx.Client) -> None:
    first, (_, broken), last = ask(client, "subscription{brokenStream}")
    assert (first, last) == (("next", {"data": {"brokenStream": 1}}), ("complete", None))
    assert broken["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


def test_what_is_refused_before_the_stream_is_json(running: Live, client: httpx.Client) -> None:
    refusals = [({"Authorization": "Bearer wrong"}, 401), ({"Content-Type": "text/plain"}, 415), ({"Host": "evil.example"}, 421)]
    for headers, status in refusals:
        response = client.post("/graphql", content=b'{"query":"{hello}"}', headers={"Content-Type": "application/json", **headers})
        assert (response.status_code, response.headers["content-type"]) == (status, "application/json; charset=utf-8")
    assert client.get("/graphql?query={hello}").status_code == 406


def test_without_events_the_refusal_tells_both_ways(client: httpx.Client) -> None:
    response = client.post("/graphql", json={"query": "subscription{ticks}"}, headers={"Accept": "application/json"})
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert "graphql-transport-ws" in error["message"]
    assert "text/event-stream" in error["message"]


def test_events_win_where_they_are_liked_better(client: httpx.Client) -> None:
    for accept, kind in (("text/event-stream, application/json", "text/event-stream"),
                         ("application/json, text/event-stream", "application/json"),
                         ("application/json;q=0.5, text/event-stream", "text/event-stream")):
        response = client.post("/graphql", json={"query": "{hello}"}, headers={"Accept": accept})
        assert response.headers["content-type"].startswith(kind)


def test_comments_keep_the_connection_alive(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "ALIVE_EVERY", 0.1)
    response = client.post("/graphql", json={"query": "subscription{ticks(count:2,every:0.4)}"})
    assert response.text.count(":\n\n") >= 2
    assert [kind for kind, _ in events(response.text)] == ["next", "next", "complete"]


def test_hanging_up_stops_the_source(client: httpx.Client) -> None:
    body = {"query": "subscription{ticks(every:60)}"}
    with client.stream("POST", "/graphql", json=body, headers={"X-Request-Id": "hung-up"}) as response:
        assert next(response.iter_text()).startswith("event: next")
    until = time.monotonic() + 10
    while "ticks hung-up" not in CANCELLED:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_rights_that_end_end_the_stream(running: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "RECHECK", 0.1)
    id_, token = add_token(running.database)
    body, headers = {"query": "subscription{ticks(every:60)}"}, {**EVENTS, "Authorization": f"Bearer {token}"}
    with httpx.stream("POST", f"http://{running.host}/graphql", json=body, headers=headers) as response:
        texts = response.iter_text()
        assert next(texts).startswith("event: next")
        running.execute(f"UPDATE api_tokens SET revoked_at = '2020-01-01T00:00:00+00:00' WHERE id = {id_}")
        (_, answer), last = events("".join(texts))
    assert (answer["errors"][0]["extensions"]["code"], last) == ("UNAUTHENTICATED", ("complete", None))


def test_streams_are_limited(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "MOST", 1)
    with client.stream("POST", "/graphql", json={"query": "subscription{ticks(every:60)}"}) as response:
        texts = response.iter_text()  # forgotten, it would hang up
        next(texts)
        refused = client.post("/graphql", json={"query": "{hello}"})
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
        assert client.post("/graphql", json={"query": "{hello}"}, headers={"Accept": "application/json"}).status_code == 200


def test_streams_and_sockets_end_when_the_server_stops(running: Live, client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with running.ready() as socket, client.stream("POST", "/graphql", json={"query": "subscription{ticks(every:60)}"}) as response:
        socket.subscribe("subscription{ticks(every:60)}")
        texts = response.iter_text()
        assert next(texts).startswith("event: next")
        assert socket.receive()["type"] == "next"
        started = time.monotonic()
        stopping = threading.Timer(0.1, setattr, (running.server, "should_exit", True))
        stopping.start()
        assert (list(texts), socket.closed()[0]) == ([], 1012)  # ended whole, but not complete: the client comes again
        assert time.monotonic() - started < 3
        stopping.join()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
