"""What a clone of the repository must and must not hold, and that its lock files, metadata and targets agree."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from checks import files, printed_schema

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Put together here, because this file keeps the rule that it tests.
REGISTRY = "pypi-org".replace("-", ".")
FOLDER = "-work-".replace("-", "/")


def pins(name: str) -> dict[str, set[str]]:
    """Package -> pinned versions; more than one where Python versions differ."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(package, set()).add(version)
    return found


def declared(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9-]", requirement)[0] for requirement in requirements}


def test_the_files_keep_the_rules() -> None:
    assert files.complaints(ROOT) == []


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("alembic/__init__.py", "", "would shadow the library of the same name; remove it"),
        ("schema/long.py", "x = 1\n" * 401, "401 lines; split it at 400"),
        ("requirements.lock", "--index-url https://example.org/simple\n",
         "names a download host; make it again (`make lock`, or npm with omit-lockfile-registry-resolved)"),
        ("web/package-lock.json", '{\n  "resolved": "https://example.org/a.tgz"\n}\n',
         "names a download host; make it again (`make lock`, or npm with omit-lockfile-registry-resolved)"),
        ("docs/install.md", f"from {REGISTRY}\n", f"names the package registry {REGISTRY}"),
        ("docs/install.md", f"cd {FOLDER}main\n", f"names a folder of one machine: {FOLDER}"),
    ],
)
def test_a_file_that_breaks_a_rule_is_found(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert files.complaints(tmp_path) == [f"{name}: {complaint}"]


def test_a_schema_that_is_not_current_is_found() -> None:
    assert printed_schema.difference("type A { a: Int }\n", "type A { a: Int }\n") == []
    changed = printed_schema.difference("type A { a: Int }\n", "type A { b: Int }\n")
    assert changed[0].startswith("schema.graphql is not current")
    assert changed[-2:] == ["-type A { a: Int }", "+type A { b: Int }"]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_version_has_its_hashes(name: str) -> None:
    entries = re.split(r"^(?=[a-z0-9-]+==)", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(entries) > 20
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_locks_hold_what_is_declared_and_agree() -> None:
    project, groups = PYPROJECT["project"], PYPROJECT["dependency-groups"]
    runtime, everything = pins("requirements.lock"), pins("requirements-dev.lock")
    assert declared(project["dependencies"] + groups["build"]) <= runtime.keys()
    assert declared(project["optional-dependencies"]["analytics"] + groups["dev"]) <= everything.keys()
    assert runtime == {package: everything[package] for package in runtime}


def test_what_analyses_compute_with_is_installed_by_make_and_not_needed_to_serve() -> None:
    analytics = declared(PYPROJECT["project"]["optional-dependencies"]["analytics"])
    assert analytics <= pins("requirements.lock").keys()
    assert analytics & declared(PYPROJECT["project"]["dependencies"]) == set()


def test_make_alone_lists_every_target_that_a_person_calls() -> None:
    listed = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    targets = re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall(r"^  make (\S+)", listed, re.MULTILINE) == targets
    assert {"install", "serve", "test", "check", "bench", "help"} <= set(targets)


def test_the_changelog_has_this_version() -> None:
    assert f"## [{PYPROJECT['project']['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
