"""Node with its packages, and a running server with a few customers."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from schema.changes.change import Change, change
from schema.context import SYSTEM
from schema.customers.models import CustomerKind, CustomerRow
from server.database import open_database
from tests.conformance.node import BUILD, install_packages, require_node, tool
from tests.databases import copied_sqlite
from tests.populating import populate
from tests.server_process import GUANXI, RunningServer, running_server

NAMES = ("Beatrix", "Chen", "Dilnoza", "Edgar", "Fatima", "刘洋")


@pytest.fixture(scope="session", autouse=True)
def node() -> None:
    require_node()
    install_packages()


@pytest.fixture(scope="session")
def printed_schema(node: None) -> Path:
    """What `guanxi schema` prints, in a file that the tools find."""
    BUILD.mkdir(exist_ok=True)
    printed = subprocess.run([*GUANXI, "schema"], check=True, capture_output=True, text=True, encoding="utf-8").stdout
    path = BUILD / "schema.graphql"
    path.write_text(printed, encoding="utf-8")
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


@pytest.fixture(scope="session")
def server(node: None, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("conformance")
    url = copied_sqlite(sqlite_template, folder)
    fill(url)
    with running_server(url, folder) as running:
        yield running


def fill(url: str) -> None:
    database = open_database(url)
    populate(database)
    change(database.engine, SYSTEM, "fill", add_customers)
    database.engine.dispose()


def add_customers(work: Change) -> dict[str, object]:
    work.session.add_all([CustomerRow(kind=CustomerKind.PERSON, name=name, search_name=name.lower()) for name in NAMES])
    return {}
