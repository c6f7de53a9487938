"""The plugin of an outsider that this repository keeps: found by its entry point beside those that ship, and tested by its own tests."""

import json
import re
import sys
from pathlib import Path

import pytest

from tests.measured import MeasuredDemo
from tests.outsiders import beside, installed_into, own_tests
from tests.server.processes import GUANXI

DISTRIBUTION = Path(__file__).resolve().parents[2] / "examples" / "guanxi-returning"


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_into(tmp_path_factory.mktemp("site"), DISTRIBUTION)


def test_its_own_tests_pass(around: Path) -> None:
    assert re.search(r"\b8 passed", own_tests(around, DISTRIBUTION))


def test_it_serves_beside_those_that_ship(around: Path, tmp_path: Path) -> None:
    allowed = {"GUANXI_PLUGINS__ALLOW": "returning"}
    listed = beside(around, [GUANXI, "plugins", "list"], tmp_path, **allowed).stdout
    assert re.findall(r"^(graph|returning) +ACTIVE", listed, re.MULTILINE) == ["graph", "returning"]
    printed = beside(around, [GUANXI, "schema"], tmp_path, **allowed).stdout
    assert re.search(r'returnProbability\(.*?@plugin\(name: "returning", since: "0\.1\.0"\)', printed, re.DOTALL)
    assert "pageRank(" in printed


def test_it_imports_nothing_of_ours_but_the_public_module() -> None:
    text = "\n".join(path.read_text() for path in DISTRIBUTION.rglob("*.py"))
    modules = set(re.findall(r"^\s*(?:from|import) ([\w.]+)", text, re.MULTILINE))
    assert {name for name in modules if name.partition(".")[0] in ("schema", "server", "plugins")} == set()
    assert {name for name in modules if name.startswith("guanxi.") or name == "guanxi"} == {"guanxi", "guanxi.testing"}


def test_it_is_strictly_typed(around: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "--no-error-summary", "--cache-dir", str(tmp_path),
               "guanxi_returning"]
    checked = beside(around, command, DISTRIBUTION)
    assert (checked.stdout, checked.returncode) == ("", 0)


@pytest.mark.slow
def test_it_beats_its_baseline_on_the_demo(around: Path, sqlite_demo: MeasuredDemo, tmp_path: Path) -> None:
    """Real purchases: a part of Online Retail. A model that everybody's factors do not help would not."""
    allowed = {"GUANXI_PLUGINS__ALLOW": "returning", "GUANXI_DATABASE_URL": sqlite_demo.copied(tmp_path)}
    assert beside(around, [GUANXI, "migrate"], tmp_path, **allowed).returncode == 0
    done = beside(around, [GUANXI, "analyse", "returning", "--param", "horizon=30"], tmp_path, **allowed)
    assert done.returncode == 0, done.stderr
    brier, = json.loads(done.stdout)["metrics"]
    assert brier["value"] < brier["baseline"]
