"""Whose tables there are, where their migrations lie, and what Alembic has to be told to run them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect

from schema.extending.tables import Storage
from schema.models import metadata

VERSION_TABLE = "alembic_version"
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Owner:
    """The core, or a plugin: tables of its own, migrations of its own, and a version table of its own."""

    name: str
    metadata: MetaData
    versions: Path
    version_table: str

    def owns(self, table: str, neighbours: Iterable[str]) -> bool:
        """Tables of a plugin begin with its name; every other one is the core's. `neighbours` are the plugins of a database."""
        if self.name != "core":
            return table.startswith(f"{self.name}_")
        return table in self.metadata.tables or not table.startswith(tuple(f"{name}_" for name in neighbours))


def plugin_owner(name: str, storage: Storage) -> Owner:
    return Owner(name, storage.metadata, storage.migrations, f"{VERSION_TABLE}_{name}")


def folder() -> Path:
    """Where env.py is: beside the packages in a checkout, inside `guanxi` in a wheel, whose `alembic` is the library."""
    packages = Path(__file__).resolve().parent.parent
    installed = packages / "guanxi" / "migrations"
    return installed if installed.is_dir() else packages / "alembic"


CORE = Owner("core", metadata, folder() / "versions", VERSION_TABLE)


def neighbours(connection: Connection) -> list[str]:
    """The names of the plugins that have tables in a database, whether the plugins are still installed or not."""
    prefix = f"{VERSION_TABLE}_"
    return [table.removeprefix(prefix) for table in inspect(connection).get_table_names() if table.startswith(prefix)]


def configuration(owner: Owner, connection: Connection | None = None, comparison: Mapping[str, Any] = NOTHING) -> Config:
    """What env.py needs. `comparison`: options of Alembic for comparing tables with models."""
    config = Config()
    config.set_main_option("script_location", _escaped(folder()))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", _escaped(owner.versions))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes.update(owner=owner, connection=connection, comparison=comparison)
    return config


def head(owner: Owner) -> str | None:
    """The revision that this code needs."""
    return ScriptDirectory.from_config(configuration(owner)).get_current_head()


@cache
def core_head() -> str | None:
    """That of the core, kept: it does not change while a process runs."""
    return head(CORE)


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
