"""Servers that are killed or stopped in the middle of a run, and what the run says when one is there again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.server import processes
from tests.server.processes import Serving, guanxi, served
from tests.server.runs import troubled
from tests.server.runs.client import SETTINGS, Client, workers

PLUGIN = ("--plugin", troubled.SOURCE)
STANDING = "query($id: ID!) { job(id: $id) { __typename status progress { stage } error { code message } } }"
CANCEL = "mutation($id: ID!) { answer: jobCancel(input: {id: $id}) { job { status } userErrors { message } } }"
RERUN = """mutation($id: ID!) { answer: analysisRunRerun(input: {id: $id, onFreshData: true}) {
  run { id } userErrors { code message path } } }"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], autouse=True)
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command is about a database of the test's own."""
    url = request.getfixturevalue(f"{request.param}_url")
    monkeypatch.setattr(processes, "environment", with_settings(SETTINGS | {"GUANXI_DATABASE_URL": url}))


def with_settings(settings: dict[str, str]) -> Callable[..., dict[str, str]]:
    environment = processes.environment
    return lambda **more: environment(**settings, **more)


def kill(serving: Serving) -> None:
    """As kill -9 does. What worked for the server ends with it."""
    orphans = workers(serving.process)
    serving.process.kill()
    serving.process.wait()
    assert psutil.wait_procs(orphans, timeout=5)[1] == []


def begun_and_killed(folder: Path, **parameters: Any) -> tuple[str, str]:
    """The run's id, and a token for the next server on the same data."""
    with served(folder, *PLUGIN) as first:
        client = Client(first)
        id_ = client.start(**parameters)
        client.counting(id_)
        kill(first)
    return id_, client.token


def test_a_run_survives_the_sudden_death_of_its_server(tmp_path: Path) -> None:
    id_, token = begun_and_killed(tmp_path, seconds=1)
    with served(tmp_path, *PLUGIN) as second:
        run = Client(second, token=token).ended(id_)
    assert (run["status"], run["count"], run["error"]) == ("SUCCEEDED", 0, None)


@pytest.mark.slow  # three servers
def test_a_run_that_two_servers_died_of_has_failed(tmp_path: Path) -> None:
    id_, token = begun_and_killed(tmp_path, trouble="sleep")
    with served(tmp_path, *PLUGIN) as second:
        client = Client(second, token=token)
        client.until(id_, lambda run: run["progress"] is None)  # the second attempt begins anew
        client.counting(id_)
        kill(second)
    with served(tmp_path, *PLUGIN) as third:
        run = Client(third, token=token).ended(id_)
    told = "The server stopped while it was computed, 2 times."
    assert (run["status"], run["error"]) == ("FAILED", {"code": "INTERRUPTED", "message": told})


def test_a_run_whose_plugin_has_gone_meanwhile_waits_and_can_be_cancelled(tmp_path: Path) -> None:
    id_, token = begun_and_killed(tmp_path, trouble="sleep")
    with served(tmp_path) as second:
        client = Client(second, STANDING, token)
        run = client.until(id_, lambda run: run["status"] != "RUNNING")
        assert run == {"__typename": "UnavailableRun", "status": "QUEUED", "progress": None, "error": None}
        told = "The analysis “trouble” is not here now: the plugin that brings it is gone or does not serve."
        assert client.ask(RERUN, id=id_)["answer"] == {
            "run": None, "userErrors": [{"code": "CONFLICT", "message": told, "path": ["input", "id"]}]}
        assert client.ask(CANCEL, id=id_)["answer"] == {"job": {"status": "CANCELLED"}, "userErrors": []}


def test_a_server_that_is_asked_to_stop_hands_its_run_to_the_next(tmp_path: Path) -> None:
    with served(tmp_path, *PLUGIN) as first:
        client = Client(first)
        id_ = client.start(seconds=1)
        client.counting(id_)
        orphans = workers(first.process)
        first.process.terminate()
        assert first.process.wait(10) in (0, -15)
    assert psutil.wait_procs(orphans, timeout=1)[1] == []
    assert guanxi(tmp_path, "runs").stdout.split()[:3] == [id_, "trouble", "QUEUED"]
    with served(tmp_path, *PLUGIN) as second:
        run = Client(second, token=client.token).ended(id_)
    assert (run["status"], run["error"]) == ("SUCCEEDED", None)
