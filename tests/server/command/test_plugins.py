"""guanxi plugins, migrate, schema, doctor and serve with plugins: as files, as installed distributions, and when they have gone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from schema.analyses.models import PublishedRunRow
from schema.changes.change import Change, change
from schema.changes.models import AuditEntryRow
from schema.context import SYSTEM
from schema.customers.models import CustomerKind, CustomerRow
from schema.jobs.models import JobRow, JobStatus
from server import migrations
from server.database import Database, open_database
from server.migrations import Standing
from tests.plugins.fakes import HEAD, LUCK, MIGRATION, SHIPPED, TABLES, distribution, plugin_file, plugin_with_tables, write
from tests.server.command.test_commands import nowhere, refused, run  # noqa: F401  (nowhere is a fixture)
from tests.server.processes import guanxi, served

FAILING = MIGRATION.replace("def upgrade():", "def upgrade():\n    op.execute('SELECT 1')\n    raise RuntimeError('half way')")


def tables(url: str) -> set[str]:
    database = open_database(url)
    found = set(inspect(database.engine).get_table_names())
    database.engine.dispose()
    return found


@pytest.fixture
def opened(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.engine.dispose()


def lines(*arguments: str) -> dict[str, list[str]]:
    """What `plugins list` says, by name."""
    told = run("plugins", "list", *arguments)
    assert told.exit_code == 0, told.output
    return {line.split()[0]: line.split(None, 3)[1:] for line in told.stdout.splitlines()}


# -- list and show --
def test_the_list_without_a_database(tmp_path: Path) -> None:
    found = lines("--plugin", plugin_file(tmp_path, "1 / 0"))
    assert found["graph"][0] == "ACTIVE"
    assert found["luck"] == ["FAILED", "-", "It cannot be imported: ZeroDivisionError: division by zero."]
    assert not Path("guanxi.db").exists()


LOST = "The settings have a section [plugins.settings.grahp], and there is no such plugin: correct the name, or take the section out."


def test_settings_of_a_plugin_that_there_is_not_are_told(tmp_path: Path) -> None:
    given = {f"GUANXI_PLUGINS__SETTINGS__{name}__LARGEST_COMMUNITY_GRAPH": "5" for name in ("GRAHP", "GRAPH")}
    told = guanxi(tmp_path, "plugins", "list", **given)
    assert told.returncode == 0, told.stderr
    assert [line.split(None, 3) for line in told.stdout.splitlines() if "settings" in line] == [["grahp", "UNKNOWN", "-", LOST]]
    with served(tmp_path, **given) as serving:
        assert serving.log.read_text().count(LOST) == 1
    doctor = guanxi(tmp_path, "doctor", **given)
    assert doctor.returncode == 1
    assert f"plugin grahp: {LOST}" in doctor.stdout


def test_the_list_tells_what_the_database_lacks(database_url: str, tmp_path: Path) -> None:
    there = ("--database-url", database_url)
    path = plugin_with_tables(tmp_path)
    missing = "The tables of the plugin luck are not there: run `guanxi migrate`."
    assert lines(*there, "--plugin", path)["luck"] == ["NEEDS_UPGRADE", "-", missing]
    assert run("migrate", *there, "--plugin", path).exit_code == 0
    assert lines(*there, "--plugin", path)["luck"][0] == "ACTIVE"
    write(tmp_path / "migrations" / "0002_more.py", MIGRATION.replace('"0001", None', '"0002", "0001"'))
    assert "are behind it (revision 0001, 0002 needed)" in lines(*there, "--plugin", path)["luck"][2]


def test_a_table_that_somebody_dropped_is_missed(opened: Database, database_url: str, tmp_path: Path) -> None:
    there = ("--database-url", database_url, "--plugin", plugin_with_tables(tmp_path))
    assert run("migrate", *there).exit_code == 0
    with opened.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE luck_scores")
    status, _, reason = lines(*there)["luck"]
    assert (status, "guanxi plugins remove luck" in reason) == ("NEEDS_UPGRADE", True)


def test_migrations_that_cannot_be_read(database_url: str, tmp_path: Path) -> None:
    there = ("--database-url", database_url, "--plugin", plugin_with_tables(tmp_path))
    write(tmp_path / "migrations" / "0002_more.py", "1 / 0")
    assert "The migrations of the plugin luck cannot be read: ZeroDivisionError" in lines(*there)["luck"][2]
    assert lines(*there)["graph"][0] == "NEEDS_UPGRADE"


def test_an_installed_plugin_in_the_list(tmp_path: Path) -> None:
    with distribution(tmp_path):
        assert lines()["luck"][:2] == ["DISABLED", "2.5"]
        Path("guanxi.toml").write_text('[plugins]\nallow = ["luck"]\ndisabled = ["graph"]')
        assert lines()["luck"] == ["ACTIVE", "2.5"]
        assert lines()["graph"][0] == "DISABLED"


def test_showing_a_plugin(tmp_path: Path) -> None:
    told = run("plugins", "show", "graph").stdout
    for words in ("graph 0.1.0", "ACTIVE", "graphMetrics", "Customer.pageRank", "graph_scores", "[plugins.settings.graph]"):
        assert words in told
    told = run("plugins", "show", "luck", "--plugin", plugin_file(tmp_path, "1 / 0")).stdout
    assert "FAILED: It cannot be imported" in told
    assert "There is no plugin lurk" in refused("plugins", "show", "lurk")


# -- migrate --
def test_migrating_brings_the_core_and_then_the_plugins(empty_url: str, tmp_path: Path) -> None:
    Path("guanxi.toml").write_text(f'[plugins]\nload = ["{plugin_with_tables(tmp_path)}"]')
    result = run("migrate", "--database-url", empty_url)
    assert (result.exit_code, result.stderr) == (0, "")
    core, *shipped, luck = result.stdout.splitlines()
    assert "The database" in core
    assert len(shipped) == len(SHIPPED)
    assert all(f"plugin {name}" in line for name, line in zip(SHIPPED, shipped, strict=True))
    assert luck == "The tables of the plugin luck are up to date, at revision 0001."
    assert {"customers", "graph_scores", "luck_scores", "alembic_version_luck"} <= tables(empty_url)


def test_one_that_fails_stops_no_other(empty_url: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    plugin_file(bad, TABLES.replace("luck_", "bad_"), name="bad")
    write(bad / "migrations" / "0001_bad.py", FAILING.replace("luck_", "bad_"))
    Path("guanxi.toml").write_text(f'[plugins]\nload = ["{bad}/bad.py", "{plugin_with_tables(tmp_path)}"]')
    result = run("migrate", "--database-url", empty_url)
    assert result.exit_code == 1
    assert result.stderr.startswith("The tables of the plugin bad were left as they were: RuntimeError at")
    assert "luck_scores" in tables(empty_url)
    assert not [name for name in tables(empty_url) if "bad" in name]


def test_one_plugin_up_and_down(opened: Database, database_url: str, tmp_path: Path) -> None:
    there, path = ("--database-url", database_url), plugin_with_tables(tmp_path)
    assert run("migrate", *there, "--plugin", path).stdout == "The tables of the plugin luck are up to date, at revision 0001.\n"
    assert "graph_scores" not in tables(database_url)
    publish(opened, "luck")
    assert run("migrate", "--plugin", path, "down", *there).exit_code == 1  # nobody answered the question
    assert "luck_scores" in tables(database_url)
    result = run("migrate", "--plugin", path, "down", "--yes", *there)
    assert result.stdout == "The tables of the plugin luck were removed.\n"
    assert "luck_scores" not in tables(database_url)
    assert published(opened) == []
    assert run("migrate", "--plugin", path, "down", "--yes", *there).stdout == "There are no tables of the plugin luck.\n"
    assert migrations.differences(opened) == []


def test_migrating_what_cannot_be(tmp_path: Path, sqlite_url: str) -> None:
    there = ("--database-url", sqlite_url)
    assert "needs --plugin" in refused("migrate", "down", *there, code=2)
    assert "has no tables" in refused("migrate", "--plugin", plugin_file(tmp_path), *there)
    assert "cannot be imported" in refused("migrate", "--plugin", "nosuchplugin", *there)


# -- remove --
def publish(database: Database, plugin: str) -> int:
    def perform(work: Change) -> dict[str, int]:
        run = JobRow(kind="luck", status=JobStatus.SUCCEEDED, plugin=plugin)
        work.session.add(run)
        work.session.flush()
        work.session.add(PublishedRunRow(kind="luck", slot=plugin, run_id=run.id))
        return {"run": run.id}

    return int(change(database.engine, SYSTEM, "analysisRunPublish", perform)["run"])


def published(database: Database) -> list[str]:
    with Session(database.engine) as session:
        return list(session.scalars(select(PublishedRunRow.slot)))


def test_a_plugin_that_has_gone_leaves_the_core_in_peace_and_can_be_removed(opened: Database, database_url: str, tmp_path: Path) -> None:
    there = ("--database-url", database_url)
    assert run("migrate", *there, "--plugin", plugin_with_tables(tmp_path)).exit_code == 0
    run_id = publish(opened, "luck")
    publish(opened, "another")
    with Session(opened.engine) as session, session.begin():
        customer = CustomerRow(kind=CustomerKind.PERSON, name="Ada", search_name="ada")
        session.add(customer)
        session.flush()
        ada = customer.id
        session.connection().exec_driver_sql(f"INSERT INTO luck_scores VALUES ({run_id}, {ada}, 0.5)")
    shutil.rmtree(tmp_path / "migrations")
    (tmp_path / "luck.py").unlink()

    assert migrations.state(opened).standing is Standing.UP_TO_DATE
    assert run("migrate", *there).exit_code == 0
    assert run("doctor", *there).exit_code == 0
    assert lines(*there)["luck"] == ["GONE", "-", "It is not installed, and its tables are: “guanxi plugins remove luck” drops them."]
    with Session(opened.engine) as session, session.begin():
        session.delete(session.get(CustomerRow, ada))
    with opened.engine.connect() as connection:  # erasure reaches the tables of a plugin that has gone
        assert connection.exec_driver_sql("SELECT count(*) FROM luck_scores").scalar_one() == 0

    assert run("plugins", "remove", "luck", *there).exit_code == 1  # nobody answered the question
    result = run("plugins", "remove", "luck", "--yes", *there)
    assert result.stdout == "Removed luck_scores, alembic_version_luck. The plugin itself stays where it is.\n"
    assert not [name for name in tables(database_url) if "luck" in name]
    assert published(opened) == ["another"]
    with Session(opened.engine) as session:
        assert session.scalars(select(AuditEntryRow.subject_id).where(AuditEntryRow.action == "pluginRemove")).all() == [run_id]
    assert "luck" not in lines(*there)


@pytest.mark.parametrize("name", ["luck", "customer", "core", "relationship"])
def test_removing_what_is_not_there(database_url: str, name: str) -> None:
    before = tables(database_url)
    assert f"has no tables of a plugin {name}" in refused("plugins", "remove", name, "--yes", "--database-url", database_url)
    assert tables(database_url) == before


# -- schema --
def test_the_schema_with_more_and_with_fewer_plugins(tmp_path: Path) -> None:
    assert "isLucky: Boolean" in run("schema", "--plugin", plugin_file(tmp_path)).stdout
    assert "pageRank" in run("schema").stdout
    core = run("schema", "--core").stdout
    assert ("type Customer" in core, "pageRank(" in core) == (True, False)


def test_a_plugin_that_does_not_fit_is_told_beside_the_schema(tmp_path: Path) -> None:
    clash = LUCK.replace("is_lucky", "page_rank")
    result = run("schema", "--plugin", plugin_file(tmp_path, clash))
    assert result.exit_code == 0
    assert result.stderr.startswith("The plugin luck does not serve (FAILED). Customer.pageRank is taken: the plugin graph has it")
    assert result.stdout == run("schema").stdout


# -- doctor --
def test_the_doctor_asks_the_plugins(database_url: str, tmp_path: Path) -> None:
    there = ("--database-url", database_url)
    sick = plugin_file(tmp_path, '@hook\ndef check():\n    yield Problem("The moon is down: wait.")')
    slow = plugin_file(tmp_path, "import time\n@hook\ndef check():\n    time.sleep(30)", name="slow")
    result = run("doctor", *there, "--plugin", sick, "--plugin", slow, "--plugin", plugin_file(tmp_path, "1 / 0", name="bad"))
    assert result.exit_code == 1
    for words in ("plugin luck: The moon is down: wait.", "plugin slow: It did not say within 2 s", "plugin bad:  FAILED. It cannot be",
                  "plugin graph: NEEDS_UPGRADE. The tables of the plugin graph are not there"):
        assert words in result.stdout


# -- serve --
def test_serving_an_empty_database_makes_the_tables_of_plugins_and_tells_of_those_that_do_not_serve(tmp_path: Path) -> None:
    good, bad = plugin_with_tables(tmp_path), plugin_file(tmp_path, "1 / 0", name="bad", head=HEAD)
    with served(tmp_path, "--plugin", good, "--plugin", bad) as serving:
        told = serving.log.read_text()
    assert "The plugin bad does not serve (FAILED). It cannot be imported: ZeroDivisionError" in told
    assert "luck" not in told
    assert "graph" not in told
    assert {"luck_scores", "graph_scores"} <= tables(f"sqlite:///{tmp_path}/guanxi.db")


def test_serving_a_database_of_somebody_leaves_its_tables_alone(tmp_path: Path) -> None:
    assert guanxi(tmp_path, "migrate").returncode == 0
    path = plugin_with_tables(tmp_path)
    with served(tmp_path, "--plugin", path) as serving:
        assert "The plugin luck does not serve (NEEDS_UPGRADE). The tables of the plugin luck are not there" in serving.log.read_text()
    with served(tmp_path, "--plugin", path, "--migrate") as serving:
        assert "luck" not in serving.log.read_text()
