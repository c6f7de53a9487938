"""What is particular about MariaDB. Tests marked `mariadb` need its server; see tests/mariadb_server.py."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pymysql
import pytest
from sqlalchemy import Column, Index, MetaData, String, Table, func, select
from sqlalchemy.schema import CreateIndex, CreateTable

from schema.mariadb.dialect import Dialect
from server import migrations
from server.database import Database, DatabaseProblem, open_database
from server.database.mariadb import check_server
from server.database.problems import is_overtaken, is_unusable
from server.migrations import Standing
from tests.mariadb_server import MariaDB, NoServer, command, found

WORDS = MetaData()
NOTES = Table("notes", WORDS, Column("about", String, primary_key=True), Column("short", String(20)), Column("text", String))


def test_tests_that_are_asked_for_fail_where_no_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("tests.mariadb_server.PROGRAMS", "")
    with pytest.raises(NoServer, match="There is no mariadbd: install MariaDB's server"):
        found("mariadbd")


def test_a_key_holds_the_beginning_of_a_text_without_a_length() -> None:
    said = str(CreateTable(NOTES).compile(dialect=Dialect()))
    assert "about LONGTEXT NOT NULL" in said
    assert "PRIMARY KEY (about(190))" in said
    assert said.rstrip().endswith("COLLATE utf8mb4_nopad_bin")


def test_an_index_of_some_rows_counts_them_in_a_column() -> None:
    index = Index("uq_notes_short", NOTES.c.short, unique=True, sqlite_where=NOTES.c.text.is_(None))
    assert str(CreateIndex(index).compile(dialect=Dialect())) == (
        "ALTER TABLE notes ADD COLUMN counts_uq_notes_short TINYINT AS (CASE WHEN text IS NULL THEN 1 END) VIRTUAL INVISIBLE, "
        "ADD UNIQUE INDEX uq_notes_short (short, counts_uq_notes_short)")


@pytest.mark.parametrize(("order", "said"), [
    (NOTES.c.short.asc().nulls_last(), "(notes.short) IS NULL, notes.short ASC"), (NOTES.c.short.desc().nulls_last(), "notes.short DESC"),
    (NOTES.c.short.desc().nulls_first(), "(notes.short) IS NOT NULL, notes.short DESC"),
    (NOTES.c.short.asc().nulls_first(), "notes.short ASC"), (NOTES.c.short.nulls_last(), "(notes.short) IS NULL, notes.short"),
])
def test_nulls_have_their_place(order: Any, said: str) -> None:
    assert str(select(func.length(NOTES.c.short)).order_by(order).compile(dialect=Dialect())).endswith(f"ORDER BY {said}")


@pytest.mark.parametrize(("number", "unusable", "overtaken"), [
    (2003, True, False), (2013, True, False), (1205, True, False), (1213, False, True), (1064, False, False), (1062, False, False)])
def test_errors_are_told_apart(number: int, unusable: bool, overtaken: bool) -> None:
    error = pymysql.err.OperationalError(number, "said")
    assert (is_unusable(error), is_overtaken(error)) == (unusable, overtaken)


@pytest.mark.parametrize(("version", "said"), [("8.0.36", "not MariaDB"), ("10.5.20-MariaDB", "needs 10.6")])
def test_another_server_is_refused_in_words(version: str, said: str) -> None:
    engine = mock.MagicMock()
    engine.connect().__enter__().exec_driver_sql().scalar.return_value = version
    with pytest.raises(DatabaseProblem, match=said):
        check_server(engine)


def test_without_its_driver_the_extra_is_named() -> None:
    code = ("import sys; sys.modules['pymysql'] = None\nfrom server.database import open_database\n"
            "open_database('mariadb://me:secret@127.0.0.1:9/name')")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
                          env={**os.environ, "PYTHONPATH": ""})
    assert "pip install 'guanxi[mariadb]'" in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.mariadb
def test_a_first_migration_that_was_killed_is_said(mariadb: MariaDB) -> None:
    """As a kill leaves it: tables, and no revision."""
    url = mariadb.create_empty()
    database = open_database(url)
    migrations.upgrade(database)
    command(url, "DELETE FROM alembic_version")
    state = migrations.state(database)
    assert state.standing is Standing.FOREIGN
    assert "was interrupted. MariaDB keeps what it had done until then: put the backup back" in state.sentence
    with pytest.raises(DatabaseProblem, match="was interrupted"):
        migrations.upgrade(database)
    database.engine.dispose()
    mariadb.drop(url)


@pytest.mark.mariadb
def test_a_later_migration_that_was_killed_is_said(mariadb: MariaDB) -> None:
    """As a kill leaves it: tables of a revision that is not noted yet."""
    url = mariadb.create()
    database = open_database(url)
    command(url, "UPDATE alembic_version SET version_num = '0005'")
    with pytest.raises(DatabaseProblem, match=r"A migration of core failed \(.*already exists.*MariaDB keeps what it had done"):
        migrations.upgrade(database)
    database.engine.dispose()
    mariadb.drop(url)


@pytest.mark.mariadb
async def test_text_is_compared_by_its_bytes_and_without_padding(mariadb_url: str) -> None:
    database = open_database(mariadb_url)
    async with database.reader() as reader:
        assert await reader.fetch("SELECT 'a' = 'A', 'a' = 'a ', 'é' = 'e', 'a' < 'é', '王' = '王', 'a' || 'b', '\\n'", ()) == [
            (0, 0, 0, 1, 1, "ab", "\\n")]
    await database.close()


@pytest.mark.mariadb
def test_turns_end_with_the_connections_use(mariadb_url: str) -> None:
    """A second change of the same kind gets its turn although the connection of the first one lives on in the pool."""
    from schema.changes.turns import wait_turn

    database: Database = open_database(mariadb_url)
    for _ in range(2):
        with database.engine.begin() as one:
            wait_turn(one, "the same")
        with database.engine.begin() as first, database.engine.begin() as second:
            wait_turn(first, "one")
            wait_turn(second, "another")
    with database.engine.begin() as last:
        assert last.exec_driver_sql("SELECT is_free_lock(concat(database(), ':guanxi:the same'))").scalar() == 1
    database.engine.dispose()
