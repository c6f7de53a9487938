"""Fixtures for every test: `database`, once on SQLite, once on PostgreSQL and, when asked for by `-m mariadb`, once on MariaDB; migrated,
empty but for the reference data."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.database import Database, open_database
from tests import roads
from tests.databases import Postgres, copied_sqlite, migrated_postgres, migrated_sqlite, postgres_server
from tests.mariadb_server import MariaDB, mariadb_server, migrated_mariadb
from tests.measured import MeasuredDemo, measured_demo

DATABASES = ["sqlite", "postgresql", pytest.param("mariadb", marks=pytest.mark.mariadb)]
URLS = {"sqlite": "sqlite_url", "postgresql": "postgres_url", "mariadb": "mariadb_url"}


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(roads)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Fails, and never skips, when no PostgreSQL can be had."""
    with postgres_server() as server, migrated_postgres(server) as migrated:
        yield migrated


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_sqlite(tmp_path_factory.mktemp("template") / "template.db")


@pytest.fixture(scope="session")
def sqlite_demo(tmp_path_factory: pytest.TempPathFactory) -> MeasuredDemo:
    return measured_demo(tmp_path_factory.getbasetemp())


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated database in a file of its own."""
    return copied_sqlite(sqlite_template, tmp_path)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A migrated database of its own, dropped after the test."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """Fails, and never skips, when no MariaDB can be had."""
    with mariadb_server() as server, migrated_mariadb(server) as migrated:
        yield migrated


@pytest.fixture
def mariadb_url(mariadb: MariaDB) -> Iterator[str]:
    """A migrated database of its own, dropped after the test."""
    url = mariadb.create()
    yield url
    mariadb.drop(url)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(URLS[request.param])
    return url


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    if request.param == "mariadb":
        mariadb: MariaDB = request.getfixturevalue("mariadb")
        url = mariadb.create_empty()
        yield url
        mariadb.drop(url)
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    url = postgres.create("template0")
    yield url
    postgres.drop(url)


@pytest.fixture
async def database(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    async with opened(database_url) as database:
        yield database


@pytest.fixture
async def sqlite_database(sqlite_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    async with opened(sqlite_url) as database:
        yield database


@pytest.fixture
async def postgres_database(postgres_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    async with opened(postgres_url) as database:
        yield database


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = open_database(url)
    yield database
    await database.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many of the tests ran on which database: each name holds its parameters."""
    passed = [report.nodeid.rpartition("[")[2] for report in terminalreporter.stats.get("passed", ())]
    counts = {name: sum(key in parameters for parameters in passed) for name, key in (("SQLite", "sqlite"), ("PostgreSQL", "postgres"),
                                                                                               ("MariaDB", "mariadb"))}
    terminalreporter.write_line(", ".join(f"{count} of the passed tests on {name}" for name, count in counts.items()))
