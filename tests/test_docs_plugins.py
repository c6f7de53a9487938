"""What docs/plugins says is so: the code of the tutorial is the template's, other code runs, lists are complete, and it all builds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import guanxi.testing
from checks.reference import pages
from guanxi.testing.checking.table import ALONE, SERVING
from plugins.manager import Choices, Plugins
from server.application import compose_all
from server.command.plugin_commands import PLACES
from server.template import make
from tests.outsiders import beside
from tests.test_docs import ROOT, blocks

DOCS = ROOT / "docs" / "plugins"
TUTORIAL, TESTING, EXTENDING = ((DOCS / f"{name}.md").read_text() for name in ("tutorial", "testing", "extending"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """All of the plugin that the tutorial makes."""
    folder = tmp_path_factory.mktemp("tutorial") / "plugin"
    make("overdue", folder)
    return "\n".join(path.read_text() for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


@pytest.mark.parametrize("code", blocks(TUTORIAL, "python"), ids=lambda code: code.partition("\n")[0][:40])
def test_the_code_of_the_tutorial_is_what_is_made(code: str, template: str) -> None:
    assert code in template


def test_the_query_of_the_tutorial_is_the_readmes(template: str) -> None:
    query, = [text for text in blocks(TUTORIAL, "text") if "overdue" in text]
    assert query in template


def test_the_commands_of_the_tutorial_are_there() -> None:
    for command in re.findall(r"guanxi plugins\s+(\w+)", TUTORIAL):
        assert command in PLACES


def test_the_tests_on_the_page_about_tests_pass(tmp_path: Path) -> None:
    """The first of them; the second is what tests/guanxi/testing does for every plugin that ships."""
    (tmp_path / "pytest.ini").write_text('[pytest]\nanyio_mode = auto\n')
    (tmp_path / "conftest.py").write_text("import pytest\n\n\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n")
    (tmp_path / "test_page.py").write_text(blocks(TESTING, "python")[0])
    done = beside(ROOT, [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_page_about_tests_tells_every_check_and_fixture() -> None:
    rows = re.findall(r"^\| (runs|sound|good) \| (.+) \|$", TESTING, re.MULTILINE)
    checks = sorted([*ALONE, *SERVING], key=lambda one: one.level)
    assert rows == [(one.level.name.lower(), one.what) for one in checks]
    for name in ("SHOP", "EMPTY", "SINGLE", "ISLANDS", "DataSet", "snapshot", "check_plugin", "Refused"):
        assert name in guanxi.testing.__all__
        assert f"`{name}" in TESTING


def test_the_plugin_that_builds_on_another_fits(tmp_path: Path) -> None:
    path = tmp_path / "extra.py"
    path.write_text(blocks(EXTENDING, "python")[0])
    application = compose_all(Plugins(Choices(load=[str(path)])), "sqlite")
    known = application.catalogue.plugin("extra")
    assert known is not None
    assert known.reason is None
    assert {"halfRank: Float", "lastDigit: Int"} <= set(re.findall(r"(?:halfRank|lastDigit): \w+", application.schema.as_str()))


def test_the_reference_pages_are_current() -> None:
    for path, text in pages().items():
        assert (ROOT / path).read_text() == text, "make reference"


def test_it_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(ROOT / "docs"), str(tmp_path / "html")]
    built = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (built.stderr[:2000], built.returncode) == ("", 0)
    pages_built = {path.relative_to(tmp_path / "html").with_suffix("").as_posix() for path in (tmp_path / "html").rglob("*.html")}
    assert {path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")} <= pages_built
