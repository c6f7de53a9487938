"""graphql-transport-ws on a raw socket: the protocol's rules, who may connect, and what ends a socket."""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server.graphql import presence, socket
from tests.server.graphql.live import Live, live
from tests.server.sample import CANCELLED, SECRET, add_token


@pytest.fixture
def running(sqlite_url: str) -> Iterator[Live]:
    with live(sqlite_url, allowed_hosts=["crm.example.com"]) as found:
        yield found


def wait_until(holds: Any) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_subscription_sends_its_events_and_completes(running: Live) -> None:
    with running.ready() as client:
        client.subscribe("subscription{ticks}")
        assert [message.get("payload") for message in client.until_end()] == [{"data": {"ticks": str(n)}} for n in range(3)] + [None]


def test_queries_and_mutations_are_answered_once(running: Live) -> None:
    with running.ready() as client:
        client.subscribe("query($n:String!){hello(name:$n)}", "q", variables={"n": "王伟"})
        assert client.until_end("q") == [{"type": "next", "id": "q", "payload": {"data": {"hello": "Hello 王伟"}}},
                                         {"type": "complete", "id": "q"}]
        client.subscribe('mutation A{rename(name:"a")} mutation B{rename(name:"b")}', "m", operationName="B")
        assert client.until_end("m")[0]["payload"] == {"data": {"rename": "b"}}
        client.subscribe("{viewer}", "q")  # an id that is finished may be used again
        assert client.until_end("q")[0]["payload"]["data"]["viewer"].startswith(f"token:{running.token_id} en")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"), ("{nothing}", "GRAPHQL_VALIDATION_FAILED"), ("subscription{nothing}", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription($n:Int!){ticks(count:$n)}", "BAD_USER_INPUT"), ("query($n:[ID!]!){byIds(ids:$n){name}}", "BAD_USER_INPUT"),
        ("{things(first:9999999){nodes{name}}}", "COST_EXCEEDED"), ('{hello(name:"\\u0000")}', "BAD_USER_INPUT"),
        ("query A{hello} query B{hello}", "BAD_REQUEST"), ("{" + "a:hello " * 40 + "}", "COST_EXCEEDED"),
    ],
)
def test_what_is_not_executed_is_an_error_of_the_operation(running: Live, query: str, code: str) -> None:
    with running.ready() as client:
        client.subscribe(query)
        [message] = client.until_end()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", code)
        client.subscribe("{hello}", "2")
        assert client.until_end("2")[0]["payload"] == {"data": {"hello": "Hello you"}}


def test_errors_of_fields_streams_and_sources(running: Live) -> None:
    with running.ready() as client:
        client.subscribe("{hello forbidden broken}")
        answer = client.until_end()[0]["payload"]
        assert answer["data"] == {"hello": "Hello you", "forbidden": None, "broken": None}
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN", "INTERNAL_SERVER_ERROR"}
        client.subscribe("subscription{brokenStream}", "2")
        first, last = client.until_end("2")
        assert first["payload"] == {"data": {"brokenStream": 1}}
        assert (last["type"], last["payload"][0]["extensions"]["code"]) == ("error", "INTERNAL_SERVER_ERROR")
        assert SECRET not in str(last)
        client.subscribe("subscription{refusedStream}", "3")
        assert client.until_end("3")[0]["payload"][0]["extensions"] == {"code": "FORBIDDEN"}


def test_an_event_has_the_deadline_of_a_request(sqlite_url: str) -> None:
    with live(sqlite_url, limits={"deadline": 0.3}) as running, running.ready() as client:
        client.subscribe("subscription{ticks(count:6,every:0.1)}")
        client.subscribe("subscription{slowEvent{answer}}", "2")
        client.subscribe("{slow}", "3")
        ends: dict[str, Any] = {}
        while len(ends) < 3:
            message = client.receive()
            if message["type"] != "next":
                ends[message["id"]] = message
        assert ends["1"]["type"] == "complete"  # a subscription may last longer
        for slow in ("2", "3"):
            assert ends[slow]["payload"][0]["extensions"] == {"code": "UNAVAILABLE"}


def test_persisted_queries(running: Live) -> None:
    query = "{hello}"
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}
    with running.ready() as client:
        client.send({"type": "subscribe", "id": "1", "payload": {"extensions": extensions}})
        assert client.until_end()[0]["payload"][0]["extensions"] == {"code": "PERSISTED_QUERY_NOT_FOUND"}
        client.subscribe(query, extensions=extensions)
        client.until_end()
        client.send({"type": "subscribe", "id": "1", "payload": {"extensions": extensions}})
        assert client.until_end()[0]["payload"] == {"data": {"hello": "Hello you"}}


