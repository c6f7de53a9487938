"""Migrations on both databases: there, back and there again with rows in place, several starters, other people's databases."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from schema.analyses.models import PublishedRunRow
from schema.changes.change import Change, change
from schema.context import SYSTEM
from schema.customers.models import CustomerRow, ServiceLevelRow, TagRow
from schema.jobs.models import JobRow
from schema.marketing.models import SegmentMemberRow, SegmentRow
from schema.models import metadata
from schema.permissions import ROLES
from schema.relationships.models import RelationshipKindRow, RelationshipRow
from schema.rows import Row
from schema.staff.models import FailedSignInRow, RoleRow, StaffRow
from schema.surveys.models import SurveyAnswerRow, SurveyQuestionRow, SurveyResponseRow, SurveyRow
from server import migrations
from server.database import Database, DatabaseProblem, open_database
from server.migrations import Standing
from server.revisions import CORE, head
from tests.populating import populate


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = open_database(empty_url)
    yield database
    database.engine.dispose()


def count(database: Database, kind: type[Row]) -> int:
    with Session(database.engine) as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def command(database: Database, sql: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(sql)


def test_an_empty_database_becomes_what_the_models_say(empty: Database) -> None:
    assert migrations.state(empty).standing is Standing.EMPTY
    assert migrations.upgrade(empty).standing is Standing.UP_TO_DATE
    assert migrations.differences(empty) == []


def test_a_difference_is_found(database: Database) -> None:
    command(database, "ALTER TABLE customers ADD COLUMN shoe_size integer")
    command(database, "DROP INDEX ix_customers_name_id" + (" ON customers" if database.dialect == "mariadb" else ""))
    found = " ".join(migrations.differences(database))
    assert "shoe_size" in found
    assert "ix_customers_name_id" in found


def test_what_alembic_does_not_compare_is_as_the_models_say(empty: Database) -> None:
    migrations.upgrade(empty)
    migrated = constraints(empty)
    migrations.downgrade(empty, "base")
    metadata.create_all(empty.engine)
    assert migrated == constraints(empty)
    assert any(migrated.values())


def constraints(database: Database) -> dict[str, list[str]]:
    inspector = inspect(database.engine)
    return {table: sorted(f"{check['name']}: {check['sqltext']}" for check in inspector.get_check_constraints(table))
            for table in metadata.tables}


def test_text_is_compared_by_its_bytes(postgres_database: Database) -> None:
    with postgres_database.engine.connect() as connection:
        others = connection.exec_driver_sql(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND data_type IN ('character varying', 'text') AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'alembic_version'")
        assert others.fetchall() == []


def test_tables_without_rowid_stay_so(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%' ORDER BY name")
        assert [name for name, in found] == sorted(name for name, table in metadata.tables.items()
                                                   if table.dialect_options["sqlite"]["with_rowid"] is False)


def test_there_and_back_and_there_again_with_rows_in_place(database: Database) -> None:
    populate(database)
    filled = [mapper.class_ for mapper in Row.registry.mappers]
    assert [kind.__name__ for kind in filled if count(database, kind) == 0] == []
    before = {kind: count(database, kind) for kind in filled}
    # an older Guanxi knows no analysis runs, no segments, no surveys and no failed sign-ins
    before |= {PublishedRunRow: 0, JobRow: before[JobRow] - 1, SegmentRow: 0, SegmentMemberRow: 0}
    before |= {FailedSignInRow: 0, SurveyRow: 0, SurveyQuestionRow: 0, SurveyResponseRow: 0, SurveyAnswerRow: 0}
    migrations.downgrade(database, "0002")
    assert migrations.upgrade(database).standing is Standing.UP_TO_DATE
    assert {kind: count(database, kind) for kind in filled} == before
    migrations.downgrade(database, "0001")
    assert migrations.state(database).standing is Standing.BEHIND
    assert count(database, CustomerRow) == before[CustomerRow]
    migrations.upgrade(database)
    assert (count(database, CustomerRow), count(database, TagRow)) == (before[CustomerRow], before[TagRow])
    assert count(database, RelationshipRow) == 0
    migrations.downgrade(database, "base")
    assert migrations.state(database).standing is Standing.EMPTY
    migrations.upgrade(database)
    assert migrations.differences(database) == []
    assert count(database, CustomerRow) == 0


def test_reference_data_is_there_in_both_languages(database: Database) -> None:
    with Session(database.engine) as session:
        roles = {(r.key, r.name_en, r.name_zh): set(r.permissions) for r in session.scalars(select(RoleRow))}
        assert roles == {tuple(names): set(permissions) for *names, permissions in ROLES}
        staff, role = session.execute(select(StaffRow, RoleRow).join(RoleRow)).one()
        assert (staff.key, staff.name, role.key) == ("admin", "Administrator", "admin")
        levels = session.scalars(select(ServiceLevelRow).order_by(ServiceLevelRow.resolution_minutes)).all()
        assert [level.key for level in levels] == ["premium", "vip", "normal"]
        kinds = session.scalars(select(RelationshipKindRow)).all()
    assert all(kind.label_en and kind.label_zh for kind in kinds)
    assert all(bool(kind.inverse_label_en) is bool(kind.inverse_label_zh) is kind.directed for kind in kinds)


def test_reference_data_that_its_owner_changed_stays_changed(database: Database) -> None:
    def perform(work: Change) -> dict[str, str]:
        work.session.scalars(select(ServiceLevelRow).where(ServiceLevelRow.key == "vip")).one().name_zh = "钻石"
        return {}

    change(database.engine, SYSTEM, "serviceLevelUpdate", perform)
    migrations.downgrade(database, "0002")
    migrations.upgrade(database)
    with Session(database.engine) as session:
        assert session.scalars(select(ServiceLevelRow.name_zh).where(ServiceLevelRow.key == "vip")).all() == ["钻石"]


def test_new_rows_get_new_ids_after_the_reference_data(database: Database) -> None:
    def perform(work: Change) -> dict[str, str]:
        work.session.add(ServiceLevelRow(key="gold"))
        return {}

    change(database.engine, SYSTEM, "serviceLevelCreate", perform)
    assert count(database, ServiceLevelRow) == 4


def test_a_database_behind_says_which_command_to_run(database: Database) -> None:
    migrations.downgrade(database, "0001")
    state = migrations.state(database)
    assert (state.standing, state.current, state.head) == (Standing.BEHIND, "0001", head(CORE))
    assert "run `guanxi migrate`" in state.sentence


def test_a_database_ahead_is_refused(database: Database) -> None:
    command(database, "UPDATE alembic_version SET version_num = '9999'")
    state = migrations.state(database)
    assert (state.standing, state.current) == (Standing.AHEAD, "9999")
    assert "install the newer Guanxi" in state.sentence
    with pytest.raises(DatabaseProblem, match="ahead of this Guanxi"):
        migrations.upgrade(database)


@pytest.mark.parametrize("ddl", [
    ["CREATE TABLE invoices (id integer)"],
    ["CREATE TABLE customers (id integer)"],
    ["CREATE TABLE posts (id integer)", "CREATE TABLE alembic_version (version_num text)", "INSERT INTO alembic_version VALUES ('ab12')"],
])
def test_a_database_of_something_else_is_left_alone(empty: Database, ddl: list[str]) -> None:
    for statement in ddl:
        command(empty, statement)
    before = set(inspect(empty.engine).get_table_names())
    assert migrations.state(empty).standing is Standing.FOREIGN
    with pytest.raises(DatabaseProblem, match="tables of something else"):
        migrations.upgrade(empty)
    assert set(inspect(empty.engine).get_table_names()) == before


def test_an_unknown_revision_to_go_back_to_is_a_sentence(database: Database) -> None:
    with pytest.raises(DatabaseProblem, match="cannot be brought to revision 0815"):
        migrations.downgrade(database, "0815")
    assert migrations.state(database).standing is Standing.UP_TO_DATE


START = """
import sys
from server import migrations
from server.database import open_database
print(migrations.upgrade(open_database(sys.argv[1])).standing.name)
"""


def test_two_starters_take_turns(empty_url: str) -> None:
    starters = [subprocess.Popen([sys.executable, "-c", START, empty_url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                for _ in range(2)]
    ended = [(*starter.communicate(timeout=60), starter.returncode) for starter in starters]
    assert ended == [("UP_TO_DATE\n", "", 0)] * 2
    database = open_database(empty_url)
    assert migrations.differences(database) == []
    assert count(database, RoleRow) == len(ROLES)
    database.engine.dispose()



def test_the_folder_of_versions_is_the_checkouts() -> None:
    assert CORE.versions == Path(__file__).resolve().parents[2] / "alembic" / "versions"
