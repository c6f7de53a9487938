"""The walls of the house: who may import whom, and no state that two servers in one process would share.

Each rule is first shown a house that breaks it, so that a silent check cannot pass for a kept rule.
"""

from pathlib import Path

import pytest

from checks import imports, state

ROOT = Path(__file__).resolve().parent.parent


def house(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("package", imports.OURS)
def test_every_package_has_modules_to_look_at(package: str) -> None:
    assert list((ROOT / package).rglob("*.py"))


def test_imports_go_one_way() -> None:
    assert imports.complaints(ROOT) == []


def test_nothing_mutable_lives_at_module_level() -> None:
    assert state.complaints(ROOT) == []


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("schema/ids.py", "import server.app", "schema must not import server.app"),
        ("schema/ids.py", "from guanxi import Analysis", "schema must not import guanxi.Analysis"),
        ("schema/ids.py", "def f():\n    from plugins import manager", "schema must not import plugins.manager"),
        ("schema/querying/plan.py", "from ...server import app", "schema must not import server.app"),
        ("plugins/manager.py", "import server", "plugins must not import server"),
        ("plugins/manager.py", "import plugins.graph", "plugins must not import plugins.graph"),
        ("plugins/graph/fields.py", "from schema.ids import decode", "plugins.NAME must not import schema.ids"),
        ("plugins/graph/fields.py", "from plugins import hookspecs", "plugins.NAME must not import plugins.hookspecs"),
        ("plugins/graph/fields.py", "from ..rules import apriori", "plugins.NAME must not import plugins.rules"),
        ("plugins/graph/__init__.py", "from .. import rules", "plugins.NAME must not import plugins.rules"),
        ("server/app.py", "from plugins.graph import pagerank", "server must not import plugins.graph"),
        ("server/app.py", "import guanxi", "server must not import guanxi"),
        ("guanxi/__init__.py", "from server.app import app", "guanxi must not import server.app"),
        ("guanxi/__init__.py", "from plugins.manager import Manager", "guanxi must not import plugins.manager"),
        ("server/app.py", "import server.worker.task", "server must not import server.worker.task"),
        ("server/worker/task.py", "import server.runs.task", "server.worker must not import server.runs.task"),
        ("server/app.py", "import adbc_driver_sqlite.dbapi", "server is part of the server process and must not import adbc_driver_sqlite"),
        ("server/app.py", "from numpy.linalg import norm", "server is part of the server process and must not import numpy"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    line = text.count("\n") + 1
    assert imports.complaints(house(tmp_path, name, text)) == [f"{name}:{line}: {complaint}"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("schema/customers/types.py", "from schema.querying import column"),
        ("schema/customers/types.py", "from . import models"),
        ("plugins/manager.py", "from plugins import hookspecs\nfrom schema.errors import Problem"),
        ("plugins/graph/fields.py", "import guanxi\nfrom . import pagerank\nfrom plugins.graph.metrics.pagerank import rank"),
        ("plugins/graph/metrics/pagerank.py", "import numpy as np"),
        ("server/app.py", "from plugins.manager import Manager\nfrom plugins import hookspecs\nimport server.settings"),
        ("server/worker/task.py", "import numpy\nfrom plugins.manager import load\nfrom server.files.paths import STEM"),
        ("guanxi/__init__.py", "from plugins.hookspecs import hookimpl\nfrom schema.errors import Problem"),
        ("guanxi/__main__.py", "from server.command import main"),
        ("schema/ids.py", "import schematics, serverless"),
    ],
)
def test_an_allowed_import_is_let_through(tmp_path: Path, name: str, text: str) -> None:
    assert imports.complaints(house(tmp_path, name, text)) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cache = {}", "1: cache is an empty container at module level: what fills it belongs on the application object"),
        ("from collections import defaultdict\nseen = defaultdict(list)",
         "2: seen is an empty container at module level: what fills it belongs on the application object"),
        ("engine = None\ndef start():\n    global engine\n    engine = 1",
         "3: global engine: module-level state, which every server in the process would share"),
        ("KINDS = {'A': 1}\ndef add(kind):\n    KINDS[kind] = 1", "3: add() changes KINDS, which lives at module level"),
        ("KINDS = ['A']\nasync def add(kind):\n    KINDS.append(kind)", "3: add() changes KINDS, which lives at module level"),
    ],
)
def test_state_at_module_level_is_found(tmp_path: Path, text: str, complaint: str) -> None:
    assert state.complaints(house(tmp_path, "server/app.py", text)) == [f"server/app.py:{complaint}"]


@pytest.mark.parametrize(
    "text",
    [
        "KINDS = {'A': 1}\ndef read(kind):\n    return KINDS[kind]",
        "KINDS = ['A']\ndef fresh():\n    KINDS = []\n    KINDS.append('B')\n    return KINDS",
        "NAMES = ['A']\nKINDS = frozenset(NAMES)\nOTHERS = set(NAMES)",
        "def build(kinds):\n    kinds.append('A')",
    ],
)
def test_tables_and_local_containers_are_let_through(tmp_path: Path, text: str) -> None:
    assert state.complaints(house(tmp_path, "server/app.py", text)) == []