INVALID: list[Any] = [
    "", "{", "[]", "null", "123", '"a"', "{}", '{"type":1}', '{"type":"nothing"}', '{"type":"next","id":"1"}', '{"type":"connection_ack"}',
    '{"type":"subscribe"}', '{"type":"subscribe","id":""}', '{"type":"subscribe","id":1,"payload":{"query":"{hello}"}}',
    '{"type":"subscribe","id":"1"}', '{"type":"subscribe","id":"1","payload":[]}', '{"type":"subscribe","id":"1","payload":{}}',
    '{"type":"subscribe","id":"1","payload":{"query":1}}', '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":[]}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{hello}","operationName":{}}}', '{"type":"complete"}', '{"type":"ping","payload":1}',
    '{"type":"subscribe","id":"' + "x" * 300 + '","payload":{"query":"{hello}"}}', "[" * 5000,
    '{"type":"ping","payload":' + '{"a":' * 60 + "1" + "}" * 61,
    b"\x00\x01", b'{"type":"ping"}',
]


@pytest.mark.parametrize("sent", INVALID)
def test_what_is_no_message_closes_the_socket(running: Live, sent: str | bytes, caplog: pytest.LogCaptureFixture) -> None:
    with running.ready() as client:
        client.connection.send(sent)
        assert client.closed()[0] == 4400
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_what_is_no_text_closes_the_socket(running: Live, caplog: pytest.LogCaptureFixture) -> None:
    with running.ready() as client:
        client.connection.send(b"\xff\xfe", text=True)
        assert client.closed()[0] == 1007
    with running.ready() as client:
        client.connection.send('{"type":"ping","payload":{"a":"' + "x" * 262_144 + '"}}')
        assert client.closed()[0] == 1009
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_the_rules_of_the_protocol(running: Live) -> None:
    with running.ready() as client:
        client.send({"type": "connection_init"})
        assert client.closed() == (4429, "Too many initialisation requests")
    with running.socket(token=running.token) as client:
        client.subscribe("{hello}")
        assert client.closed() == (4401, "Unauthorized")
    with running.ready() as client:
        client.subscribe("subscription{ticks(every:60)}", "same")
        client.subscribe("{hello}", "same")
        assert client.closed() == (4409, "Subscriber for same already exists")
    with running.socket(token=running.token) as client:
        client.send({"type": "ping", "payload": {"a": 1}})
        assert client.receive() == {"type": "pong", "payload": {"a": 1}}
        client.send({"type": "pong"})
        client.send({"type": "complete", "id": "unknown"})
        client.send({"type": "ping"})
        assert client.receive() == {"type": "pong"}


def test_other_subprotocols_are_refused(running: Live) -> None:
    for protocol in ("graphql-ws", "chat"):
        with running.socket(token=running.token, protocol=protocol) as client:
            assert client.closed() == (4406, "Subprotocol not acceptable")


def test_who_does_not_begin_in_time_is_sent_away(running: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "INIT_WITHIN", 0.2)
    with running.socket(token=running.token) as client:
        assert client.closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize("key", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_token_in_the_first_message(running: Live, key: str) -> None:
    with running.socket() as client:
        client.send({"type": "connection_init", "payload": {key: f"Bearer {running.token}", "Accept-Language": "zh"}})
        assert client.receive() == {"type": "connection_ack"}
        client.subscribe("{viewer forbidden}")
        answer = client.until_end()[0]["payload"]
        assert answer["data"]["viewer"].startswith(f"token:{running.token_id} zh")
        assert answer["errors"][0]["message"] == "需要权限 pii.read。"


def test_wrong_credentials_and_none(running: Live) -> None:
    for given, closing in ((None, (4401, "Unauthorized")), ({"Authorization": "Bearer wrong"}, (4403, "Forbidden")),
                           ({"Authorization": f"Bearer {running.token}x"}, (4403, "Forbidden"))):
        with running.socket() as client:
            client.send({"type": "connection_init", "payload": given})
            assert client.closed() == closing
    with running.socket(headers={"Cookie": "guanxi_session=wrong"}) as client:
        client.send({"type": "connection_init"})
        assert client.closed() == (4403, "Forbidden")


def test_failed_attempts_are_counted(sqlite_url: str) -> None:
    with live(sqlite_url, limits={"failures": 2}) as running:
        for code in (4403, 4403, 4429):
            with running.socket() as client:
                client.send({"type": "connection_init", "payload": {"Authorization": "Bearer wrong"}})
                assert client.closed()[0] == code


def test_where_the_schema_is_open_strangers_may_read_it_and_no_more(sqlite_url: str) -> None:
    with live(sqlite_url, introspection="everyone") as running, running.socket() as client:
        client.send({"type": "connection_init"})
        assert client.receive() == {"type": "connection_ack"}
        client.subscribe("{__schema{queryType{name}}}")
        assert client.until_end()[0]["payload"]["data"] == {"__schema": {"queryType": {"name": "Query"}}}
        client.subscribe("subscription{ticks}", "2")
        assert client.until_end("2")[0]["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://crm.example.com", None), ("https://crm.example.com:444", None), ("https://evil.example", 403), ("null", 403),
        ("http://localhost:1", 403), ("http://127.0.0.1", 403), ("http://[", 403), ("http://crm.example.com.evil.example", 403),
    ],
)
def test_origins(running: Live, origin: str, status: int | None) -> None:
    if status is None:
        with running.socket(origin=origin):
            return
    with pytest.raises(InvalidStatus) as refused, running.socket(origin=origin):
        pass
    assert refused.value.response.status_code == status
    assert b'"FORBIDDEN"' in (refused.value.response.body or b"")


