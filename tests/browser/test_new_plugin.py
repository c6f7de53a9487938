"""The tutorial to its end: a plugin that was just made serves beside those that ship, and GraphiQL shows its field."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from server import demo
from server.database import open_database
from server.template import make
from tests.browser import pictures
from tests.browser.conftest import VIEWPORT, Visit, free_port, wait_for_sign_in, watch
from tests.browser.test_graphiql import BOUND, run, write
from tests.databases import migrated_sqlite
from tests.outsiders import beside, installed_into
from tests.server.processes import environment
from tests.test_docs import ROOT, blocks

PICTURE = ROOT / "docs" / "pictures" / "new-plugin.png"
QUERY, = [text for text in blocks((ROOT / "docs" / "plugins" / "tutorial.md").read_text(), "text") if "overdue" in text]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new")
    make("overdue", folder / "guanxi-overdue")
    return installed_into(folder / "site", folder / "guanxi-overdue")


@pytest.fixture(scope="module")
def folder(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the demo's data in a database; there the plugin was enabled, and its analysis run and published."""
    folder = tmp_path_factory.mktemp("serving")
    database = open_database(f"sqlite:///{migrated_sqlite(folder / 'guanxi.db')}")
    demo.load(database, lambda _: None)
    database.engine.dispose()
    for words in (("plugins", "enable", "overdue"), ("migrate",), ("analyse", "overdue", "--publish")):
        done = beside(site, [sys.executable, "-m", "guanxi", *words], folder)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def page(browser: Browser, site: Path, folder: Path) -> Iterator[Page]:
    """GraphiQL of a server there."""
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "guanxi", "serve", "--port", str(urlsplit(url).port)]
    output = folder / "output.txt"
    surroundings = environment(PYTHONPATH=str(site), PYTHONUNBUFFERED="1")
    with (output.open("w") as sink,
          subprocess.Popen(command, cwd=folder, env=surroundings, stdout=sink, stderr=subprocess.STDOUT) as process):
        try:
            link = wait_for_sign_in(url, process, output)
            context = browser.new_context(viewport=VIEWPORT, color_scheme="light", locale="en-GB", reduced_motion="reduce")
            visit = Visit(context.new_page())
            watch(context, visit, urlsplit(url).netloc)
            visit.page.goto(link)
            visit.page.locator(".graphiql-query-editor .view-line").first.wait_for()
            yield visit.page
            context.close()
            assert (visit.foreign, visit.refused, visit.crashed) == ([], [], [])
        finally:
            process.terminate()


def test_the_new_field_is_shown(page: Page) -> None:
    write(page, " ".join(QUERY.split()))  # the editor closes brackets itself when it is given lines
    page.get_by_role("button", name="Prettify query").click()
    answer = run(page).json()
    assert "errors" not in answer
    nodes = answer["data"]["customers"]["nodes"]
    assert [node["overdue"]["rank"] for node in nodes] == [1, 2, 3, 4, 5]
    shown = page.get_by_label("Result Window")
    for text in ('"overdue"', '"rank": 1', nodes[0]["name"]):
        expect(shown).to_contain_text(text)
    page.wait_for_timeout(500)
    picture = page.screenshot()
    pictures.keep(picture, "new-plugin")
    if os.environ.get("GUANXI_UPDATE_SCREENSHOTS") == "1":
        PICTURE.write_bytes(picture)
    assert pictures.difference(pictures.coarse(picture), pictures.coarse(PICTURE)) < BOUND
