"""No module-level mutable state: everything hangs on one application object, so that two servers can live in one process.

Not all of it can be seen from the source. What can: the `global` statement, an empty container at module level (it is there to be
filled), and a function that changes a container of its own module.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from checks.imports import OURS

CONTAINERS = frozenset({
    "list", "dict", "set", "defaultdict", "deque", "Counter", "OrderedDict", "WeakKeyDictionary", "WeakValueDictionary", "WeakSet",
})
CHANGES = frozenset({
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "popleft", "remove", "setdefault", "update",
})


def complaints(root: Path) -> list[str]:
    """Module-level mutable state in the four packages under `root`, as `file:line: sentence`."""
    files = sorted(path for package in OURS for path in (root / package).rglob("*.py"))
    return [f"{path.relative_to(root)}:{line}: {text}" for path in files for line, text in _of_tree(ast.parse(path.read_bytes()))]


def _of_tree(tree: ast.Module) -> Iterator[tuple[int, str]]:
    names: set[str] = set()
    for name, value in _assignments(tree):
        names.add(name)
        if _is_empty_container(value):
            yield value.lineno, f"{name} is an empty container at module level: what fills it belongs on the application object"
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _of_function(function, names)


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name) and target.id != "__all__")
        elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            yield node.target.id, node.value


def _is_empty_container(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        return name in CONTAINERS and not value.keywords and (not value.args or name == "defaultdict")
    return (isinstance(value, ast.List) and not value.elts) or (isinstance(value, ast.Dict) and not value.keys)


def _of_function(function: ast.FunctionDef | ast.AsyncFunctionDef, names: set[str]) -> Iterator[tuple[int, str]]:
    shared = names - _locals(function)
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            yield node.lineno, f"global {', '.join(node.names)}: module-level state, which every server in the process would share"
        elif (name := _changed(node)) in shared:
            yield getattr(node, "lineno", function.lineno), f"{function.name}() changes {name}, which lives at module level"


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    return arguments | {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _changed(node: ast.AST) -> str | None:
    """The name of the container that `node` changes: NAME.append(...), NAME[key] = ..., del NAME[key]."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
        target: ast.expr = node.func.value
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        target = node.value
    else:
        return None
    return target.id if isinstance(target, ast.Name) else None