def test_the_own_page_and_host_names(running: Live) -> None:
    with running.socket(origin=f"http://{running.host}"):
        pass
    with pytest.raises(InvalidStatus) as refused, running.socket(name="evil.example"):
        pass
    assert refused.value.response.status_code == 421


def test_rights_that_end_close_the_socket(running: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "RECHECK", 0.1)
    assert 2 * (25.0 + presence.LOOK_WITHIN) <= 60
    for taken_back in ("revoked_at = '2020-01-01T00:00:00+00:00'", "expires_at = '2020-01-01T00:00:00+00:00'"):
        id_, token = add_token(running.database)
        with running.socket(token=token) as client:
            client.send({"type": "connection_init"})
            client.subscribe("subscription{ticks(every:60)}")
            assert [client.receive()["type"] for _ in range(2)] == ["connection_ack", "next"]
            running.execute(f"UPDATE api_tokens SET {taken_back} WHERE id = {id_}")
            assert client.closed() == (4403, "Forbidden")


def test_each_event_sees_the_permissions_and_the_data_of_its_moment(running: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "RECHECK", 0.1)
    with running.ready() as client:
        client.subscribe("subscription{callers{permissions tokens}}")
        before = client.receive()["payload"]["data"]["callers"]
        assert before["permissions"] > 0
        add_token(running.database)
        running.execute("UPDATE roles SET permissions = '[]'")
        after, until = before, time.monotonic() + 10
        while after != {"permissions": 0, "tokens": before["tokens"] + 1}:
            after = client.receive()["payload"]["data"]["callers"]
            assert time.monotonic() < until


def test_complete_and_hanging_up_stop_what_runs(running: Live) -> None:
    with running.socket(token=running.token, headers={"X-Request-Id": "stopped"}) as client:
        client.send({"type": "connection_init"})
        client.subscribe("subscription{ticks(every:60)}")
        assert [client.receive()["type"] for _ in range(2)] == ["connection_ack", "next"]
        client.send({"type": "complete", "id": "1"})
        wait_until(lambda: CANCELLED.count("ticks stopped") == 1)
        client.subscribe("subscription{ticks(every:60)}")
        assert client.receive()["payload"]["data"] == {"ticks": "0"}
    wait_until(lambda: CANCELLED.count("ticks stopped") == 2)


def test_sockets_and_operations_are_limited(running: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "MOST", 2)
    monkeypatch.setattr(socket, "OPERATIONS", 3)
    with running.ready() as first:
        with running.ready(), running.socket(token=running.token) as third:
            third.send({"type": "connection_init"})
            assert third.closed()[0] == 4429
        wait_until(lambda: opens(running))
        for number in range(4):
            first.subscribe("subscription{ticks(every:60)}", str(number))
        messages = [first.receive() for _ in range(4)]
        [error] = [message for message in messages if message["type"] == "error"]
        assert (error["id"], error["payload"][0]["extensions"]["code"]) == ("3", "RATE_LIMITED")


def opens(running: Live) -> bool:
    """A place is given back a moment after its socket was closed."""
    with running.socket(token=running.token) as client:
        client.send({"type": "connection_init"})
        with suppress(ConnectionClosed):
            return client.receive() == {"type": "connection_ack"}
    return False


def test_the_log_tells_of_sockets_and_operations_without_values(running: Live, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "guanxi")
    with running.socket(token=running.token, headers={"X-Request-Id": "s-1"}) as client:
        client.send({"type": "connection_init"})
        client.subscribe("query Who($n:String!){hello(name:$n) broken forbidden}", variables={"n": SECRET})
        client.until_end()
    wait_until(lambda: any(record.getMessage() == "socket closed" for record in caplog.records))
    lines: dict[str, Any] = {record.getMessage(): record for record in caplog.records if record.name == "guanxi"}
    assert (lines["socket opened"].path, lines["socket opened"].status) == ("/graphql", 101)
    assert (lines["operation"].operation, lines["operation"].caller) == ("Who", f"token:{running.token_id}")
    assert lines["operation"].codes == ["INTERNAL_SERVER_ERROR", "FORBIDDEN"]
    assert (lines["socket closed"].request, lines["socket closed"].status) == ("s-1", 1000)
    assert lines["socket closed"].caller == f"token:{running.token_id}"
    for record in caplog.records:
        assert record.name != "guanxi" or "王伟" not in str(record.__dict__)
