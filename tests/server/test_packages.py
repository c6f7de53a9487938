"""Another distribution's package of the same name is noticed by its content."""

import subprocess
import sys
from pathlib import Path

import pytest

from server import packages
from tests.server.processes import environment


def test_ours_are_ours() -> None:
    assert packages.foreign_packages() == []
    assert packages.shared_packages() == []


def test_an_overwritten_package_lacks_the_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("schema.MARK")
    [sentence] = packages.foreign_packages()
    assert "package schema" in sentence
    assert "environment of its own" in sentence


def test_a_distribution_that_brings_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "packages_distributions", lambda: {"schema": ["guanxi", "schema", "schema"], "server": ["guanxi"]})
    [sentence] = packages.shared_packages()
    assert "distribution schema brings a package schema too" in sentence


def test_a_package_that_comes_first_on_the_path_is_a_sentence_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "schema.py").write_text("class Schema: ...")
    program = "from server.command import main; main(['schema'])"
    result = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert f"The package schema is taken from {tmp_path}, not from Guanxi." in result.stderr
    assert "Traceback" not in result.stderr
