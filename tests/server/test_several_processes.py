"""`guanxi serve --workers N`: several processes on one port, as users run them."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from tests.databases import Postgres
from tests.server.processes import Serving, guanxi, served

WITHIN = 120.0  # seconds; the machine may be busy
PAUSE = 0.02  # seconds between two requests of a client: the processes that start need a processor too


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def processes(serving: Serving) -> set[int]:
    """Those that answer."""
    return {one.pid for one in psutil.Process(serving.process.pid).children()}


def answers(serving: Serving) -> httpx.Response:
    return httpx.get(f"{serving.address}/readyz", timeout=10)


@pytest.fixture(scope="module")
def pair(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    url = postgres.create()
    with served(tmp_path_factory.mktemp("pair"), "--workers", "2", "--migrate", "--database-url", url) as serving:
        yield serving
    postgres.drop(url)


def test_both_answer_on_one_port(pair: Serving) -> None:
    assert len(processes(pair)) == 2
    assert {answers(pair).status_code for _ in range(20)} == {200}


def test_connections_are_shared_out(pair: Serving) -> None:
    """Also those that come at once, when one process is awake and the other has to wake up first."""
    def held() -> list[int]:
        return [sum(one.status == "ESTABLISHED" for one in psutil.Process(pid).net_connections("tcp")
                    if one.laddr.port == pair.port) for pid in processes(pair)]

    before = sum(held())
    with ExitStack() as stack:
        for _ in range(32):
            stack.enter_context(socket.create_connection(("127.0.0.1", pair.port)))
        until(lambda: sum(held()) >= before + 32)
        assert min(held()) >= 12


class Load:
    """Clients that ask again and again, each on a connection that it keeps, or on a new one each time."""

    def __init__(self, serving: Serving):
        self._address = f"{serving.address}/readyz"
        self._over = threading.Event()
        self.counts: list[int] = []
        self.failures: list[str] = []
        self._threads = [threading.Thread(target=self._ask, args=(kept,)) for kept in (True, True, False)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, kept: bool) -> None:
        count = 0
        with httpx.Client(timeout=10) as client:
            while not self._over.is_set():
                try:
                    answer = client.get(self._address) if kept else httpx.get(self._address, timeout=10)
                    if answer.status_code != 200:
                        self.failures.append(f"{answer.status_code}")
                except httpx.HTTPError as error:
                    self.failures.append(repr(error))
                count += 1
                time.sleep(PAUSE)
        self.counts.append(count)


def test_no_request_is_lost_while_all_are_replaced(pair: Serving) -> None:
    before = processes(pair)
    with Load(pair) as load:
        pair.process.send_signal(signal.SIGHUP)
        until(lambda: len(processes(pair)) == 2 and not processes(pair) & before)
        time.sleep(0.3)
    assert load.failures == []
    assert min(load.counts) > 20


def test_one_that_dies_is_replaced_and_the_other_answers_meanwhile(pair: Serving) -> None:
    before = processes(pair)
    died = min(before)
    os.kill(died, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(died) or psutil.Process(died).status() == psutil.STATUS_ZOMBIE)
    assert answers(pair).status_code == 200
    until(lambda: len(processes(pair)) == 2 and died not in processes(pair))
    assert (before - {died}) < processes(pair)
    assert "a server process ended by itself" in pair.log.read_text()


def test_only_the_first_computes_analyses(pair: Serving) -> None:
    """`runs.workers` is meant for all of them: one of the two has the process that is kept ready for a run, and its imports."""
    until(lambda: sum(bool(psutil.Process(one).children()) for one in processes(pair)) == 1)


@pytest.mark.slow
def test_they_end_together(sqlite_url: str, tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "2", "--database-url", sqlite_url) as serving:
        family = processes(serving)
        serving.process.send_signal(signal.SIGTERM)
        assert serving.process.wait(WITHIN) == 0
    assert not any(psutil.pid_exists(one) for one in family)


@pytest.mark.slow
def test_none_outlives_the_one_that_looks_after_them(sqlite_url: str, tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "2", "--database-url", sqlite_url) as serving:
        family = processes(serving)
        serving.process.kill()
        serving.process.wait()
    until(lambda: not any(psutil.pid_exists(one) and psutil.Process(one).status() != psutil.STATUS_ZOMBIE for one in family))


@pytest.mark.slow
def test_those_that_answer_stay_when_new_ones_cannot_start(sqlite_url: str, tmp_path: Path) -> None:
    settings = tmp_path / "guanxi.toml"
    settings.write_text("sign_in_minutes = 5\n")
    with served(tmp_path, "--workers", "2", "--database-url", sqlite_url) as serving:
        before = processes(serving)
        settings.write_text("no_such_setting = 5\n")
        serving.process.send_signal(signal.SIGHUP)
        until(lambda: "those that do stay" in serving.log.read_text())
        assert "no_such_setting is not a setting" in serving.log.read_text()
        assert processes(serving) == before
        assert answers(serving).status_code == 200


def test_a_start_that_fails_says_why(sqlite_url: str, tmp_path: Path) -> None:
    """A plugin that ends every process that loads it, but not the one that looks after them, which loads none."""
    lines = ("import os, sys", "if '--place' in sys.argv:", "    print('no way', file=sys.stderr)", "    os._exit(3)")
    (tmp_path / "broken.py").write_text("\n".join(lines))
    ended = guanxi(tmp_path, "serve", "--workers", "2", "--port", "0", "--plugin", "broken.py", "--database-url", sqlite_url)
    assert ended.returncode == 1
    assert "no way" in ended.stderr
    assert "Not all processes came to answer" in ended.stderr


def test_passwords_are_not_on_the_command_line(pair: Serving) -> None:
    for one in processes(pair):
        assert not any("postgresql://" in part for part in psutil.Process(one).cmdline())
