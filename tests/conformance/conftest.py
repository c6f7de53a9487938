"""Node with its packages, and a running server with a few customers, once on each database."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from schema.changes.change import Change, change
from schema.context import SYSTEM
from schema.customers.models import CustomerKind, CustomerRow
from server.database import open_database
from tests.conformance.node import BUILD, Server, alone, install_packages, require_node, tool
from tests.databases import copied_sqlite
from tests.populating import populate
from tests.server.processes import guanxi, served

NAMES = ("Beatrix", "Chen", "Dilnoza", "Edgar", "Fatima", "刘洋")


@pytest.fixture(scope="session", autouse=True)
def node() -> None:
    require_node()
    with alone():
        install_packages()


@pytest.fixture(scope="package", autouse=True)
def our_turn(node: None) -> Iterator[None]:
    """Processes that share the tests share what is built here, too: each waits until the other has left the folder."""
    with alone():
        yield


@pytest.fixture(scope="session")
def printed_schema(node: None) -> Path:
    """What `guanxi schema` prints, in a file that the tools find."""
    BUILD.mkdir(exist_ok=True)
    path = BUILD / "schema.graphql"
    path.write_text(said(guanxi(BUILD, "schema")), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def relay_artifacts(printed_schema: Path) -> Path:
    """What relay-compiler makes of relay/Customers.js: modules of the kind that Node can `require`."""
    folder = BUILD / "relay"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "package.json").write_text('{"type": "commonjs"}', encoding="utf-8")
    tool("relay-compiler", "relay.config.json")
    return folder


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def server(node: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("conformance")
    if request.param == "sqlite":
        url = copied_sqlite(request.getfixturevalue("sqlite_template"), folder)
    else:
        url = request.getfixturevalue("postgres").create()
    fill(url)
    settings = {"GUANXI_DATABASE_URL": url}
    said(guanxi(folder, "migrate", **settings))  # the plugins' tables
    token = said(guanxi(folder, "token", "create", "--name", "test", "--role", "admin", **settings)).strip()
    with served(folder, **settings) as serving:
        yield Server(f"{serving.address}/graphql", token)
    if request.param == "postgresql":
        request.getfixturevalue("postgres").drop(url)


def said(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def fill(url: str) -> None:
    database = open_database(url)
    populate(database)
    change(database.engine, SYSTEM, "fill", add_customers)
    database.engine.dispose()


def add_customers(work: Change) -> dict[str, object]:
    work.session.add_all([CustomerRow(kind=CustomerKind.PERSON, name=name, search_name=name.lower()) for name in NAMES])
    return {}
