"""The pages of docs/ that are made from the code: a page for the hooks, one for the public names. `python -m checks.reference` writes
them; the check says which is not current."""

import enum
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from strawberry.types.base import get_object_definition

from checks.public_api import MODULES, is_made_by_hand

MADE = "<!-- Made by `python -m checks.reference` from the code: change that, not this. -->"
LONGEST = 110  # characters of a signature on one line


def pages() -> dict[str, str]:
    """By path from the root."""
    return {"docs/plugins/hooks.md": "\n".join(hooks()) + "\n", "docs/plugins/names.md": "\n".join(names()) + "\n"}


def complaints(root: Path) -> list[str]:
    return [f"{path} is not what the code says: run “python -m checks.reference”" for path, text in pages().items()
            if not (root / path).is_file() or (root / path).read_text("utf-8") != text]


# -- hooks --
def hooks() -> Iterator[str]:
    from plugins import hookspecs
    from plugins.asking import HOOKS

    yield f"{MADE}\n\n# Hooks\n"
    yield ("Functions of a plugin's module that are marked with `@hook`. Each may be left out, and takes only those of its arguments that\n"
           "it needs, by name. All but `check` are asked once, when an application starts; they return records and change nothing.\n")
    for name in HOOKS:
        function = getattr(hookspecs, name)
        yield from hook(name, function)


def hook(name: str, function: Any) -> Iterator[str]:
    told, _, example = (inspect.getdoc(function) or "").partition("Example::\n")
    first, *rest = told.strip().split("\n\n")
    yield f"## `{name}`\n\n```python\n{signature(name, function)}\n```\n\n{first}\n"
    *more, facts = rest
    yield from (f"{one}\n" for one in more)
    for fact in re.split(r"\n(?=[A-Z][a-z ]+: )", facts):
        what, _, words = " ".join(fact.split()).partition(": ")
        yield f"- **{what}**: {words}"
    yield f"\n```python\n{textwrap.dedent(example).strip()}\n```\n"


# -- names --
def names() -> Iterator[str]:
    yield f"{MADE}\n\n# Public names\n"
    yield ("What a plugin may import, with types. Everything else may change at any time; how these may change is said in\n"
           "[versions](versions.md).\n")
    for module in MODULES:
        loaded = importlib.import_module(module)
        yield f"## `{module}`\n\n{inspect.getdoc(loaded)}\n"
        for name in loaded.__all__:
            yield from public(name, getattr(loaded, name))


def public(name: str, one: Any) -> Iterator[str]:
    yield f"### `{name}`\n"
    if inspect.isclass(one) or callable(one):
        if not inspect.isclass(one) or has_own_signature(one):
            yield f"```python\n{signature(name, one)}\n```\n"
        definition = get_object_definition(one) if inspect.isclass(one) else None
        if definition is not None:
            yield f"In the schema: `{definition.name}`. {definition.description or ''}".strip() + "\n"
        doc = inspect.cleandoc(one.__doc__ or "")
        if doc and not doc.startswith(f"{name}("):
            yield f"{doc}\n"
        if inspect.isclass(one) and issubclass(one, enum.Enum):
            yield f"{', '.join(f'`{member}`' for member in one.__members__)}.\n"
        if inspect.isclass(one):
            yield from methods(one)
    else:
        yield f"`{one!r}`\n" if isinstance(one, str | int | float) else f"A {type(one).__name__}.\n"


def has_own_signature(one: type) -> bool:
    return is_made_by_hand(one) and not issubclass(one, BaseException) and "__init__" in vars(one)


def methods(one: type) -> Iterator[str]:
    for name, value in vars(one).items():
        if inspect.isfunction(value) and (not name.startswith("_") or (name == "__call__" and getattr(one, "_is_protocol", False))):
            doc = inspect.getdoc(value)
            if doc:
                shown = signature(name, value).replace("\n", " ")
                yield f"- `{' '.join(shown.split())}`\n\n{textwrap.indent(doc, '  ')}\n"


def signature(name: str, one: Any) -> str:
    try:
        found = inspect.signature(one)
    except (TypeError, ValueError):
        return name
    shown = [plain(str(named(p))) for key, p in found.parameters.items() if key != "self"]
    given = "" if found.return_annotation is found.empty or inspect.isclass(one) else f" -> {plain(annotation(found.return_annotation))}"
    line = f"{name}({', '.join(shown)}){given}"
    return line if len(line) <= LONGEST else f"{name}(\n" + "".join(f"    {one},\n" for one in shown) + f"){given}"


def named(parameter: inspect.Parameter) -> inspect.Parameter:
    """A default that is a constant of the public modules is shown by its name."""
    for module in map(importlib.import_module, MODULES):
        for name in module.__all__:
            if name.isupper() and getattr(module, name) is parameter.default:
                return parameter.replace(default=Name(name))
    return parameter


class Name(str):
    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def annotation(one: Any) -> str:
    return one if isinstance(one, str) else inspect.formatannotation(one)


def plain(text: str) -> str:
    """Without the modules in which names happen to lie, and without addresses in memory."""
    text = re.sub(r" at 0x[0-9a-f]+", "", text).replace("~", "")
    text = re.sub(r"<(?:function|built-in function|class)? ?'?([\w.]+)[^>]*>", r"\1", text)
    text = re.sub(r"\b(?:[a-z_][\w]*\.)+(?=[A-Za-z_])", "", text)
    return text.replace("'", "").replace("NoneType", "None")


if __name__ == "__main__":
    for path, text in pages().items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, "utf-8")
