"""The public module: which names there are, that it stays light, and that a plugin written with it is typed through and through."""

import ast
import subprocess
import sys
from pathlib import Path

import guanxi
from tests.guanxi import small_plugin

ROOT = Path(__file__).resolve().parent.parent.parent
# What an import must not bring: it is done in the process that answers, and in every worker before it is ready.
HEAVY = {"adbc_driver_manager", "alembic", "igraph", "joblib", "matplotlib", "networkx", "numpy", "pandas", "pyarrow", "scipy", "sklearn",
         "starlette", "uvicorn"}


def fresh(code: str) -> str:
    """What a Python of its own prints."""
    return subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def imported_names() -> set[str]:
    tree = ast.parse(Path(guanxi.__file__).read_text("utf-8"))
    return {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_every_name_is_there_and_in_order() -> None:
    assert guanxi.__all__ == sorted(guanxi.__all__)
    assert imported_names() == set(guanxi.__all__)
    assert all(hasattr(guanxi, name) for name in guanxi.__all__)


def test_importing_it_brings_nothing_heavy_and_no_server() -> None:
    loaded = fresh("import guanxi, sys; print(*sys.modules)").split()
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    ours = {"server", "server.worker", "server.worker.fan_out", "server.worker.spreading"}
    assert {name for name in loaded if name.startswith("server")} <= ours
    assert not [name for name in loaded if name.startswith("plugins.") and name != "plugins.hookspecs"]


def test_importing_it_builds_no_schema() -> None:
    assert fresh("import strawberry\ndef no(*_, **__): raise AssertionError\nstrawberry.Schema.__init__ = no\nimport guanxi") == ""


def test_a_small_plugin_is_strictly_typed() -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--follow-imports=silent", small_plugin.__file__]
    checked = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert checked.stdout + checked.stderr == ""
    assert checked.returncode == 0
