"""A new plugin out of the template: real code whose plugin is called `pluginname`, copied with another name in its place."""

import os
from pathlib import Path

from plugins.manager import installed_names, is_name

TEMPLATE = Path(__file__).resolve().parent.parent / "guanxi" / "template"
PLACEHOLDER = "pluginname"
DOT = "dot_"  # how names begin that begin with a point in the plugin: builders of distributions pass over hidden files
PASSED_OVER = frozenset({"__pycache__", ".pytest_cache"})


class Unfit(Exception):
    """No plugin can be made like this; the text says why, and what to do."""


def make(name: str, folder: Path) -> list[Path]:
    """The files that were written. Raises `Unfit`, and has written nothing then."""
    check_name(name)
    check_folder(folder)
    return [written(source, folder, name) for source in sources()]


def check_name(name: str) -> None:
    if not is_name(name):
        raise Unfit(f"A plugin cannot be called “{name}”: use up to 31 of a to z and 0 to 9, a letter first, and neither alembic nor core.")
    if name in installed_names():
        raise Unfit(f"There is a plugin called {name} already, and it is installed: take another name.")
    taken = next(iter(taken_names(name)), None)
    if taken:
        raise Unfit(f"A plugin cannot be called “{name}”, because Guanxi itself has {taken}: take another name.")


def taken_names(name: str) -> list[str]:
    """What a plugin of this name would claim, and the core or a plugin that ships has."""
    from plugins.manager import Choices, Plugins
    from schema.models import metadata
    from server.application import compose_all

    types = compose_all(Plugins(Choices()), "sqlite").schema._schema.type_map  # noqa: SLF001  Strawberry has no other way to it
    fields, title = getattr(types["Customer"], "fields", {}), name.title()
    tables = [f"the table {table}" for table in metadata.tables if table.startswith(f"{name}_")]
    return [*tables, *([f"the field Customer.{name}"] if name in fields else []),
            *[f"the type {title}{ending}" for ending in ("Run", "RunStartInput", "RunStartPayload") if f"{title}{ending}" in types]]


def check_folder(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise Unfit(f"The folder {folder} is not empty: name another one with --folder, or empty it.")
    if folder.exists() and not folder.is_dir():
        raise Unfit(f"{folder} is a file: name a folder with --folder.")
    above = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    if not os.access(above, os.W_OK):
        raise Unfit(f"Nothing can be written into {above}: name another folder with --folder.")


def sources() -> list[Path]:
    """Relative to the template."""
    found = (path.relative_to(TEMPLATE) for path in sorted(TEMPLATE.rglob("*")) if path.is_file())
    return [path for path in found if not PASSED_OVER & set(path.parts)]


def written(source: Path, folder: Path, name: str) -> Path:
    path = folder.joinpath(*[renamed(part, name) for part in source.parts])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(renamed_text((TEMPLATE / source).read_text("utf-8"), name), "utf-8")
    return path


def renamed(part: str, name: str) -> str:
    return renamed_text("." + part.removeprefix(DOT) if part.startswith(DOT) else part, name)


def renamed_text(text: str, name: str) -> str:
    return text.replace(PLACEHOLDER, name).replace(PLACEHOLDER.title(), name.title())
