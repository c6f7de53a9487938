"""Applications with plugins: two with different ones in one process, and whatever is wrong with a plugin, the rest is served."""

from pathlib import Path
from typing import Any

import pytest

from plugins.manager import Choices, Plugins
from schema.extending.catalogue import PluginStatus
from server import migrations
from server.application import Application, assemble, choices_of, owners, silent
from server.database import Database
from server.settings import PluginChoices, Settings
from tests.plugins.fakes import LUCK, SHIPPED, plugin_file, plugin_with_tables
from tests.server.sample import add_token, serving

ASK = {"query": "{customers {totalCount nodes {name isLucky}}}"}
# Declared like any other field, and named like one of the graph plugin.
RANK = LUCK.replace("is_lucky", "page_rank")


def application(database: Database, *load: str) -> Application:
    plugins = Plugins(Choices(load=load))
    for owner in owners(plugins).values():
        migrations.upgrade(database, owner)
    return assemble(plugins, database)


async def asked(database: Database, made: Application, token: str, question: dict[str, Any]) -> dict[str, Any]:
    async with serving(database, made.schema) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        answer: dict[str, Any] = (await client.post("/graphql", json=question)).json()
        return answer


def statuses(made: Application) -> dict[str, PluginStatus]:
    return {one.name: one.status for one in made.catalogue.plugins}


def test_two_applications_with_different_plugins_in_one_process(database: Database, tmp_path: Path) -> None:
    one = application(database, plugin_file(tmp_path / "one"))
    other = application(database, plugin_file(tmp_path / "other", LUCK.replace("is_lucky", "is_unlucky")))
    bare = assemble(Plugins(Choices(disabled=SHIPPED)), database)
    again = application(database, plugin_file(tmp_path / "one"))
    printed = [made.schema.as_str() for made in (one, other, bare, again)]
    assert [("isLucky" in text, "isUnlucky" in text, "pageRank(" in text) for text in printed] == [
        (True, False, True), (False, True, True), (False, False, False), (True, False, True)]
    assert printed[0] == printed[3]
    assert statuses(bare) == dict.fromkeys(SHIPPED, PluginStatus.DISABLED)
    assert bare.catalogue.analyses == {}
    assert silent(bare.catalogue) == []


async def test_a_field_of_a_plugin_is_served_and_unknown_to_an_application_without_it(sqlite_database: Database, tmp_path: Path) -> None:
    _, token = add_token(sqlite_database)
    made = application(sqlite_database, plugin_file(tmp_path))
    without = assemble(Plugins(Choices()), sqlite_database)
    assert (await asked(sqlite_database, made, token, ASK)) == {"data": {"customers": {"totalCount": 0, "nodes": []}}}
    [error] = (await asked(sqlite_database, without, token, ASK))["errors"]
    assert "isLucky" in error["message"]


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [("1 / 0", PluginStatus.FAILED, "cannot be imported"), (RANK, PluginStatus.FAILED, "the plugin graph has it"),
     ("@hook\ndef filds(): ...", PluginStatus.FAILED, "did you mean “fields”?")],
)
def test_what_is_wrong_with_one_leaves_the_rest_as_it_is(database: Database, tmp_path: Path, text: str, status: PluginStatus,
                                                         words: str) -> None:
    made = application(database, plugin_file(tmp_path, text))
    assert statuses(made) == dict.fromkeys(SHIPPED, PluginStatus.ACTIVE) | {"luck": status}
    [sentence] = silent(made.catalogue)
    assert words in sentence
    assert made.schema.as_str() == application(database).schema.as_str()


def test_tables_that_are_behind_leave_a_plugin_out(database: Database, tmp_path: Path) -> None:
    path = plugin_with_tables(tmp_path, LUCK)
    behind = assemble(Plugins(Choices(load=[path])), database)
    assert statuses(behind) == dict.fromkeys([*SHIPPED, "luck"], PluginStatus.NEEDS_UPGRADE)
    assert "isLucky" not in behind.schema.as_str()
    assert "isLucky" in application(database, path).schema.as_str()


def test_the_settings_and_the_command_line_both_name_plugins(tmp_path: Path) -> None:
    settings = Settings(plugins=PluginChoices(load=("a.py",), allow=("b",), disabled=("c",), settings={"b": {"x": 1}}))
    assert choices_of(settings, ("d.py",)) == Choices(("a.py", "d.py"), ("b",), ("c",), {"b": {"x": 1}})
