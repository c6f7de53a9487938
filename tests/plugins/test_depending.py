"""Plugins that build on others: in which order they come, what they get, and what is said of those that cannot have it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guanxi.testing import Server, opened
from plugins.manager import Choices, Plugins
from plugins.ordering import in_order
from schema.extending.catalogue import PluginStatus
from server.application import compose_all
from tests.plugins.fakes import LUCK, SHIPPED, distribution, plugin_file, plugins, reason

NEEDING = """
@hook
def fields(others):
    return {{Customer: {{"{name}_field": computed(load, "Something.", type_=int | None)}}}}

async def load(context, ids):
    return {{}}
"""
# A field on a type of the plugin graph, and a field of customers that is made of a score of it.
EXTENDING = """
from collections.abc import Mapping
import sqlalchemy as sa

DEPENDS = {"graph": ">=0.1"}

async def initials(context, ids):
    return {number: number % 10 for number in ids}

async def half_as_much(context, ids, query):
    rows = await query.ask(context, {"customers": ids})
    return {customer: value / 2 for customer, value in rows}

@hook
def fields(others):
    scores = others["graph"].scores["page_rank"].published().subquery()
    async def half(context, ids):
        asked = scores.c.customer_id.in_(members("customers", sa.BigInteger(), context.dialect))
        chosen = sa.select(scores.c.customer_id, scores.c.value).where(asked)
        return await half_as_much(context, ids, question(chosen, context.dialect))
    return {
        others["graph"].types["Community"]: {"last_digit": computed(initials, "Of its number.", type_=int | None)},
        Customer: {"half_rank": computed(half, "Half of its PageRank.", type_=float | None)},
    }
"""


def needing(folder: Path, name: str, needs: object, more: str = NEEDING) -> str:
    return plugin_file(folder, f"DEPENDS = {needs!r}\n{more.format(name=name)}", name=name)


def test_who_depends_on_others_comes_after_them() -> None:
    assert in_order({"a": {"c": ""}, "b": {}, "c": {"b": ""}, "d": {}}) == (["b", "c", "a", "d"], {})
    assert in_order({"a": {}, "b": {}, "c": {}}) == (["a", "b", "c"], {})
    assert in_order({"a": {"b": ""}, "b": {"c": ""}, "c": {"b": ""}, "d": {"gone": ""}}) == (
        ["d", "a"], {"b": ["b", "c"], "c": ["c", "b"]})


def test_what_cannot_be_had_is_said(tmp_path: Path) -> None:
    made = plugins(needing(tmp_path, "a", {"gone": ""}), needing(tmp_path, "b", {"a": ""}), needing(tmp_path, "c", {"d": ""}),
                   needing(tmp_path, "d", {"e": ">=1"}), needing(tmp_path, "e", {"c": ""}), needing(tmp_path, "f", {"graph": ">=7"}),
                   needing(tmp_path, "g", {"graph": "new"}), needing(tmp_path, "h", ["graph"]), needing(tmp_path, "i", {"i": ""}),
                   needing(tmp_path, "j", {"d": ""}))
    assert reason(made, "a") == "It needs the plugin gone, which is not installed: install it."
    assert reason(made, "b") == "It needs the plugin a, which does not serve (FAILED): “guanxi plugins show a” says why."
    assert reason(made, "c") == (
        "It needs d, which needs e, which needs it: none of them can come first. Take one of them out of DEPENDS.")
    assert "It needs c, which needs d, which needs it" in reason(made, "e")
    assert reason(made, "f") == "It needs the plugin graph >=7, and this is 0.1.0: install another version of one of them."
    assert "“new” of graph, and that is no range" in reason(made, "g")
    assert "has to name plugins and ranges" in reason(made, "h")
    assert "names itself" in reason(made, "i")
    assert "It needs the plugin d, which does not serve" in reason(made, "j")
    assert {one.plugin.name for one in made.serving} == set(SHIPPED)


def test_one_that_was_not_allowed_is_missed(tmp_path: Path) -> None:
    with distribution(tmp_path):
        made = plugins(needing(tmp_path, "needy", {"luck": ""}))
        assert "It needs the plugin luck, which does not serve (DISABLED)" in reason(made, "needy")
        allowed = Plugins(Choices(load=[str(tmp_path / "needy.py")], allow=["luck"]))
        assert {one.plugin.name for one in allowed.serving} == {*SHIPPED, "luck", "needy"}


def test_a_plugin_goes_when_what_it_needs_is_set_aside_later(tmp_path: Path) -> None:
    made = plugins(plugin_file(tmp_path, LUCK), needing(tmp_path, "needy", {"luck": ""}), needing(tmp_path, "other", {"needy": ""}))
    made.set_aside("luck", PluginStatus.NEEDS_UPGRADE, "Its tables are old.")
    assert "It needs the plugin luck, which does not serve (NEEDS_UPGRADE)" in reason(made, "needy")
    assert "It needs the plugin needy, which does not serve (FAILED)" in reason(made, "other")
    clash = plugin_file(tmp_path, LUCK.replace("is_lucky", "page_rank"), name="clash")
    made = plugins(clash, needing(tmp_path, "needing", {"clash": ""}))
    application = compose_all(made, "sqlite")
    assert "It needs the plugin clash" in reason(made, "needing")
    assert "needingField" not in application.schema.as_str()


@pytest.fixture
async def server(tmp_path: Path, anyio_backend: str, guanxi_template: Path) -> AsyncIterator[Server]:
    path = plugin_file(tmp_path, EXTENDING, name="extra")
    async with opened([path], tmp_path, template=guanxi_template) as made:
        yield made


async def test_a_field_on_a_type_of_another_and_a_score_of_another(server: Server) -> None:
    run = await server.run("graphMetrics", metrics=["PAGE_RANK", "COMMUNITY"], seed=1)
    assert run.error is None
    found = await server.query("{ customers(first: 20) { nodes { pageRank { value } halfRank community { id lastDigit } } } }")
    known = [node for node in found["customers"]["nodes"] if node["pageRank"]]
    assert len(known) == 12
    assert all(node["halfRank"] == pytest.approx(node["pageRank"]["value"] / 2) for node in known)
    assert all(node["community"]["lastDigit"] is not None for node in known if node["community"])
    assert re.search(r'lastDigit: Int .*@plugin\(name: "extra"', server.schema)
