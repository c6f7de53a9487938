"""A plugin's own tables beside the core's, and migrations that fail or are killed on the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, inspect

from schema.extending.tables import Storage
from schema.models import metadata
from server import migrations
from server.database import Database, DatabaseProblem, open_database
from server.migrations import Standing
from server.revisions import Owner, plugin_owner
from tests.conftest import URLS

HEAD = 'import os, sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = "{}", {!r}\nbranch_labels = depends_on = None\n'
FIRST = HEAD.format("a", None) + '''
def upgrade():
    op.create_table("pets_kinds", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(20)))
    op.create_table("pets_animals", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("kind_id", sa.Integer(), sa.ForeignKey("pets_kinds.id", ondelete="CASCADE")),
                    sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customers.id", ondelete="CASCADE")))

def downgrade():
    op.drop_table("pets_animals")
    op.drop_table("pets_kinds")
'''
# SQLite makes pets_kinds anew for this, and must not take the animals with it.
SECOND = HEAD.format("b", "a") + '''
def upgrade():
    with op.batch_alter_table("pets_kinds") as kinds:
        kinds.alter_column("name", existing_type=sa.String(20), nullable=False)
        kinds.add_column(sa.Column("legs", sa.Integer()))
    if os.environ.get("FAIL_HALFWAY") == "raise":
        raise RuntimeError("half way")
    if os.environ.get("FAIL_HALFWAY") == "die":
        os._exit(9)

def downgrade():
    with op.batch_alter_table("pets_kinds") as kinds:
        kinds.drop_column("legs")
        kinds.alter_column("name", existing_type=sa.String(20), nullable=True)
'''
ORPHANS = HEAD.format("c", "b") + '''
def upgrade():
    op.execute("INSERT INTO pets_animals (id, kind_id) VALUES (7, 404)")
'''


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """MariaDB cannot undo a migration: test_mariadb.py tells what is said then."""
    url: str = request.getfixturevalue(URLS[request.param])
    return url


@pytest.fixture
def pets(tmp_path: Path) -> Owner:
    """A plugin with tables of its own. Its migrations are in two steps."""
    (tmp_path / "a.py").write_text(FIRST, encoding="utf-8")
    (tmp_path / "b.py").write_text(SECOND, encoding="utf-8")
    tables = MetaData()
    kinds = Table("pets_kinds", tables, Column("id", Integer, primary_key=True), Column("name", String(20), nullable=False),
                  Column("legs", Integer))
    Table("pets_animals", tables, Column("id", Integer, primary_key=True),
          Column("kind_id", ForeignKey(kinds.c.id, ondelete="CASCADE")),
          Column("customer_id", Integer, ForeignKey(metadata.tables["customers"].c.id, ondelete="CASCADE")))
    return plugin_owner("pets", Storage(tables, tmp_path))


def run(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def animals(database: Database) -> int:
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM pets_animals").scalar_one())


def test_a_plugins_tables_come_and_go_beside_the_cores(database: Database, pets: Owner) -> None:
    assert migrations.state(database, pets).standing is Standing.EMPTY
    assert migrations.upgrade(database, pets).current == "b"
    assert migrations.state(database).standing is Standing.UP_TO_DATE
    assert migrations.differences(database) == migrations.differences(database, pets) == []
    run(database, "ALTER TABLE pets_kinds ADD COLUMN tail integer")
    assert "tail" in str(migrations.differences(database, pets))
    assert migrations.differences(database) == []
    migrations.downgrade(database, "base", pets)
    assert migrations.state(database, pets).standing is Standing.EMPTY
    assert migrations.state(database).standing is Standing.UP_TO_DATE


def test_a_table_made_anew_keeps_the_rows_that_refer_to_it(database: Database, pets: Owner) -> None:
    migrations.upgrade(database, pets)
    migrations.downgrade(database, "a", pets)
    run(database, "INSERT INTO pets_kinds VALUES (1, 'cat')", "INSERT INTO pets_animals VALUES (1, 1, NULL)")
    migrations.upgrade(database, pets)
    assert animals(database) == 1
    run(database, "DELETE FROM pets_kinds")  # references are watched over again
    assert animals(database) == 0


def test_a_migration_that_raises_leaves_everything_as_it_was(database: Database, pets: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations.upgrade(database, pets)
    migrations.downgrade(database, "a", pets)
    monkeypatch.setenv("FAIL_HALFWAY", "raise")
    with pytest.raises(RuntimeError, match="half way"):
        migrations.upgrade(database, pets)
    assert_untouched_and_mendable(database, pets, monkeypatch)


DIE = """
import sys, pathlib, sqlalchemy
from schema.extending.tables import Storage
from server import migrations, revisions
from server.database import open_database
migrations.upgrade(open_database(sys.argv[1]), revisions.plugin_owner("pets", Storage(sqlalchemy.MetaData(), pathlib.Path(sys.argv[2]))))
"""


def test_a_migration_that_is_killed_leaves_everything_as_it_was(
        database: Database, database_url: str, pets: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations.upgrade(database, pets)
    migrations.downgrade(database, "a", pets)
    environment = {**os.environ, "FAIL_HALFWAY": "die"}
    killed = subprocess.run([sys.executable, "-c", DIE, database_url, str(pets.versions)], env=environment, timeout=60)
    assert killed.returncode == 9
    assert_untouched_and_mendable(database, pets, monkeypatch)


def assert_untouched_and_mendable(database: Database, pets: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    state = migrations.state(database, pets)
    assert (state.standing, state.current) == (Standing.BEHIND, "a")
    assert [column["name"] for column in inspect(database.engine).get_columns("pets_kinds")] == ["id", "name"]
    assert not [table for table in inspect(database.engine).get_table_names() if "tmp" in table]
    monkeypatch.delenv("FAIL_HALFWAY", raising=False)
    assert migrations.upgrade(database, pets).standing is Standing.UP_TO_DATE


def test_sqlite_migrations_that_break_a_reference_are_taken_back(sqlite_database: Database, pets: Owner) -> None:
    (pets.versions / "c.py").write_text(ORPHANS, encoding="utf-8")
    with pytest.raises(DatabaseProblem, match="rows of pets_animals would refer to rows that do not exist"):
        migrations.upgrade(sqlite_database, pets)
    assert migrations.state(sqlite_database, pets).standing is Standing.EMPTY


def test_the_core_does_not_need_a_plugin_that_is_gone(database: Database, database_url: str, pets: Owner) -> None:
    migrations.upgrade(database, pets)
    for path in pets.versions.glob("*.py"):
        path.unlink()
    again = open_database(database_url)
    migrations.downgrade(again, "0002")
    assert migrations.upgrade(again).standing is Standing.UP_TO_DATE
    assert migrations.differences(again) == []
    assert animals(again) == 0
    again.engine.dispose()
