"""Where plugins come from: installed distributions, and files and modules that somebody names. Nothing is imported to find them."""

import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

GROUP = "guanxi.plugins"
BUNDLED = "guanxi"  # the distribution whose plugins need nobody's leave


@dataclass(frozen=True)
class Candidate:
    """A plugin that may be loaded. `source`: a module, `module:object`, or the path of a file. `origin`: who brings it, for people."""

    name: str
    source: str
    origin: str
    version: str | None = None
    bundled: bool = False
    named: bool = False  # by whoever runs this: it needs no leave either
    problem: str | None = None  # why it cannot even be tried


def installed() -> list[Candidate]:
    """The plugins of every installed distribution, those that ship with Guanxi first."""
    found: dict[str, list[Candidate]] = {}
    for distribution in distributions():
        if GROUP in (distribution.read_text("entry_points.txt") or ""):
            found.setdefault(normalized(distribution.name), list(_offered(distribution)))  # the first on the path hides later ones
    every = [candidate for offered in found.values() for candidate in offered]
    return sorted(every, key=lambda one: (not one.bundled, one.name, one.origin))


def doubled() -> dict[str, str]:
    """By plugin, a sentence for each whose distribution is installed in two versions: the first on the path is the one that serves."""
    versions: dict[str, dict[str, None]] = {}
    names: dict[str, list[str]] = {}
    for distribution in distributions():
        if GROUP in (distribution.read_text("entry_points.txt") or ""):
            key = normalized(distribution.name)
            versions.setdefault(key, {})[distribution.version] = None
            names.setdefault(key, [one.name for one in _offered(distribution)])
    return {name: f"Two versions of {key} are installed, {' and '.join(found)}, and the first serves: uninstall it until it is gone, then "
                  "install the one that you want." for key, found in versions.items() if len(found) > 1 for name in names[key]}


def _offered(distribution: Distribution) -> Iterator[Candidate]:
    name, version = distribution.name, distribution.version
    try:
        points = list(distribution.entry_points.select(group=GROUP))
    except (TypeError, ValueError):  # what the standard library makes of a broken file
        yield Candidate(name, "", name, version, problem=f"The entry points of the distribution {name} cannot be read: install it again.")
        return
    for point in points:
        yield Candidate(point.name, point.value, name, version, bundled=normalized(name) == BUNDLED)


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named(what: str) -> Candidate:
    """A file ending in .py, or a module. Its name is the file's, or the last part of the module's."""
    if not what.endswith(".py"):
        return Candidate(what.partition(":")[0].rpartition(".")[2], what, what, named=True)
    path = Path(what).expanduser().resolve()
    missing = None if path.is_file() else f"There is no file {what}."
    return Candidate(path.stem, str(path), what, named=True, problem=missing)


def import_source(source: str) -> Any:
    """The module or object of a candidate. Raises whatever importing it raises."""
    if source.endswith(".py"):
        return _import_file(Path(source))
    module, _, attributes = source.partition(":")
    found: Any = importlib.import_module(module)
    for attribute in attributes.split(".") if attributes else ():
        found = getattr(found, attribute.strip())
    return found


def _import_file(path: Path) -> Any:
    """Under a name that tells two files called the same, and two versions of one file, apart."""
    mark = sha256(str(path).encode() + b"\0" + path.read_bytes()).hexdigest()[:12]
    name = f"guanxi_plugin_{path.stem}_{mark}"
    if name not in sys.modules:
        specification = importlib.util.spec_from_file_location(name, path)
        assert specification is not None
        assert specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        sys.modules[name] = module  # dataclasses and Strawberry look their classes' modules up
        try:
            specification.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]
