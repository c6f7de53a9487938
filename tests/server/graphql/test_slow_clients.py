"""Clients that do not read: they get fewer events, hold little memory, and are cut off in the end. Nobody else waits for them."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from websockets.client import ClientProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from server import connections, serving
from tests.server.graphql.live import PROTOCOL, Live, live

LARGE = "subscription{ticks(count:1000000,every:0,size:100000)}"


@pytest.fixture
def running(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    assert serving.PING_EVERY + serving.PONG_WITHIN <= 30
    assert connections.READ_WITHIN <= 30
    monkeypatch.setattr(connections, "READ_WITHIN", 1.0)
    monkeypatch.setattr(serving, "PING_EVERY", 0.5)
    monkeypatch.setattr(serving, "PONG_WITHIN", 0.5)
    with live(sqlite_url) as found:
        yield found


def dial(running: Live, sent: bytes) -> socket.socket:
    """A connection whose system takes in little for it."""
    host, port = running.host.split(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(10)
    connection.connect((host, int(port)))
    connection.sendall(sent)
    return connection


def as_socket(running: Live) -> bytes:
    protocol = ClientProtocol(parse_uri(f"ws://{running.host}/graphql"), subprotocols=[Subprotocol(PROTOCOL)])
    request = protocol.connect()
    request.headers["Authorization"] = f"Bearer {running.token}"
    return request.serialize()


def frames(*messages: object) -> bytes:
    """Text frames under a mask of zeros."""
    texts = [json.dumps(message).encode() for message in messages]
    return b"".join(b"\x81" + (bytes([128 + len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")) + bytes(4) + text
                    for text in texts)


def as_stream(running: Live) -> bytes:
    body = json.dumps({"query": LARGE}).encode()
    return (f"POST /graphql HTTP/1.1\r\nHost: {running.host}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {running.token}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


def received_until_cut(connection: socket.socket) -> int:
    """Bytes that had been sent, read once the server must have hung up."""
    time.sleep(4)
    count = 0
    try:
        while chunk := connection.recv(65_536):
            count += len(chunk)
    except ConnectionError:
        pass
    return count


@pytest.mark.parametrize("kind", ["socket", "stream"])
def test_who_reads_nothing_is_cut_off(running: Live, kind: str) -> None:
    with closing(dial(running, as_socket(running) if kind == "socket" else as_stream(running))) as connection:
        if kind == "socket":
            assert b"101 Switching" in connection.recv(1024)
            connection.sendall(frames({"type": "connection_init"}, {"type": "subscribe", "id": "1", "payload": {"query": LARGE}}))
        started = time.monotonic()
        headers = {"Authorization": f"Bearer {running.token}"}
        answer = httpx.post(f"http://{running.host}/graphql", json={"query": "{hello}"}, headers=headers)
        assert answer.json() == {"data": {"hello": "Hello you"}}
        assert time.monotonic() - started < 2
        assert received_until_cut(connection) < 20_000_000  # of a hundred thousand millions
    assert not running.server.server_state.tasks
