"""guanxi plugins install, enable, disable and remove: in an environment of their own, with pip and with uv, and what cannot be done."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from server import distributions
from server.distributions import NotInstalled, distribution_of
from tests.plugins.fakes import HEAD, LUCK, MIGRATION, TABLES, distribution, write
from tests.server.command.test_commands import nowhere, refused, run  # noqa: F401  (nowhere is a fixture)
from tests.server.processes import environment

ROOT = Path(__file__).resolve().parents[3]
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "guanxi-luck"
version = "1.0"
[project.entry-points."guanxi.plugins"]
luck = "luck_plugin"
[tool.hatch.build.targets.wheel]
include = ["luck_plugin"]
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("luck")
    write(folder / "pyproject.toml", PROJECT)
    write(folder / "luck_plugin" / "__init__.py", HEAD + TABLES + LUCK)
    write(folder / "luck_plugin" / "migrations" / "0001_scores.py", MIGRATION)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return next((folder / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an environment without pip, into which Guanxi and all that it needs are lent."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    site = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], check=True, capture_output=True,
                          text=True).stdout.strip()
    # What a .pth file names is no place for other .pth files: the checkout is named too. pip itself is not lent.
    lent = Path(sysconfig.get_path("purelib"))
    borrowed = folder / "borrowed"
    borrowed.mkdir()
    for path in lent.iterdir():
        if not path.name.startswith(("pip", "uv")):
            (borrowed / path.name).symlink_to(path)
    write(Path(site) / "lent.pth", f"{borrowed}\n{ROOT}\n")
    return python


def guanxi(python: Path, *arguments: str, path: str = "/nowhere", answer: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run([python, "-m", "guanxi", *arguments], check=False, capture_output=True, text=True, input=answer, timeout=120,
                          env=environment(PATH=path))


@pytest.mark.slow
def test_a_wheel_is_installed_by_uv_allowed_migrated_disabled_and_removed(python: Path, wheel: Path, tmp_path: Path) -> None:
    uv = next((path for path in (ROOT / "build/lock/bin/uv", *[Path(p) / "uv" for p in os.get_exec_path()]) if path.exists()), None)
    if uv is None:
        pytest.skip("uv is not installed: make build/lock/bin/uv")
    path = str(uv.parent)
    assert guanxi(python, "migrate").returncode == 0
    none = guanxi(python, "plugins", "install", str(wheel), "--yes")
    assert none.returncode == 1
    assert "There is neither pip nor uv to install with" in none.stderr
    declined = guanxi(python, "plugins", "install", str(wheel), path=path, answer="n\n")
    assert declined.returncode == 1
    assert "It runs inside the server with all its power" in declined.stdout
    assert "luck" not in guanxi(python, "plugins", "list").stdout

    done = guanxi(python, "plugins", "install", str(wheel), "--yes", path=path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "The plugin luck 1.0 is allowed in guanxi.toml.", "The tables of the plugin luck are up to date, at revision 0001.",
        "luck             ACTIVE        1.0"]
    off = guanxi(python, "plugins", "disable", "luck")
    assert off.stdout.startswith("The plugin luck is left out from the next start on, says guanxi.toml. Its tables stay.\nluck   ")
    assert guanxi(python, "plugins", "enable", "luck").stdout.endswith("luck             ACTIVE        1.0\n")
    kept = guanxi(python, "plugins", "remove", "luck", path=path, answer="n\n")
    assert "Drop luck_scores, alembic_version_luck, with all that is in them; Uninstall guanxi-luck? [y/N]" in kept.stdout
    gone = guanxi(python, "plugins", "remove", "luck", "--yes", path=path)
    assert gone.stdout == "Removed luck_scores, alembic_version_luck. Uninstalled guanxi-luck.\n", gone.stderr
    assert "luck" not in guanxi(python, "plugins", "list").stdout
    assert "luck" not in (tmp_path / "guanxi.toml").read_text()


def test_what_is_asked_for_is_understood(wheel: Path, tmp_path: Path) -> None:
    assert distribution_of("guanxi-luck >= 1") == "guanxi-luck"
    assert distribution_of(str(wheel)) == "guanxi-luck"
    assert distribution_of(str(wheel.parents[1])) == "guanxi-luck"
    for what, words in (("--index-url=http://elsewhere", "is neither the name of a distribution"), ("../nowhere", "is neither the name"),
                        (str(tmp_path), "has no pyproject.toml that names a project"), ("a.whl", "There is no file a.whl")):
        with pytest.raises(NotInstalled) as refused_:
            distribution_of(what)
        assert words in str(refused_.value)
    (tmp_path / "a.whl").write_bytes(b"")
    with pytest.raises(NotInstalled, match="is not called as a wheel"):
        distribution_of("a.whl")


def test_the_installer_is_pip_and_then_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert distributions.installer("uninstall")[:4] == [sys.executable, "-m", "pip", "uninstall"]
    monkeypatch.setattr(distributions, "find_spec", lambda _: None)
    uv = Path(write(tmp_path / "bin" / "uv", "#!/bin/sh\n"))
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(uv.parent))
    assert distributions.installer("install") == [str(uv), "pip", "install", "--quiet", "--python", sys.executable]


def test_a_plugin_is_enabled_disabled_and_one_that_is_not_there_is_said(tmp_path: Path) -> None:
    with distribution(tmp_path):
        assert run("plugins", "enable", "luck").stdout == (
            "The plugin luck 2.5 is allowed in guanxi.toml.\n"
            "There is no database yet: “guanxi serve” or “guanxi migrate” makes it, and the "
            "plugin's tables.\nluck             ACTIVE        2.5\n")
        assert "DISABLED" in run("plugins", "disable", "luck").stdout
    assert re.search("There is no installed plugin luck; there are: .*graph", refused("plugins", "enable", "luck"))
    assert "graph            DISABLED" in run("plugins", "disable", "graph").stdout
    assert Path("guanxi.toml").read_text() == '[plugins]\nallow = []\ndisabled = ["graph"]\n'
    assert "graph            ACTIVE" in run("plugins", "enable", "graph").stdout


def test_one_that_is_enabled_and_does_not_serve_says_why(tmp_path: Path) -> None:
    with distribution(tmp_path, entries="[guanxi.plugins]\nluck = nothing_there\n"):
        told = run("plugins", "enable", "luck")
        assert told.exit_code == 1
        assert "FAILED        2.5        It cannot be imported: ModuleNotFoundError: No module named" in told.stdout
        assert "install it again" in told.stdout


def test_two_versions_of_one_are_told(tmp_path: Path) -> None:
    with distribution(tmp_path / "old"), distribution(tmp_path / "new"):
        newer = tmp_path / "new" / "guanxi_luck-2.5.dist-info"
        newer.rename(newer.with_name("guanxi_luck-2.6.dist-info"))
        information = tmp_path / "new" / "guanxi_luck-2.6.dist-info" / "METADATA"
        information.write_text(information.read_text().replace("Version: 2.5", "Version: 2.6"))
        told = run("doctor").stdout
        assert "plugin luck: Two versions of guanxi-luck are installed, 2.6 and 2.5, and the first serves: uninstall it until" in told
