"""The demo on MariaDB beside the demo on SQLite: the same answers to its story, and the same digests of what its analyses found."""

import re
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.jobs.models import JobRow
from server.database import Database
from server.demo.measuring import MEASUREMENTS
from tests.conftest import opened
from tests.demo import ask, fill
from tests.mariadb_server import MariaDB
from tests.measured import MeasuredDemo
from tests.server.test_demo import EXAMPLES, FOLLOWING, assert_measured

pytestmark = pytest.mark.mariadb

# When things were recorded and found differs, and with it what is made of it: addresses, digests of data with its moments, sizes of files.
MOMENT = re.compile(rb'"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00"')
PERSONAL = re.compile(rb'"(/files/[^"]*|[0-9a-f]{64})"')
STARTING = "18-start-a-run"
TIMED = "graphMetrics"  # with the days since purchases of neighbours, which go by the moment of the run
SCORES = "SELECT customer_id, metric, value, rank, percentile FROM graph_scores WHERE metric <> 'neighbourDaysSincePurchase' ORDER BY 1, 2"


@pytest.fixture(scope="module")
def demo_urls(mariadb: MariaDB, sqlite_demo: MeasuredDemo, tmp_path_factory: pytest.TempPathFactory) -> Any:
    url = mariadb.create()
    assert_measured(fill(url, tmp_path_factory.mktemp("files")))
    yield sqlite_demo.copied(tmp_path_factory.mktemp("demo")), url
    mariadb.drop(url)


@pytest.fixture
async def both(demo_urls: tuple[str, str], anyio_backend: str) -> AsyncIterator[tuple[Database, Database]]:
    async with opened(demo_urls[0]) as sqlite, opened(demo_urls[1]) as mariadb:
        yield sqlite, mariadb


def comparable(answer: dict[str, Any]) -> bytes:
    return PERSONAL.sub(b'"..."', MOMENT.sub(b'"..."', orjson.dumps(answer)))


async def test_the_story_is_answered_the_same(both: tuple[Database, Database]) -> None:
    different = []
    for name, query in EXAMPLES.items():
        if name not in (FOLLOWING, STARTING):
            on_sqlite, on_mariadb = [comparable(await ask(database, query)) for database in both]
            assert len(on_sqlite) > 20
            if on_sqlite != on_mariadb:
                different.append((name, on_sqlite, on_mariadb))
    assert different == []


def results(database: Database) -> dict[str, str | None]:
    with Session(database.engine) as session:
        found = session.scalars(select(JobRow).where(JobRow.plugin.is_not(None)).order_by(JobRow.id))
        return {row.kind: row.result_digest for row in found}


def scores(database: Database) -> list[tuple[Any, ...]]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(SCORES)]


async def test_analyses_find_the_same(both: tuple[Database, Database]) -> None:
    on_sqlite, on_mariadb = map(results, both)
    assert set(on_sqlite) == set(on_mariadb) == {one.analysis for one in MEASUREMENTS}
    assert all(on_sqlite.values())
    assert {kind for kind, digest in on_sqlite.items() if on_mariadb[kind] != digest} <= {TIMED}
    here, there = map(scores, both)
    assert len(here) > 4_000
    assert here == there
