"""The contract itself: every hook says what it is in the same order, its example works, and a shipped plugin uses it."""

import inspect
import re
import textwrap
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import DeclarativeBase, Mapped

import guanxi
from plugins import hookspecs
from plugins.asking import HOOKS
from plugins.manager import Choices, Plugins
from schema.customers.types import Customer
from schema.extending.composing import compose
from schema.extending.contribution import Contribution
from schema.roots import core

PARTS = ["Called", "Returns", "On error", "Since", "Example"]


def text(hook: str) -> str:
    return inspect.getdoc(getattr(hookspecs, hook)) or ""


def example(hook: str) -> str:
    return textwrap.dedent(text(hook).partition("Example::\n")[2]).strip()


def given(hook: str, tmp_path: Path) -> dict[str, Any]:
    """What an example sees: the public names, and what its text takes for granted."""
    found = {name: getattr(guanxi, name) for name in guanxi.__all__}
    found |= {"Path": Path, "DeclarativeBase": DeclarativeBase, "Mapped": Mapped, "__file__": str(tmp_path / "example.py"),
              "find_spec": find_spec, "LUCK": "an analysis"}
    code = compile("from __future__ import annotations\n" + example(hook), f"the example of {hook}", "exec") if hook != "storage" else (
        compile(example(hook), "the example of storage", "exec"))
    exec(code, found)  # noqa: S102
    return found


def test_the_hooks_are_those_that_the_manager_asks() -> None:
    marked = [name for name, one in vars(hookspecs).items() if inspect.isfunction(one) and hasattr(one, "guanxi_spec")]
    assert marked == list(HOOKS)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_described_in_the_same_order(hook: str) -> None:
    first, blank, *rest = text(hook).splitlines()
    assert first.endswith(".")
    assert blank == ""
    assert [found[1] for line in rest if (found := re.match(r"([A-Z][a-z ]+):", line))] == PARTS
    assert len([line for line in example(hook).splitlines() if line]) <= 10


@pytest.mark.parametrize("hook", HOOKS)
def test_the_example_of_a_hook_is_marked(hook: str, tmp_path: Path) -> None:
    assert hasattr(given(hook, tmp_path)[hook], "guanxi_impl")


def test_what_the_examples_return_is_what_is_asked_for(tmp_path: Path) -> None:
    form = given("settings", tmp_path)["settings"]()
    assert form().damping == 0.85
    storage = given("storage", tmp_path)["storage"]()
    assert list(storage.metadata.tables) == ["example_luck"]
    assert storage.migrations == tmp_path / "migrations"
    assert given("analyses", tmp_path)["analyses"](form()) == ["an analysis"]
    assert list(given("check", tmp_path)["check"](None)) == []
    missing = given("check", tmp_path)
    missing["find_spec"] = lambda _: None
    assert [problem.text for problem in missing["check"](None)] == ["The library igraph is missing: install guanxi[analytics]."]


def test_the_example_of_an_inquiry_answers(tmp_path: Path) -> None:
    inquiry, = given("inquiries", tmp_path)["inquiries"](None)
    desk = SimpleNamespace(snapshot=SimpleNamespace(table=lambda name: SimpleNamespace(num_rows={"customers": 7}[name])))
    assert (inquiry.name, inquiry.needs, inquiry.answer(desk, {})) == ("size", ("customers",), {"customers": 7})


def test_the_examples_make_a_schema(tmp_path: Path) -> None:
    added = Contribution("example", "1", fields=given("fields", tmp_path)["fields"](None),
                         filters=given("filters", tmp_path)["filters"](None), orders=given("orders", tmp_path)["orders"](None))
    assert list(added.fields) == [Customer]
    schema, refused = compose(core(), [added], "sqlite")
    assert refused == {}
    printed = schema.as_str()
    assert re.search(r"isLucky: Boolean ", printed)
    assert re.search(r"luck: Int ", printed)
    assert re.search(r"luck: SortDirection ", printed)


def test_every_hook_is_used_by_a_plugin_that_ships() -> None:
    shipped = [one.plugin for one in Plugins(Choices()).admitted.values()]
    assert {hook for hook in HOOKS for plugin in shipped if plugin.has(hook)} == set(HOOKS)
