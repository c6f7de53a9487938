"""How a plugin stands before anything is asked of it."""

import json
import subprocess
import sys
from collections.abc import Iterator

from packaging.specifiers import SpecifierSet

from guanxi.testing.checking.subject import Subject
from schema.extending.catalogue import PluginStatus
from server.application import compose_all

HEAVY = frozenset({"adbc_driver_manager", "adbc_driver_postgresql", "adbc_driver_sqlite", "cupy", "igraph", "jax", "joblib", "lifelines",
                   "lightgbm", "matplotlib", "mlxtend", "networkx", "numba", "numpy", "pandas", "polars", "pyarrow", "scipy", "sklearn",
                   "statsmodels", "tensorflow", "torch", "transformers", "xgboost"})
LOADED = """
import json, sys
from guanxi.testing.choosing import only
from plugins.manager import Plugins
Plugins(only([{what!r}], {settings!r}))
print(json.dumps(sorted(name.partition(".")[0] for name in sys.modules)))
"""
LOADED_WITHIN = 60.0  # seconds


def loads(subject: Subject) -> Iterator[str]:
    if subject.known.status is PluginStatus.ACTIVE:
        compose_all(subject.plugins, "sqlite")
    if subject.known.status is not PluginStatus.ACTIVE:
        yield f"{subject.known.status.name}. {subject.known.reason}"


def names_its_interface(subject: Subject) -> Iterator[str]:
    required = str(subject.known.api)
    if not any(one.operator in ("<", "<=", "==", "~=") for one in SpecifierSet(required)):
        yield f"REQUIRES_API “{required}” has no upper end: the next major version may take names away; write for example \">=1.0,<2\"."


def stays_light(subject: Subject) -> Iterator[str]:
    """A process of its own imports it and asks its hooks, as the one that answers does."""
    code = LOADED.format(what=subject.what, settings={subject.name: dict(subject.settings)} if subject.settings else {})
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=LOADED_WITHIN)  # noqa: S603
    if told.returncode:
        yield f"Importing it in a process of its own failed: {told.stderr.strip().splitlines()[-1]}"
        return
    named = {name.partition(".")[0] for analysis in subject.admitted.contribution.analyses for name in analysis.libraries}
    heavy = sorted(set(json.loads(told.stdout)) & (HEAVY | named))
    if heavy:
        yield (f"Loading it imports {', '.join(heavy)}, which the process that answers must not have: import inside the functions that "
               "compute.")
