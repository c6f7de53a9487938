"""A real server, real workers and a plugin that makes trouble: the server lives, and every run ends."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.server.processes import Serving, served
from tests.server.runs import troubled
from tests.server.runs.client import SETTINGS, Client, workers

SECRET = "13800138000"


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with served(tmp_path_factory.mktemp("runs"), "--plugin", troubled.SOURCE, **SETTINGS) as serving:
        yield serving


@pytest.fixture(scope="module")
def client(serving: Serving) -> Client:
    return Client(serving)


def rows_of(serving: Serving, table: str) -> int:
    with closing(sqlite3.connect(serving.log.with_name("guanxi.db"))) as connection:
        count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return count


@pytest.mark.parametrize(
    ("trouble", "code", "told"),
    [
        ("raise", "PLUGIN_ERROR", "The plugin troubled failed with RuntimeError; the server's log says where."),
        ("segfault", "WORKER_DIED", "The process that computed it was ended by the signal SIGSEGV."),
        ("exit", "WORKER_DIED", "The process that computed it ended with exit code 3 before it was done."),
        ("memory", "OUT_OF_MEMORY", ("It needed more than the 384 MiB of memory that a run may use. "
                                     "Select fewer customers, or raise the setting runs.memory.")),
        ("sleep", "TIMED_OUT", ("It took longer than the 10 s that a run may take. "
                                "Select fewer customers, or raise the setting runs.seconds.")),
    ],
)
def test_trouble_ends_the_run_and_not_the_server(client: Client, serving: Serving, trouble: str, code: str, told: str) -> None:
    """Whoever waits asks ten times a second, and is answered meanwhile."""
    run = client.ended(client.start(trouble=trouble))
    assert (run["status"], run["error"]) == ("FAILED", {"code": code, "message": told})
    assert SECRET not in serving.log.read_text()
    assert client.ask("{ customers { totalCount } }") == {"customers": {"totalCount": 0}}


@pytest.mark.parametrize("table", ["customers", "graph_scores"])
def test_nobody_writes_to_the_tables_of_others(client: Client, serving: Serving, table: str) -> None:
    run = client.ended(client.start(table=table))
    told = f"The plugin troubled has no table {table}: a result holds tables of its own plugin only."
    assert (run["status"], run["error"]) == ("FAILED", {"code": "PLUGIN_ERROR", "message": told})
    assert rows_of(serving, table) == 0


def test_a_run_that_failed_cannot_be_published(client: Client) -> None:
    id_ = client.start(table="customers")
    client.ended(id_)
    publish = "mutation($id: ID!) { answer: analysisRunPublish(input: {id: $id}) { run { id } userErrors { code message path } } }"
    told = "Only a run that has succeeded can be published; this one is FAILED."
    assert client.ask(publish, id=id_)["answer"] == {
        "run": None, "userErrors": [{"code": "CONFLICT", "message": told, "path": ["input", "id"]}]}


def test_what_a_plugin_prints_is_no_message(client: Client) -> None:
    run = client.ended(client.start(trouble="print"))
    assert (run["status"], run["count"]) == ("SUCCEEDED", 0)


def test_cancelling(client: Client) -> None:
    id_ = client.start(trouble="sleep")
    assert client.counting(id_)["progress"]["fraction"] == 0.5
    client.ask("mutation($id: ID!) { jobCancel(input: {id: $id}) { userErrors { message } } }", id=id_)
    began = time.monotonic()
    assert client.ended(id_)["status"] == "CANCELLED"
    assert time.monotonic() - began < 5


def test_a_spare_worker_waits(serving: Serving, client: Client) -> None:
    client.ended(client.start())
    deadline = time.monotonic() + 10
    while len(workers(serving.process)) != 1:
        assert time.monotonic() < deadline
        time.sleep(0.1)
