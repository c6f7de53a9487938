"""A real server on a real socket: starting, stopping, slow and hostile connections."""

import ast
import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from server import connections
from server.serving import Server, bind
from server.settings import Settings
from tests.server.processes import START_WITHIN, Serving, environment, guanxi, served


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with served(tmp_path_factory.mktemp("served")) as serving:
        yield serving


def exchange(running: Serving, sent: bytes, seconds: float = 10) -> bytes:
    """What comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=seconds) as connection:
        connection.sendall(sent)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
    return received


def test_signing_in_with_the_printed_link(running: Serving) -> None:
    with httpx.Client(base_url=running.address) as browser:
        assert browser.get(running.link).status_code == 303
        response = browser.post("/graphql", json={"query": "{__typename}"})
        assert response.json() == {"data": {"__typename": "Query"}}
        assert "server" not in response.headers
    assert httpx.get(running.link).status_code == 401


def test_a_token_from_the_command_line(running: Serving) -> None:
    made = guanxi(running.log.parent, "token", "create", "--name", "test", "--role", "reader")
    assert made.returncode == 0, made.stderr
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    response = httpx.post(f"{running.address}/graphql", json={"query": "{customers{totalCount}}"}, headers=headers)
    assert response.json() == {"data": {"customers": {"totalCount": 0}}}


def test_a_link_from_the_command_line(running: Serving) -> None:
    made = guanxi(running.log.parent, "sign-in", "--address", running.address)
    assert made.returncode == 0, made.stderr
    assert httpx.get(made.stdout.strip()).status_code == 303


def test_a_port_in_use_is_a_sentence(running: Serving) -> None:
    result = guanxi(running.log.parent, "serve", "--port", str(running.port))
    assert result.returncode == 1
    assert f"127.0.0.1:{running.port} (Address already in use)" in result.stderr
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_address_that_is_not_ours(tmp_path: Path) -> None:
    for host in ("192.0.2.1", "no such host"):
        result = guanxi(tmp_path, "serve", "--host", host)
        assert (result.returncode, "Traceback" in result.stderr) == (1, False)
        assert "Cannot listen on" in result.stderr


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"NONSENSE\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: abc\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        b"GET /\xe7\x8e\x8b HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(running: Serving, sent: bytes) -> None:
    assert exchange(running, sent).startswith(b"HTTP/1.1 400")
    assert httpx.get(f"{running.address}/healthz").status_code == 200


def send_for_ever(connection: socket.socket, line: bytes) -> None:
    for _ in range(1000):
        connection.sendall(line)
        time.sleep(0.001)


def test_a_head_without_end_is_cut(running: Serving) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        with pytest.raises(OSError):
            send_for_ever(connection, b"X-A: " + b"a" * 4000 + b"\r\n")
    assert httpx.get(f"{running.address}/healthz").status_code == 200


def test_a_large_body_is_refused_while_it_comes(running: Serving) -> None:
    made = guanxi(running.log.parent, "token", "create", "--name", "large", "--role", "reader")
    headers = {"Authorization": f"Bearer {made.stdout.strip()}", "Content-Type": "application/json"}
    with httpx.Client(base_url=running.address, headers=headers) as client:
        response = client.post("/graphql", content=b" " * 1_048_577)
        assert (response.status_code, response.headers["connection"]) == (413, "close")
        assert client.post("/graphql", json={"query": "{__typename}"}).status_code == 200


def test_the_log_has_lines_of_json_and_no_secrets(running: Serving) -> None:
    httpx.post(f"{running.address}/graphql?a=13800138000", json={"query": "{hello} # 13800138000"})
    time.sleep(0.2)
    log = running.log.read_text()
    assert '"path":"/graphql"' in log
    assert "13800138000" not in log
    assert running.link.partition("code=")[2] not in log


def test_it_stops_within_ten_seconds_even_with_open_connections(tmp_path: Path) -> None:
    with served(tmp_path) as serving:
        made = guanxi(tmp_path, "token", "create", "--name", "slow", "--role", "reader")
        idle = socket.create_connection(("127.0.0.1", serving.port))
        half_head = socket.create_connection(("127.0.0.1", serving.port))
        half_head.sendall(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\n")
        half_body = socket.create_connection(("127.0.0.1", serving.port))
        half_body.sendall(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n"
                          b"Authorization: Bearer " + made.stdout.strip().encode() + b"\r\n\r\n{")
        with httpx.Client(base_url=serving.address) as kept_alive:
            assert kept_alive.get("/healthz").status_code == 200
            serving.process.terminate()
            started = time.monotonic()
            serving.process.wait(20)
            assert time.monotonic() - started < 10
        for connection in (idle, half_head, half_body):
            connection.close()
        assert "Traceback" not in serving.log.read_text()


def test_a_second_start_keeps_the_data_and_the_tokens(tmp_path: Path) -> None:
    with served(tmp_path) as first:
        token = guanxi(tmp_path, "token", "create", "--name", "kept", "--role", "reader").stdout.strip()
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(10) == 0
    with served(tmp_path) as again:
        response = httpx.post(f"{again.address}/graphql", json={"query": "{__typename}"}, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 200


HEAVY = ["numpy", "pandas", "scipy", "sklearn", "igraph", "networkx", "matplotlib", "statsmodels", "mlxtend", "pyarrow"]


def loaded(program: str, names: list[str]) -> list[str]:
    """Which of these modules a process has loaded after running this program."""
    program = f"{program}; import sys; print([name for name in {names} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True)
    found: list[str] = ast.literal_eval(result.stdout.splitlines()[-1])
    return found


def test_the_server_loads_no_analytics_library() -> None:
    assert loaded("import numpy", ["numpy", "pandas"]) == ["numpy"]
    assert loaded("import server.app, server.serving, schema.roots, server.command.serving", HEAVY) == []


def test_the_library_of_sockets_is_loaded_for_the_first_of_them() -> None:
    assert loaded("import server.app, server.serving", ["websockets"]) == []


def test_the_garbage_collector_leaves_out_what_stays() -> None:
    program = """import gc, server.app, server.serving
