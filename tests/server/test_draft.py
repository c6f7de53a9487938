"""The first version of a migration that a developer is given leads to what the models say."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Table

from plugins.manager import Choices, Plugins
from schema.models import metadata
from schema.rows import Instant, Scaled, text
from server import migrations
from server.application import assemble, owners
from server.database import Database
from server.draft import draft
from server.revisions import CORE, Owner
from tests.guanxi import small_plugin


def changed_core(folder: Path) -> Owner:
    """The core with three new columns in a table of its own copy of the models."""
    shutil.copytree(CORE.versions, folder, ignore=shutil.ignore_patterns("__pycache__"))
    tables = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(tables)
    added: tuple[Column[Any], ...] = Column("city", text(200), index=True), Column("opened_at", Instant()), Column("budget", Scaled())
    Table("departments", tables, *added, extend_existing=True)
    return replace(CORE, metadata=tables, versions=folder)


def test_a_draft_brings_the_tables_to_the_models(database: Database, tmp_path: Path) -> None:
    owner = changed_core(tmp_path / "versions")
    assert "city" in str(migrations.differences(database, owner))
    newest = max(file.name[:4] for file in CORE.versions.glob("0*.py"))
    written = draft("Where departments are", owner)
    following = f"{int(newest) + 1:04}"
    assert written.name == f"{following}_where_departments_are.py"
    assert "schema.rows" not in written.read_text(encoding="utf-8")
    assert migrations.upgrade(database, owner).current == following
    assert migrations.differences(database, owner) == []
    migrations.downgrade(database, newest, owner)
    assert migrations.differences(database) == []


def test_the_first_migration_of_a_plugin_is_drafted_on_the_command_line(database: Database, tmp_path: Path) -> None:
    file = str(shutil.copy(small_plugin.__file__, tmp_path / "small.py"))
    command = [sys.executable, "-m", "server.draft", "Make the tables", "--plugin", file]
    written = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    assert Path(written) == tmp_path / "migrations" / "0001_make_the_tables.py"
    assert "down_revision = None" in Path(written).read_text(encoding="utf-8")
    plugins = Plugins(Choices(load=[file]))
    owner = owners(plugins)["small"]
    assert migrations.upgrade(database, owner).current == "0001"
    assert migrations.differences(database, owner) == migrations.differences(database) == []
    application = assemble(plugins, database)
    assert "small" in [one.plugin.name for one in plugins.serving]
    assert "luckRunStart(" in application.schema.as_str()
    migrations.downgrade(database, "base", owner)
    assert migrations.differences(database) == []


def test_a_plugin_without_tables_needs_no_migration(tmp_path: Path) -> None:
    (tmp_path / "bare.py").write_text('REQUIRES_API = ">=1.0,<2"')
    command = [sys.executable, "-m", "server.draft", "x", "--plugin", str(tmp_path / "bare.py")]
    refused = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (refused.returncode, refused.stderr) == (1, "Error: The plugin bare has no tables: its hook storage returns none.\n")
