"""What the tables of a plugin have to be like."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey, MetaData, Table

from plugins.asking import Plugin, SetAside, guarded
from schema.extending.tables import Storage
from schema.models import metadata as core


def storage_of(plugin: Plugin) -> Storage | None:
    """With migrations that make its tables. Raises `SetAside`."""
    found = tables_of(plugin)
    if found is not None and not any(found.migrations.glob("*.py")):
        raise SetAside(f"There are no migrations in {found.migrations}: “python -m server.draft 'Make the tables' --plugin {plugin.name}” "
                       "writes the first.")
    return found


def tables_of(plugin: Plugin) -> Storage | None:
    """Before there are migrations, too. Raises `SetAside`."""
    with guarded("Its hook storage failed"):
        found = plugin.ask("storage")
    if found is None:
        return None
    if not isinstance(found, Storage) or not _is_whole(found.metadata, found.migrations):
        raise SetAside("Its hook storage has to return a Storage, and does not.")
    problem = next(problems(plugin.name, found), None)
    if problem:
        raise SetAside(problem)
    return found


def _is_whole(metadata: Any, migrations: Any) -> bool:
    return isinstance(metadata, MetaData) and isinstance(migrations, Path)


def problems(name: str, storage: Storage) -> Iterator[str]:
    taken = next((table for table in core.tables if table.startswith(f"{name}_")), None)
    if taken:
        yield f"It cannot have tables, because {taken} is one of Guanxi's own: give the plugin another name."
    for table in storage.metadata.tables.values():
        if not table.name.startswith(f"{name}_"):
            yield f"Its table {table.name} has to be called {name}_{table.name}."
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
            yield from _reference(storage, table, key)


def _reference(storage: Storage, table: Table, key: ForeignKey) -> Iterator[str]:
    target: Any = key.target_fullname.rpartition(".")[0]
    if target in storage.metadata.tables:
        return
    if target not in core.tables:
        yield f"{table.name}.{key.parent.name} refers to {target}, which is neither its own table nor Guanxi's."
    elif (key.ondelete or "").upper() != "CASCADE":
        yield f"{table.name}.{key.parent.name} refers to {target} without ON DELETE CASCADE: what is erased there would stay here."
