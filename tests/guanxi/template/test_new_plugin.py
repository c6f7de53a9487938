"""`guanxi plugins new`: what it makes is a whole distribution that passes its own tests, stands at the top of the scale, and has types."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from server.template import PLACEHOLDER, TEMPLATE, make
from tests.outsiders import beside, installed_into, own_tests
from tests.server.command.test_commands import nowhere, refused, run  # noqa: F401  (nowhere is a fixture)
from tests.server.processes import GUANXI

NAME = "overdue"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / f"guanxi-{NAME}"
    make(NAME, folder)
    return folder


@pytest.fixture(scope="module")
def around(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed_into(tmp_path_factory.mktemp("site"), made)


def test_the_name_is_everywhere(made: Path) -> None:
    files = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {".gitignore", ".github/workflows/test.yml", "README.md", "pyproject.toml", "guanxi_overdue/__init__.py",
            "guanxi_overdue/py.typed", "guanxi_overdue/migrations/0001_scores.py", "tests/test_plugin.py"} <= files
    assert not [path for path in files if PLACEHOLDER in path or PLACEHOLDER in (made / path).read_text().lower()]
    assert len(files) == len([path for path in TEMPLATE.rglob("*") if path.is_file() and "__pycache__" not in path.parts])


def test_its_own_tests_pass(made: Path, around: Path) -> None:
    assert re.search(r"\b7 passed", own_tests(around, made))


def test_it_is_strictly_typed(made: Path, around: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "--no-error-summary",
               "--cache-dir", str(made / "mypy"), "guanxi_overdue"]
    checked = beside(around, command, made)
    assert (checked.stdout, checked.returncode) == ("", 0)


def test_it_is_found_allowed_and_shown(around: Path, tmp_path: Path) -> None:
    listed = beside(around, [GUANXI, "plugins", "list"], tmp_path).stdout
    assert re.search(r"^overdue +DISABLED +0\.1\.0 +It is installed and not allowed: add “overdue” to", listed, re.MULTILINE)
    enabled = beside(around, [GUANXI, "plugins", "enable", NAME], tmp_path)
    assert enabled.returncode == 0, enabled.stderr
    assert (tmp_path / "guanxi.toml").read_text() == '[plugins]\nallow = ["overdue"]\n'
    shown = beside(around, [GUANXI, "plugins", "show", NAME], tmp_path).stdout
    for words in ("ACTIVE", "Customer.overdue", "overdue_scores", "minimum_purchases  integer, 3 if not set"):
        assert words in shown


def test_it_builds_a_wheel_with_its_migrations(made: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(made)]
    built = subprocess.run(command, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    with zipfile.ZipFile(tmp_path / "guanxi_overdue-0.1.0-py3-none-any.whl") as wheel:
        assert {"guanxi_overdue/migrations/0001_scores.py", "guanxi_overdue/py.typed"} <= set(wheel.namelist())
        assert b"overdue = guanxi_overdue" in wheel.read("guanxi_overdue-0.1.0.dist-info/entry_points.txt")


@pytest.mark.parametrize(("name", "words"), [
    ("Lucky", "use up to 31 of a to z and 0 to 9"), ("2nd", "a letter first"), ("a" * 32, "use up to 31"), ("my-plugin", "of a to z"),
    ("../up", "of a to z"), ("core", "neither alembic nor core"), ("graph", "There is a plugin called graph already"),
    ("degree", "has the field Customer.degree"), ("customer", "has the table customer_tags"), ("analysis", "has the type AnalysisRun"),
])
def test_a_name_that_cannot_be(name: str, words: str) -> None:
    assert words in refused("plugins", "new", name)
    assert not list(Path().iterdir())


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    assert "is not empty: name another one with --folder" in refused("plugins", "new", NAME, "--folder", str(tmp_path / "full"))
    assert "is a file: name a folder" in refused("plugins", "new", NAME, "--folder", str(tmp_path / "full" / "mine.txt"))
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_the_command_says_what_comes_next() -> None:
    said = run("plugins", "new", NAME).stdout
    assert said.startswith("Made 15 files in guanxi-overdue. Next:\n\n  cd guanxi-overdue\n")
    assert "guanxi plugins check overdue" in said
