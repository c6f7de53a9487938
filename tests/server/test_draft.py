"""The first version of a migration that a developer is given leads to what the models say."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Table

from schema.models import metadata
from schema.rows import Instant, Scaled, text
from server import migrations
from server.database import Database
from server.draft import draft
from server.revisions import CORE, Owner


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
    written = draft("Where departments are", owner)
    assert written.name == "0004_where_departments_are.py"
    assert "schema.rows" not in written.read_text(encoding="utf-8")
    assert migrations.upgrade(database, owner).current == "0004"
    assert migrations.differences(database, owner) == []
    migrations.downgrade(database, "0003", owner)
    assert migrations.differences(database) == []
