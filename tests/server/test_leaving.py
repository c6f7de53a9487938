"""Clients that leave before their answer is ready."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import text

from server.app import create_app
from server.database import Database
from server.serving import Server, bind
from server.settings import Settings
from tests.server.processes import START_WITHIN
from tests.server.sample import CANCELLED, add_token, sample_schema

Asking = Callable[[str, str], None]


@pytest.fixture
def leaving(sqlite_database: Database) -> Iterator[Asking]:
    """Sends a query under a request id to a real server, and leaves after a moment."""
    _, token = add_token(sqlite_database, "agent")
    ready, listener = threading.Event(), bind("127.0.0.1", 0)
    settings = Settings()
    server = Server(create_app(settings, sqlite_database, sample_schema()), settings, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert ready.wait(START_WITHIN)
    host, port = listener.getsockname()

    def ask(query: str, request: str) -> None:
        body = json.dumps({"query": query}).encode()
        head = (f"POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nX-Request-Id: {request}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
        with socket.create_connection((host, port), timeout=10) as connection:
            connection.sendall(head.encode() + body)
            time.sleep(0.3)

    yield ask
    assert httpx.post(f"http://{host}:{port}/graphql", json={"query": "{hello}"}, headers={"Authorization": f"Bearer {token}"},
                      ).json() == {"data": {"hello": "Hello you"}}
    server.should_exit = True
    thread.join(START_WITHIN)
    assert not thread.is_alive()


def in_time(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def test_a_query_is_stopped(leaving: Asking, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="guanxi"):
        leaving("{slow}", "left-1")
        assert in_time(lambda: "left-1" in CANCELLED)
        assert in_time(lambda: any(getattr(one, "request", "") == "left-1" for one in caplog.records))
    [line] = [one for one in caplog.records if getattr(one, "request", "") == "left-1"]
    assert line.status == 499  # type: ignore[attr-defined]  # extra
    assert not [one for one in caplog.records if one.exc_info]


def test_a_mutation_is_finished(leaving: Asking, sqlite_database: Database) -> None:
    def added() -> bool:
        with sqlite_database.engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM products WHERE sku = 'slow'")).scalar() == 1

    leaving('mutation { add(key: "once") }', "left-2")
    assert in_time(added)
