"""Answers over a real connection: those written in one piece look like those that go uvicorn's way."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.databases import copied_sqlite
from tests.server.graphql.live import Live, live

BODY = json.dumps({"query": "{hello}"}).encode()
ANSWER = b'{"data":{"hello":"Hello you"}}'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Live]:
    with live(copied_sqlite(sqlite_template, tmp_path_factory.mktemp("whole"))) as found:
        yield found


def request(running: Live, *headers: str, version: str = "1.1") -> bytes:
    lines = [f"POST /graphql HTTP/{version}", f"Host: {running.host}", f"Authorization: Bearer {running.token}",
             "Content-Type: application/json", f"Content-Length: {len(BODY)}", "X-Request-Id: r-1", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + BODY


def parts(answer: bytes) -> tuple[bytes, set[bytes], bytes]:
    """Status line, headers but for the date and whether the connection is kept, body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    return status, {line for line in lines if not line.startswith((b"date:", b"connection:"))}, body


def received(connection: socket.socket) -> bytes:
    """Up to the end of a body that is as long as ANSWER."""
    found = b""
    while not found.endswith(ANSWER):
        chunk = connection.recv(65_536)
        assert chunk, found
        found += chunk
    return found


@pytest.mark.parametrize("last", [("1.1", "Connection: close"), ("1.0", "Connection: close")])
def test_both_ways_say_the_same(running: Live, last: tuple[str, str]) -> None:
    host, port = running.host.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        for _ in range(3):
            connection.sendall(request(running))
            kept = received(connection)
        connection.sendall(request(running, last[1], version=last[0]))
        closed = received(connection)
        assert connection.recv(100) == b""
    assert b"connection: close" in closed
    assert b"connection:" not in kept
    assert b"\r\ndate: " in kept
    status, headers, body = parts(kept)
    assert (status, headers, body) == parts(closed)
    assert (status, body) == (b"HTTP/1.1 200 OK", ANSWER)
    assert {b"x-request-id: r-1", b"cache-control: no-store", b"content-type: application/json; charset=utf-8"} < headers


def test_requests_that_come_together_are_answered_in_turn(running: Live) -> None:
    host, port = running.host.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request(running) * 5)
        found = b""
        while found.count(ANSWER) < 5:
            chunk = connection.recv(65_536)
            assert chunk, found
            found += chunk
    assert found.count(b"HTTP/1.1 200 OK\r\n") == 5


def test_the_newer_media_type_and_who_waits_to_be_told_to_go_on(running: Live) -> None:
    headers = {"Authorization": f"Bearer {running.token}", "Content-Type": "application/json", "Expect": "100-continue",
               "Accept": "application/graphql-response+json"}
    with httpx.Client(base_url=f"http://{running.host}", headers=headers) as client:
        for _ in range(2):
            response = client.post("/graphql", content=BODY)
            assert response.content == ANSWER
            assert response.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
            assert len(response.headers["x-request-id"]) == 32
