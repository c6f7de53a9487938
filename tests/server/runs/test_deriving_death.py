"""A server that is killed in the middle of a derivation: the next one does it, and nobody sees half of it."""

import datetime
from pathlib import Path

import pytest

from schema.changes.change import change
from schema.context import SYSTEM
from server.database import open_database
from tests.schema.relationships.purchases import Line, store
from tests.server import processes
from tests.server.processes import served
from tests.server.runs.client import SETTINGS, Client
from tests.server.runs.test_sudden_death import with_settings

START = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
CROWD, FRIENDS = 1_450, 10  # two products that all bought: more meetings than a request may go through; and what ten of them share besides
DERIVE = """mutation { relationshipsDerive(input: {source: SHARED_TRANSACTIONS, window: {}, kind: "co_purchase", minimumEvidence: 4}) {
  job { id status } userErrors { message } } }"""
JOB = """query($id: ID!) { job(id: $id) { status progress { stage } error { code } ... on DeriveJob { created } }
  relationships { totalCount } }"""


def fill(url: str) -> None:
    lines = [Line(f"a{customer}", customer, product, 1, START) for customer in range(1, CROWD + 1) for product in (1, 2)]
    lines += [Line(f"b{customer}", customer, product, 1, START) for customer in range(1, FRIENDS + 1) for product in (3, 4)]
    database = open_database(url)
    change(database.engine, SYSTEM, "store", store(lines))
    database.engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def test_a_derivation_survives_the_sudden_death_of_its_server(
        request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    fill(url)
    settings = SETTINGS | {"GUANXI_DATABASE_URL": url, "GUANXI_RUNS__SECONDS": "600", "GUANXI_RUNS__SPARE": "false"}
    monkeypatch.setattr(processes, "environment", with_settings(settings))
    with served(tmp_path) as first:
        client = Client(first, JOB)
        job = client.ask(DERIVE)["relationshipsDerive"]["job"]
        assert job["status"] == "QUEUED"
        client.until(job["id"], lambda found: found["progress"] and found["progress"]["stage"] == "pairs", 120)
        first.process.kill()
        first.process.wait()
    with served(tmp_path) as second:
        client = Client(second, JOB, client.token)
        found = client.ask(JOB, id=job["id"])
        assert (found["job"]["status"], found["relationships"]["totalCount"]) == ("RUNNING", 0)
        done = client.until(job["id"], lambda found: found["status"] not in ("QUEUED", "RUNNING"), 180)
        assert (done["status"], done["created"], done["error"]) == ("SUCCEEDED", FRIENDS * (FRIENDS - 1) // 2, None)
