"""The seeded world on both databases, and on MariaDB when it is asked for, filled once; and an asker for each."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schema.compose import Schema
from schema.roots import core
from server.database import open_database
from tests.conftest import DATABASES, opened
from tests.databases import Postgres, copied_sqlite
from tests.mariadb_server import MariaDB
from tests.schema.querying.asking import Asker
from tests.schema.querying.data import World, complete, fill, make_world
from tests.schema.querying.scored import fill_ranks, parts


@pytest.fixture(scope="session")
def world() -> World:
    """The rows that `world_urls` puts into the databases."""
    return make_world()


@pytest.fixture(scope="session")
def world_urls(world: World, postgres: Postgres, sqlite_template: Path,
               tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    urls = {"sqlite": copied_sqlite(sqlite_template, tmp_path_factory.mktemp("world")), "postgresql": postgres.create()}
    databases = [open_database(url) for url in urls.values()]
    for database in databases:
        fill(database, world)
    complete(databases[0], world)
    for database in databases:
        database.engine.dispose()
    yield urls
    postgres.drop(urls["postgresql"])


@pytest.fixture(scope="session")
def mariadb_world_url(mariadb: MariaDB) -> Iterator[str]:
    url = mariadb.create()
    database = open_database(url)
    fill(database, make_world())
    database.engine.dispose()
    yield url
    mariadb.drop(url)


@pytest.fixture(scope="session")
def schemas() -> dict[str, Schema]:
    return {dialect: Schema(replace(core(), mutation=None), dialect) for dialect in ("sqlite", "postgresql", "mariadb")}


@pytest.fixture
async def askers(world_urls: dict[str, str], schemas: dict[str, Schema], anyio_backend: str) -> AsyncIterator[dict[str, Asker]]:
    async with opened(world_urls["sqlite"]) as sqlite, opened(world_urls["postgresql"]) as postgres:
        yield {"sqlite": Asker(sqlite, schemas["sqlite"]), "postgresql": Asker(postgres, schemas["postgresql"])}


@pytest.fixture(params=DATABASES)
async def asker(request: pytest.FixtureRequest, world_urls: dict[str, str], schemas: dict[str, Schema],
                anyio_backend: str) -> AsyncIterator[Asker]:
    url = request.getfixturevalue("mariadb_world_url") if request.param == "mariadb" else world_urls[request.param]
    async with opened(url) as database:
        yield Asker(database, schemas[request.param])


@pytest.fixture(scope="session")
def scored_urls(postgres: Postgres, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The seeded world again, with what an analysis found about it."""
    world = make_world()
    urls = {"sqlite": copied_sqlite(sqlite_template, tmp_path_factory.mktemp("scored")), "postgresql": postgres.create()}
    databases = [open_database(url) for url in urls.values()]
    for database in databases:
        fill(database, world)
    for database in databases:
        fill_ranks(database)
        database.engine.dispose()
    yield urls
    postgres.drop(urls["postgresql"])


@pytest.fixture(scope="session")
def mariadb_scored_url(mariadb: MariaDB) -> Iterator[str]:
    url = mariadb.create()
    database = open_database(url)
    fill(database, make_world())
    fill_ranks(database)
    database.engine.dispose()
    yield url
    mariadb.drop(url)


@pytest.fixture(params=DATABASES)
async def scored(request: pytest.FixtureRequest, scored_urls: dict[str, str], anyio_backend: str) -> AsyncIterator[Asker]:
    url = request.getfixturevalue("mariadb_scored_url") if request.param == "mariadb" else scored_urls[request.param]
    async with opened(url) as database:
        yield Asker(database, Schema(parts(), database.dialect))
