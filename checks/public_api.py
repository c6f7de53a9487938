"""What plugins may rely on: the names of `guanxi`, `guanxi.tables` and `guanxi.testing`, their signatures, and the arguments of hooks.

`python -m checks.public_api` writes checks/public_api.json anew; that is done with a release. In between, what the file has and the code
has not, or has in a way that breaks callers, is a complaint. Something may go only when it stands in `DEPRECATED` with an earlier minor
version, since which its use has warned, and API_VERSION has had a major step.
"""

import enum
import importlib
import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from strawberry.types.base import get_object_definition

FILE = Path("checks") / "public_api.json"
MODULES = ("guanxi", "guanxi.tables", "guanxi.testing")
DEPRECATED: Mapping[str, str] = {}  # such as {"guanxi.raw": "1.3"}: the version of the interface since which its use warns
FREE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
Described = dict[str, Any]


# -- describing --
def public_api() -> Described:
    """JSON: by name, its kind, its parameters, and what it has."""
    found: Described = {}
    for module in MODULES:
        loaded = importlib.import_module(module)
        found |= {f"{module}.{name}": described(getattr(loaded, name)) for name in loaded.__all__}
    return dict(sorted((found | hooks()).items()))


def hooks() -> Described:
    from plugins import hookspecs
    from plugins.asking import HOOKS

    return {f"hook {name}": {"kind": "hook", "parameters": parameters(getattr(hookspecs, name))} for name in HOOKS}


def described(one: Any) -> Described:
    if inspect.isclass(one):
        found: Described = {"kind": "class", "members": members(one)}
        return found | {"parameters": parameters(one)} if is_made_by_hand(one) else found
    if callable(one):
        return {"kind": "function", "parameters": parameters(one)}
    return {"kind": type(one).__name__}


def is_made_by_hand(one: type) -> bool:
    """Whether a plugin calls it: not enums and protocols, and not types of the schema, whose rows are answered without them."""
    is_protocol, definition = getattr(one, "_is_protocol", False), get_object_definition(one)
    return not (issubclass(one, enum.Enum) or is_protocol or (definition is not None and not definition.is_input))


def members(one: type) -> Described:
    """Public attributes of the class itself: methods with their parameters, fields by name."""
    if issubclass(one, enum.Enum):
        return {name: {"kind": "member"} for name in one.__members__}
    names = dict.fromkeys([*inspect.get_annotations(one), *vars(one)])
    found = {}
    for name in names:
        if not name.startswith("_"):
            value = inspect.getattr_static(one, name, None)
            value = value.__func__ if isinstance(value, classmethod | staticmethod) else value
            found[name] = {"kind": "method", "parameters": parameters(value)} if inspect.isfunction(value) else {"kind": "field"}
    return dict(sorted(found.items()))


def parameters(one: Any) -> Described:
    """In their order, each with whether it has to be given, and whether by name only."""
    try:
        signature = inspect.signature(one)
    except (TypeError, ValueError):
        return {}
    return {name: {"required": p.default is p.empty and p.kind not in FREE, "byName": p.kind is p.KEYWORD_ONLY}
            for name, p in signature.parameters.items() if name != "self"}


# -- comparing --
def breaking(before: Described, now: Described, place: str = "") -> Iterator[str]:
    """What breaks those who rely on `before`. Whatever is added and need not be given breaks nobody."""
    for name, old in before.items():
        where = f"{place}{name}"
        if name not in now:
            yield f"{where} is gone"
            continue
        new = now[name]
        if old["kind"] != new["kind"]:
            yield f"{where} was a {old['kind']} and is a {new['kind']}"
        yield from (f"{where}: {sentence}" for sentence in changed(old.get("parameters", {}), new.get("parameters", {})))
        yield from breaking(old.get("members", {}), new.get("members", {}), f"{where}.")


def changed(old: Described, new: Described) -> Iterator[str]:
    for name, one in old.items():
        if name not in new:
            yield f"its parameter {name} is gone"
        elif new[name]["required"] and not one["required"]:
            yield f"its parameter {name} has to be given now"
        elif new[name]["byName"] and not one["byName"]:
            yield f"its parameter {name} is taken by name only now"
    yield from (f"its new parameter {name} has to be given" for name, one in new.items() if name not in old and one["required"])
    by_place = {name for name in old if name in new and not old[name]["byName"] and not new[name]["byName"]}
    if [name for name in old if name in by_place] != [name for name in new if name in by_place]:
        yield "its parameters have another order"


def complaints(root: Path) -> list[str]:
    """Against the file of the last release."""
    from plugins.hookspecs import API_VERSION

    released = json.loads((root / FILE).read_text("utf-8"))
    major, minor = (int(part) for part in API_VERSION.split("."))
    old_major, _ = (int(part) for part in released["version"].split("."))
    found = list(breaking(released["names"], public_api()))
    return [f"{one}: deprecate it first, with a warning, and let it go with a major step (docs/plugins/versions.md)" for one in found
            if not (may_go(one.split()[0], (major, minor)) and major > old_major)]


def may_go(name: str, version: tuple[int, int]) -> bool:
    since = DEPRECATED.get(name)
    return since is not None and tuple(int(part) for part in since.split(".")) < version


def text() -> str:
    from plugins.hookspecs import API_VERSION

    return json.dumps({"version": API_VERSION, "names": public_api()}, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
