"""Imports go one way: server -> plugins -> schema, and a plugin that ships sees nothing of ours but `guanxi`, as any other would."""

import ast
from collections.abc import Iterator
from pathlib import Path

OURS = ("guanxi", "schema", "plugins", "server")

# Room -> what it may import of ours, beside itself. `plugins` is the contract and what admits plugins; `plugins.NAME` is one that ships.
RULES: dict[str, frozenset[str]] = {
    "schema": frozenset(),
    "plugins": frozenset({"schema"}),
    "plugins.NAME": frozenset({"guanxi"}),
    "server": frozenset({"schema", "plugins.hookspecs", "plugins.manager"}),
    "server.worker": frozenset({"schema", "plugins.manager", "server.files"}),
    "server.cluster": frozenset({"schema", "plugins.manager", "server.files", "server.runs", "server.worker"}),
    "guanxi": frozenset({"schema", "plugins.hookspecs", "server.worker.fan_out"}),
    "guanxi.__main__": frozenset({"server.command"}),
    "guanxi.template": frozenset({"guanxi"}),
    "guanxi.testing": frozenset({"guanxi", "schema", "plugins.hookspecs", "plugins.manager", "server"}),
}

# These load in seconds and hundreds of megabytes; they belong to the workers that compute, never to the process that answers.
HEAVY = frozenset({"adbc_driver_manager", "adbc_driver_postgresql", "adbc_driver_sqlite", "dask", "distributed", "igraph", "joblib",
                   "matplotlib", "mlxtend", "networkx", "numpy", "pandas", "pyarrow", "scipy", "sklearn", "statsmodels"})
CONTRACT = frozenset({"", "asking", "finding", "hookspecs", "manager", "ordering", "storing"})
LIGHT_ROOMS = frozenset({"schema", "server", "guanxi", "guanxi.__main__", "plugins"})


def complaints(root: Path) -> list[str]:
    """Every import in the four packages under `root` that the table does not allow, as `file:line: sentence`."""
    files = sorted(path for package in OURS for path in (root / package).rglob("*.py"))
    return [f"{path.relative_to(root)}:{line}: {text}" for path in files for line, text in _of_file(path, root)]


def _of_file(path: Path, root: Path) -> Iterator[tuple[int, str]]:
    module = _module_name(path.relative_to(root))
    room = room_of(module)
    for line, name in _imports(ast.parse(path.read_bytes()), module, is_package=path.name == "__init__.py"):
        top = name.partition(".")[0]
        if top in OURS and not _allowed(module, name):
            yield line, f"{room} must not import {name}"
        elif top in HEAVY and room in LIGHT_ROOMS:
            yield line, f"{room} is part of the server process and must not import {top}"


def room_of(module: str) -> str:
    """The row of the table that a module falls under.

    >>> [room_of(name) for name in ("schema.ids", "plugins.manager", "plugins.graph.fields", "guanxi.testing", "server.worker.task")]
    ['schema', 'plugins', 'plugins.NAME', 'guanxi.testing', 'server.worker']
    """
    if module == "guanxi.__main__":
        return module
    for room in ("server.worker", "server.cluster", "guanxi.template", "guanxi.testing"):
        if _within(module, room):
            return room
    package, _, rest = module.partition(".")
    if package == "plugins" and rest.partition(".")[0] not in CONTRACT:
        return "plugins.NAME"
    return package


def _allowed(module: str, imported: str) -> bool:
    room, target = room_of(module), room_of(imported)
    if room == target == "plugins.NAME":
        return module.split(".")[1] == imported.split(".")[1]
    return room == target or any(_within(imported, allowed) for allowed in RULES[room])


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _imports(tree: ast.Module, module: str, *, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and absolute name of every import, wherever it stands: inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, is_package=is_package)
            yield from ((node.lineno, f"{base}.{alias.name}" if base in OURS else base) for alias in node.names)


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if node.level == 0:
        return node.module or ""
    parents = module.split(".")[: -node.level + is_package or None]
    return ".".join([*parents, *([node.module] if node.module else [])])


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
