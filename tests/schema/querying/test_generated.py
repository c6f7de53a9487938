"""Operations that nobody wrote: the plan answers with graphql-core's bytes or stands aside, and the databases answer the same."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import graphql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from plugins.graph import models as graph
from plugins.manager import Choices, Plugins
from schema.analyses.models import PublishedRunRow
from schema.jobs.models import JobRow, JobStatus
from server.database import Database, open_database
from server.graphql.documents import RULES
from server.upgrading import upgrade_plugins
from tests.conftest import opened
from tests.databases import Postgres, copied_sqlite
from tests.demo import application
from tests.roads import TALLY, sent
from tests.schema.querying.asking import EVERYTHING, Asker
from tests.schema.querying.data import CUSTOMERS, START, fill, make_world
from tests.schema.querying.generated import Asked, operations

RUN, SCORES, COMMUNITIES = 600, ("pageRank", "totalDegree", "betweenness"), 3
SETTINGS = settings(deadline=None, derandomize=True, database=None,
                    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])
ASKED = st.deferred(lambda: operations(application("sqlite").schema._schema))
ALLOWED = st.one_of(st.just(EVERYTHING), st.just(EVERYTHING), st.sampled_from(sorted(EVERYTHING)).map(lambda one: EVERYTHING - {one}))


def fill_graph(database: Database) -> None:
    """What a run of the bundled plugin would have left about the seeded world."""
    numbers = range(1, CUSTOMERS + 1)
    with database.engine.begin() as connection:
        connection.execute(insert(JobRow), [{
            "id": RUN, "kind": "graphMetrics", "status": JobStatus.SUCCEEDED, "plugin": "graph", "plugin_version": "0.1.0",
            "plugin_api": "1.0", "analysis_version": 2, "label": "春", "slots": [*SCORES, "community"], "parameters": {}, "seed": 7,
            "created_at": START, "started_at": START, "finished_at": START, "language": "zh", "summary": {"nodes": CUSTOMERS}}])
        connection.execute(insert(PublishedRunRow), [{"kind": "graphMetrics", "slot": slot, "run_id": RUN}
                                                     for slot in (*SCORES, "community", "partners")])
        connection.execute(insert(graph.ScoreRow), [
            {"run_id": RUN, "metric": metric, "customer_id": c, "value": (c * 7 % 31) / 31, "rank": c, "percentile": c / CUSTOMERS * 100}
            for metric in SCORES for c in numbers if c % 5])
        connection.execute(insert(graph.CommunityRow), [
            {"run_id": RUN, "id": 2**32 + i, "number": i, "size": CUSTOMERS // COMMUNITIES, "name": "茶" if i else None}
            for i in range(COMMUNITIES)])
        connection.execute(insert(graph.MemberRow), [
            {"run_id": RUN, "customer_id": c, "community_id": 2**32 + c % COMMUNITIES} for c in numbers if c % 4])


@pytest.fixture(scope="module")
def composed_urls(postgres: Postgres, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The seeded world, and the bundled plugins with it."""
    world = make_world()
    urls = {"sqlite": copied_sqlite(sqlite_template, tmp_path_factory.mktemp("composed")), "postgresql": postgres.create()}
    for url in urls.values():
        database = open_database(url)
        assert all(well for well, _ in upgrade_plugins(database, Plugins(Choices())))
        fill(database, world)
        fill_graph(database)
        database.engine.dispose()
    yield urls
    postgres.drop(urls["postgresql"])


@pytest.fixture
async def composed(composed_urls: dict[str, str], anyio_backend: str) -> AsyncIterator[dict[str, Asker]]:
    async with opened(composed_urls["sqlite"]) as sqlite, opened(composed_urls["postgresql"]) as postgres:
        yield {one.dialect: Asker(one, application(one.dialect).schema, application(one.dialect).catalogue) for one in (sqlite, postgres)}


async def check(composed: dict[str, Asker], asked: Asked, allowed: frozenset[str], language: str) -> None:
    query, variables = asked
    if graphql.validate(composed["sqlite"].schema._schema, graphql.parse(query), RULES):
        TALLY.counts["made up but not valid"] += 1
        return
    found: list[Any] = []
    for asker in composed.values():
        planned, executed = await asker.both(query, variables, allowed=allowed, language=language)
        TALLY.counts["made up and asked"] += 1
        TALLY.counts["made up with errors"] += bool(executed.errors)
        TALLY.counts["made up by plan"] += planned is not None
        if planned is not None:
            assert executed.errors == []
            assert sent(planned) == sent(executed.data)
        elif not executed.errors:
            TALLY.unplanned.append(f"{query} {variables} {sorted(EVERYTHING - allowed)}"[:2000])
        found.append((executed.data, sorted(executed.refusals, key=repr)))
    assert sent(found[0]) == sent(found[1])


@settings(SETTINGS, max_examples=100)
@given(asked=ASKED, allowed=ALLOWED, language=st.sampled_from(["en", "zh"]))
async def test_some(composed: dict[str, Asker], asked: Asked, allowed: frozenset[str], language: str) -> None:
    await check(composed, asked, allowed, language)


@pytest.mark.slow
@settings(SETTINGS, max_examples=4000)
@given(asked=ASKED, allowed=ALLOWED, language=st.sampled_from(["en", "zh"]))
async def test_thousands(composed: dict[str, Asker], asked: Asked, allowed: frozenset[str], language: str) -> None:
    await check(composed, asked, allowed, language)