server.serving.settle()
print(gc.get_freeze_count() > 50_000, len(gc.get_objects()) < 1000)"""
    result = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True)
    assert result.stdout == "True True\n"


def test_help_is_quick_for_it_loads_no_library_of_the_server() -> None:
    program = "from server.command import main; main(['--help'], standalone_mode=False)"
    assert loaded(program, ["strawberry", "graphql", "sqlalchemy", "starlette", "alembic", "pydantic", "uvicorn", *HEAVY]) == []


async def loop(_: Request) -> PlainTextResponse:
    return PlainTextResponse(type(asyncio.get_running_loop()).__module__)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A server in a thread that waits a moment only for a head."""
    monkeypatch.setattr(connections, "HEAD_WITHIN", 0.3)
    ready = threading.Event()
    listener = bind("127.0.0.1", 0)
    server = Server(Starlette(routes=[Route("/", PlainTextResponse("ok")), Route("/loop", loop)]), Settings(), ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert ready.wait(START_WITHIN)
    yield listener.getsockname()
    server.should_exit = True
    thread.join(START_WITHIN)
    assert not thread.is_alive()
    listener.close()


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\n"])
def test_who_does_not_finish_a_head_in_time_is_cut_off(impatient: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(impatient, timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in connection.recv(65_536)
        connection.sendall(sent or b"G")
        started = time.monotonic()
        while connection.recv(65_536):
            pass
        assert time.monotonic() - started < 5


def test_the_event_loop_is_the_fast_one(impatient: tuple[str, int]) -> None:
    host, port = impatient
    assert httpx.get(f"http://{host}:{port}/loop").text == "uvloop"


def test_a_head_that_comes_in_pieces_is_answered(impatient: tuple[str, int]) -> None:
    with socket.create_connection(impatient, timeout=10) as connection:
        for _ in range(3):
            for piece in (b"GET / HT", b"TP/1.1\r\nHost: local", b"host\r\n\r\n"):
                connection.sendall(piece)
                time.sleep(0.05)
            assert b"200 OK" in connection.recv(65_536)
        time.sleep(0.5)  # longer than a head may take
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2)
        assert b"200 OK" in connection.recv(65_536)
