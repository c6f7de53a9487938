"""The subcommands, on both databases: what they print, where, and with which exit code."""

import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.changes.models import AuditEntryRow
from schema.staff.models import ApiTokenRow
from server import migrations
from server.access.tokens import hash_of
from server.command import COMMANDS, main
from server.database import open_database
from server.migrations import Standing, state
from tests.plugins.fakes import SHIPPED

PASSWORD = "hunter2"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GUANXI_") and not name.startswith("GUANXI_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert PASSWORD not in result.output
    return result


def refused(*arguments: str, code: int = 1) -> str:
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    return result.stderr


def test_every_command_has_help() -> None:
    told = run("--help").stdout
    for name in COMMANDS:
        assert re.search(rf"^  {name} +[A-Z]", told, re.MULTILINE), told
        assert run(name, "--help").exit_code == 0


def test_an_unknown_command() -> None:
    assert "No such command" in refused("serv", code=2)


# -- tokens --
def test_a_token_stands_alone_on_standard_output(database_url: str) -> None:
    result = run("token", "create", "--name", "till", "--role", "agent", "--expires-in-days", "7", "--database-url", database_url)
    token = result.stdout.removesuffix("\n")
    assert re.fullmatch(r"gx_[0-9a-f]{12}_[0-9a-f]{64}", token)
    assert token not in result.stderr
    assert "agent" in result.stderr
    database = open_database(database_url)
    with Session(database.engine) as session:
        row = session.scalars(select(ApiTokenRow)).one()
        assert (row.name, row.hash) == ("till", hash_of(token))
        assert row.expires_at is not None
        assert (row.expires_at - row.created_at).days in (6, 7)
        entry = session.scalars(select(AuditEntryRow)).one()
        assert (entry.action, entry.subject_kind, entry.subject_id) == ("tokenCreate", "apiToken", row.id)
    database.engine.dispose()


def test_a_token_is_listed_without_its_secret_and_revoked_once(database_url: str) -> None:
    there = ("--database-url", database_url)
    token = run("token", "create", "--name", "till", "--role", "reader", *there).stdout.strip()
    prefix = "_".join(token.split("_")[:2])
    assert re.fullmatch(rf"{prefix}  reader   good +never used +till\n", run("token", "list", *there).stdout)
    assert run("token", "revoke", prefix, *there).stdout == f"Revoked {prefix}.\n"
    assert "revoked 2" in run("token", "list", *there).stdout
    assert "revoked already" in refused("token", "revoke", token, *there)
    assert "There is no token" in refused("token", "revoke", "gx_000000000000", *there)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--name", "a", "--role", "king"], "there is no role “king”; there are reader, agent, privacy, admin"),
        (["--name", " ", "--role", "reader"], "--name"),
        (["--name", "a" * 201, "--role", "reader"], "--name"),
        (["--role", "reader"], "--name"),
        (["--name", "a", "--role", "reader", "--expires-in-days", "0"], "--expires-in-days"),
    ],
)
def test_a_token_that_cannot_be(sqlite_url: str, arguments: list[str], words: str) -> None:
    assert words in refused("token", "create", *arguments, "--database-url", sqlite_url, code=2)
    assert run("token", "list", "--database-url", sqlite_url).stdout == ""


# -- the database --
def test_migrating_an_empty_database(empty_url: str) -> None:
    assert run("migrate", "--database-url", empty_url).exit_code == 0
    assert run("migrate", "--database-url", empty_url).exit_code == 0
    database = open_database(empty_url)
    assert state(database).standing is Standing.UP_TO_DATE
    database.engine.dispose()


@pytest.mark.parametrize("command", [["token", "list"], ["sign-in"], ["serve", "--port", "0"]])
def test_a_database_that_is_behind_or_ahead_names_the_command(database_url: str, command: list[str]) -> None:
    database = open_database(database_url)
    migrations.downgrade(database, "0001")
    assert "guanxi migrate" in refused(*command, "--database-url", database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    words = refused(*command, "--database-url", database_url)
    assert "9999" in words
    assert "newer" in words
    database.engine.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"postgresql://me:{PASSWORD}@127.0.0.1:1/guanxi", "PostgreSQL does not answer"),
        (f"mysql://me:{PASSWORD}@127.0.0.1/guanxi", "Guanxi has not been tried on MySQL"),
        (f"oracle://me:{PASSWORD}@127.0.0.1/guanxi", "SQLite, PostgreSQL or MariaDB"),
        ("sqlite:///no/such/folder/guanxi.db", "does not exist"),
        ("nonsense", "cannot be read"),
    ],
)
@pytest.mark.parametrize("command", [["migrate"], ["token", "list"], ["serve", "--port", "0"], ["sign-in"]])
def test_a_database_that_cannot_be_reached(command: list[str], url: str, words: str) -> None:
    assert words in refused(*command, "--database-url", url)


def test_settings_that_cannot_be_used() -> None:
    Path("guanxi.toml").write_text("prot = 1")
    for command in (["migrate"], ["token", "list"], ["serve"], ["sign-in"]):
        assert "prot is not a setting" in refused(*command)


# -- the rest --
def test_the_schema_is_printed() -> None:
    assert "type Query {" in run("schema").stdout


def test_a_sign_in_link(database_url: str) -> None:
    there = ("--database-url", database_url)
    link = r"http://127\.0\.0\.1:8000/sign-in\?code=[0-9a-f]{64}\n"
    assert re.fullmatch(link, run("sign-in", *there).stdout)
    assert run("sign-in", "--address", "https://crm.example.com/", *there).stdout.startswith("https://crm.example.com/sign-in?code=")
    assert "no active member of staff" in refused("sign-in", "--staff", "bob", *there)


def test_the_doctor_finds_nothing_wrong(database_url: str) -> None:
    run("migrate", "--database-url", database_url)
    result = run("doctor", "--database-url", database_url)
    assert result.exit_code == 0, result.output
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["packages:", "ok"], ["settings:", "ok"], ["database:", "ok"], *[["plugin", f"{name}:", "active"] for name in SHIPPED],
        ["disk", "space:", "ok"], ["GraphiQL:", "ok"]]


def test_the_doctor_says_in_words_what_is_wrong(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(sqlite_url)
    migrations.downgrade(database, "0001")
    database.engine.dispose()
    monkeypatch.setattr("server.ide.FILES", tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1024 * 1024))
    result = run("doctor", "--database-url", sqlite_url)
    assert result.exit_code == 1
    for words in ("guanxi migrate", "index.html is missing", "Only 1 MB are free"):
        assert words in result.stdout


def test_the_doctor_makes_no_database() -> None:
    result = run("doctor")
    assert (result.exit_code, "There is no database" in result.stdout) == (1, True)
    assert not Path("guanxi.db").exists()


def test_the_doctor_goes_on_where_the_settings_or_the_database_fail() -> None:
    result = run("doctor", "--database-url", f"postgresql://me:{PASSWORD}@127.0.0.1:1/x")
    assert (result.exit_code, "PostgreSQL does not answer" in result.stdout) == (1, True)
    Path("guanxi.toml").write_text("prot = 1")
    result = run("doctor")
    assert (result.exit_code, "prot is not a setting" in result.stdout) == (1, True)


def test_the_doctor_minds_a_password_that_others_can_read() -> None:
    file = Path("guanxi.toml")
    file.write_text(f'database_url = "postgresql://me:{PASSWORD}@127.0.0.1:1/x"')
    file.chmod(0o644)
    assert "chmod 600 guanxi.toml" in run("doctor").stdout
    file.chmod(0o600)
    assert "chmod" not in run("doctor").stdout
