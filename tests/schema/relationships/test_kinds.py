"""Kinds of relationship are made, and changed by their key."""

from typing import Any

from tests.schema.customers.asking import Asking
from tests.schema.relationships.ties import people, refused, tie

SHOWN = "relationshipKind { id key label inverseLabel directed defaultSign fromKinds toKinds }"


async def save(asking: Asking, **input: Any) -> Any:
    payload = await asking.mutate("relationshipKindSave", input, SHOWN)
    assert payload["userErrors"] == []
    return payload["relationshipKind"]


async def test_a_new_kind_takes_the_defaults_and_can_be_used(asking: Asking) -> None:
    kind = await save(asking, key="mentors", label={"en": " mentors ", "zh": "指导"}, directed=True)
    assert kind == {"id": kind["id"], "key": "mentors", "label": "mentors", "inverseLabel": None, "directed": True,
                    "defaultSign": "POSITIVE", "fromKinds": ["PERSON", "ORGANIZATION"], "toKinds": ["PERSON", "ORGANIZATION"]}
    one, other = await people(asking)
    assert (await tie(asking, one, other, "mentors"))["kind"] == {"key": "mentors"}
    entry, = (entry for entry in asking.audit() if entry[1] == "relationshipKind")
    assert (entry[0], f"rk_{entry[2]}") == ("relationshipKindSave", kind["id"])


async def test_what_is_left_out_stays_and_null_clears(asking: Asking) -> None:
    first = await save(asking, key="mentors", label={"en": "mentors", "zh": "指导"}, inverseLabel={"en": "is mentored by"}, directed=True,
                       defaultSign="NEUTRAL", fromKinds=["PERSON"], toKinds=["ORGANIZATION"])
    again = await save(asking, key="mentors", label={"en": "guides"}, directed=True)
    assert again == first | {"label": "guides"}
    asking.language = "zh"
    chinese = await save(asking, key="mentors", label={"en": None}, directed=True, inverseLabel=None, defaultSign=None,
                         fromKinds=None, toKinds=None)
    assert (chinese["label"], chinese["inverseLabel"], chinese["defaultSign"]) == ("指导", None, "POSITIVE")
    assert chinese["fromKinds"] == chinese["toKinds"] == ["PERSON", "ORGANIZATION"]


async def test_the_direction_of_a_kind_in_use_stays(asking: Asking) -> None:
    await save(asking, key="mentors", label={"en": "mentors"}, directed=True)
    assert not (await save(asking, key="mentors", label={}, directed=False))["directed"]
    one, other = await people(asking)
    await tie(asking, one, other, "mentors")
    wanted: dict[str, Any] = {"key": "mentors", "label": {"en": "guides"}, "directed": True}
    assert await refused(asking, "relationshipKindSave", SHOWN, **wanted) == [("CONFLICT", "input.directed")]
    assert (await save(asking, **(wanted | {"directed": False})))["label"] == "guides"


async def test_a_kind_needs_a_key_a_label_and_somebody_at_each_end(asking: Asking) -> None:
    for key in ("", "Mentors", "mentors!", "指导", "_x", "a" * 65):
        found = await refused(asking, "relationshipKindSave", SHOWN, key=key, label={"en": "x"}, directed=True)
        assert found == [("INVALID", "input.key")]
    assert await refused(asking, "relationshipKindSave", SHOWN, key="mentors", label={"en": " ", "zh": None}, directed=True,
                         inverseLabel={"zh": "长" * 201}, fromKinds=[], toKinds=[]) == [
        ("REQUIRED", "input.label"), ("LIMIT_EXCEEDED", "input.inverseLabel.zh"), ("INVALID", "input.fromKinds"),
        ("INVALID", "input.toKinds")]
    assert await refused(asking, "relationshipKindSave", SHOWN, key="trust", label={"en": None, "zh": None}, directed=True) == [
        ("REQUIRED", "input.label")]
