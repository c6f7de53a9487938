"""What a run was computed with, so that a reader can tell whether another result comes from other data or from another library."""

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

DISTRIBUTIONS = {"sklearn": "scikit-learn"}  # where a module is called otherwise than its distribution
ALWAYS = ("numpy", "pyarrow")


def environment(plugin: str, plugin_version: str | None, libraries: Iterable[str]) -> Mapping[str, Any]:
    tops = sorted({name.partition(".")[0] for name in (*libraries, *ALWAYS)})
    return {
        "python": platform.python_version(), "platform": platform.platform(), "cpus": os.cpu_count(),
        "guanxi": version_of("guanxi"), "plugin": {plugin: plugin_version}, "libraries": {name: version_of(name) for name in tops},
    }


def version_of(module: str) -> str | None:
    try:
        return version(DISTRIBUTIONS.get(module, module))
    except PackageNotFoundError:
        found = getattr(sys.modules.get(module), "__version__", None)
        return found if isinstance(found, str) else None
