"""What was released stays: each way of breaking it is a complaint, and adding is none."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from checks import public_api

ROOT = Path(__file__).resolve().parents[1]
RELEASED = json.loads((ROOT / public_api.FILE).read_text())["names"]


def without(name: str, *path: str) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(RELEASED)
    place = changed[name] if path else changed
    for step in path[:-1]:
        place = place[step]
    del place[path[-1] if path else name]
    return changed


def test_the_code_keeps_what_was_released() -> None:
    assert public_api.complaints(ROOT) == []
    assert {"guanxi.score", "guanxi.tables.CustomerRow", "guanxi.testing.Server", "hook fields"} <= RELEASED.keys()


@pytest.mark.parametrize(("now", "said"), [
    (without("guanxi.score"), "guanxi.score is gone"),
    (without("guanxi.score", "parameters", "match"), "guanxi.score: its parameter match is gone"),
    (without("hook fields", "parameters", "others"), "hook fields: its parameter others is gone"),
    (without("guanxi.Snapshot", "members", "graph"), "guanxi.Snapshot.graph is gone"),
    (without("guanxi.EdgeDirection", "members", "IN"), "guanxi.EdgeDirection.IN is gone"),
])
def test_what_goes_is_found(now: dict[str, Any], said: str) -> None:
    assert list(public_api.breaking(RELEASED, now)) == [said]


def test_what_changes_is_found_and_what_is_added_is_not() -> None:
    old = {"f": {"kind": "function", "parameters": {"a": {"required": True, "byName": False}, "b": {"required": False, "byName": False}}}}

    def after(**parameters: tuple[bool, bool]) -> list[str]:
        given = {name: {"required": required, "byName": by_name} for name, (required, by_name) in parameters.items()}
        return list(public_api.breaking(old, {"f": {"kind": "function", "parameters": given}, "g": {"kind": "function"}}))

    assert after(a=(True, False), b=(False, False), c=(False, True)) == []
    assert after(a=(False, False), b=(False, False)) == []
    assert after(a=(True, False), b=(True, False)) == ["f: its parameter b has to be given now"]
    assert after(a=(True, False), b=(False, True)) == ["f: its parameter b is taken by name only now"]
    assert after(a=(True, False), b=(False, False), c=(True, True)) == ["f: its new parameter c has to be given"]
    assert after(b=(False, False), a=(True, False)) == ["f: its parameters have another order"]
    turned = {"f": old["f"] | {"kind": "class"}}
    assert list(public_api.breaking(old, turned)) == ["f was a function and is a class"]


def test_something_may_go_after_a_deprecation_and_a_major_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_api, "public_api", lambda: without("guanxi.score"))
    words = "guanxi.score is gone: deprecate it first, with a warning, and let it go with a major step"
    assert public_api.complaints(ROOT)[0].startswith(words)
    monkeypatch.setattr(public_api, "DEPRECATED", {"guanxi.score": "1.1"})
    assert public_api.complaints(ROOT)[0].startswith(words)
    monkeypatch.setattr("plugins.hookspecs.API_VERSION", "2.0")
    assert public_api.complaints(ROOT) == []
