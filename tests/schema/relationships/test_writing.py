"""Relationships are made, changed and ended, one at a time."""

import asyncio
from typing import Any

import pytest

from schema.relationships.models import RelationshipEndRow, RelationshipRow
from tests.schema.customers.asking import EVERYTHING, Asking
from tests.schema.relationships.ties import SELECTION, change, company, people, refused, seen_from, tie

NOW, BEFORE, AFTER = "2024-05-01T00:00:00+00:00", "2024-01-01T00:00:00+00:00", "2024-09-01T00:00:00+00:00"
PROVENANCE = "provenance { origin recordedAt staff { name } job { id } evidenceCount }"


async def test_a_directed_relationship_is_seen_from_both_ends(asking: Asking) -> None:
    one, other = await people(asking)
    selection = f"relationship {{ from {{ id }} to {{ id }} directed sign weight validFrom validTo revision {PROVENANCE} }}"
    payload = await asking.mutate("relationshipCreate", {"fromId": other, "toId": one, "kind": "trust"}, selection)
    shown = payload["relationship"]
    provenance = shown.pop("provenance")
    assert shown == {"from": {"id": other}, "to": {"id": one}, "directed": True, "sign": "POSITIVE", "weight": 1.0,
                     "validFrom": None, "validTo": None, "revision": 1}
    assert provenance.pop("recordedAt")
    assert provenance == {"origin": "MANUAL", "staff": {"name": "Administrator"}, "job": None, "evidenceCount": None}
    assert await seen_from(asking, one) == [(other, "IN")]
    assert await seen_from(asking, other) == [(one, "OUT")]
    assert [await seen_from(asking, one, f"(direction: {way})") for way in ("IN", "OUT", "ALL")] == [[(other, "IN")], [], [(other, "IN")]]
    assert [await seen_from(asking, other, f"(direction: {way})") for way in ("IN", "OUT")] == [[], [(one, "OUT")]]


async def test_without_a_direction_it_is_stored_one_way_round_and_seen_from_both_ends_alike(asking: Asking) -> None:
    one, other = await people(asking)
    made = await tie(asking, other, one, "competes", weight=0, confidence=0.5)
    assert (made["from"]["id"], made["to"]["id"], made["directed"]) == (one, other, False)
    assert (made["sign"], made["weight"], made["confidence"]) == ("NEGATIVE", 0.0, 0.5)
    for way in ("IN", "OUT", "ALL"):
        assert await seen_from(asking, one, f"(direction: {way})") == [(other, "ALL")]
        assert await seen_from(asking, other, f"(direction: {way})") == [(one, "ALL")]


async def test_what_is_written_is_in_the_audit_log(asking: Asking) -> None:
    one, other = await people(asking)
    made = await tie(asking, one, other)
    await change(asking, "relationshipUpdate", id=made["id"], weight=2.5)
    await change(asking, "relationshipEnd", id=made["id"])
    entries = [entry for entry in asking.audit() if entry[1] == "relationship"]
    assert [(action, f"r_{number}") for action, _, number, _ in entries] == [
        ("relationshipCreate", made["id"]), ("relationshipUpdate", made["id"]), ("relationshipEnd", made["id"])]
    assert {"fromId", "toId", "weight"} <= set(entries[0][3])
    assert [fields for _, _, _, fields in entries[1:]] == [["weight"], ["validTo"]]


async def test_everything_that_is_wrong_is_told_at_once(asking: Asking) -> None:
    one, = await people(asking, 1)
    assert await refused(asking, "relationshipCreate", fromId="c_999", toId="r_1", kind="loves", weight=-1, confidence=1.5,
                         validFrom=AFTER, validTo=BEFORE) == [
        ("NOT_FOUND", "input.kind"), ("INVALID", "input.toId"), ("NOT_FOUND", "input.fromId"), ("INVALID", "input.weight"),
        ("INVALID", "input.confidence"), ("INVALID", "input.validTo")]
    assert await refused(asking, "relationshipCreate", fromId=one, toId=one, kind="trust") == [("INVALID", "input.toId")]
    assert await refused(asking, "relationshipCreate", fromId="nonsense", toId=one, kind="trust") == [("INVALID", "input.fromId")]


@pytest.mark.parametrize("weight", ["1e999", "-1e999", "-0.5"])
async def test_a_weight_is_finite_and_not_negative(asking: Asking, weight: str) -> None:
    """A number too large for a double can be written in a document, where it becomes infinite."""
    one, other = await people(asking)
    wanted = f'{{fromId: "{one}", toId: "{other}", kind: "trust", weight: {weight}}}'
    found = await asking.ask(f"mutation {{ relationshipCreate(input: {wanted}) {{ relationship {{ id }} userErrors {{ code path }} }} }}")
    assert found["relationshipCreate"] == {"relationship": None, "userErrors": [{"code": "INVALID", "path": ["input", "weight"]}]}


async def test_messages_come_in_the_callers_language(asking: Asking) -> None:
    one, = await people(asking, 1)
    said = {}
    for asking.language in ("en", "zh"):
        payload = await asking.mutate("relationshipCreate", {"fromId": one, "toId": one, "kind": "loves"}, SELECTION)
        said[asking.language] = [error["message"] for error in payload["userErrors"]]
    assert said["en"][1] == "A relationship joins two different customers."
    assert said["zh"][1] == "关系须连接两个不同的客户。"
    assert said["zh"][0].startswith("不存在关系类型“loves”")
    assert "co_purchase" in said["zh"][0]


async def test_a_kind_says_who_may_stand_at_its_ends(asking: Asking) -> None:
    person, other = await people(asking)
    firm, rival = await company(asking), await company(asking, "Rival")
    assert await refused(asking, "relationshipCreate", fromId=person, toId=firm, kind="employs") == [("INVALID", "input.toId")]
    assert (await tie(asking, firm, person, "employs"))["from"]["id"] == firm
    assert await refused(asking, "relationshipCreate", fromId=firm, toId=person, kind="family") == [("INVALID", "input.fromId")]
    await asking.mutate("relationshipKindSave", {"key": "agent_of", "label": {"en": "agent of"}, "directed": False, "fromKinds": ["PERSON"],
                                                 "toKinds": ["ORGANIZATION"]}, "relationshipKind { id }")
    await tie(asking, firm, person, "agent_of")
    await tie(asking, other, firm, "agent_of")
    assert await refused(asking, "relationshipCreate", fromId=firm, toId=rival, kind="agent_of") == [("INVALID", "input.fromId")]
    assert await refused(asking, "relationshipCreate", fromId=person, toId=other, kind="agent_of") == [("INVALID", "input.toId")]


async def test_the_same_is_not_told_twice(asking: Asking) -> None:
    one, other = await people(asking)
    first = await tie(asking, one, other, "partner", validFrom=NOW)
    assert await refused(asking, "relationshipCreate", fromId=other, toId=one, kind="partner", validFrom=NOW) == [("DUPLICATE", "input")]
    assert await refused(asking, "relationshipCreate", fromId=one, toId=other, kind="partner", validFrom="2024-05-01T08:00:00+08:00") == [
        ("DUPLICATE", "input")]
    for more in ({"kind": "competes", "validFrom": NOW}, {"kind": "partner"}, {"kind": "partner", "validFrom": BEFORE}):
        await tie(asking, one, other, **more)
    await change(asking, "relationshipEnd", id=first["id"], at=AFTER)
    second = await tie(asking, one, other, "partner", validFrom=NOW)
    assert second["id"] != first["id"]
    await tie(asking, one, other)
    await tie(asking, other, one)


async def test_of_two_who_say_the_same_at_once_one_is_heard(asking: Asking) -> None:
    one, other = await people(asking)
    wanted = [{"fromId": a, "toId": b, "kind": "partner"} for a, b in ((one, other), (other, one)) for _ in range(3)]
    payloads = await asyncio.gather(*[asking.mutate("relationshipCreate", wish, SELECTION) for wish in wanted])
    assert sum(payload["relationship"] is not None for payload in payloads) == 1
    assert len(asking.rows(RelationshipRow)) == 1
    assert len(asking.rows(RelationshipEndRow)) == 2


async def test_a_request_sent_again_is_not_carried_out_again(asking: Asking) -> None:
    one, other = await people(asking)
    wanted: dict[str, Any] = {"fromId": one, "toId": other, "kind": "trust", "validFrom": NOW, "idempotencyKey": "k"}
    first, again = [await asking.mutate("relationshipCreate", wanted, SELECTION) for _ in range(2)]
    assert first == again
    assert await refused(asking, "relationshipCreate", **(wanted | {"weight": 2.0})) == [("CONFLICT", "input.idempotencyKey")]


async def test_what_is_left_out_stays_and_null_clears(asking: Asking) -> None:
    one, other = await people(asking)
    id_ = (await tie(asking, one, other, weight=3, sign="NEGATIVE", validFrom=BEFORE, validTo=AFTER, confidence=0.25))["id"]
    same = await change(asking, "relationshipUpdate", id=id_)
    assert (same["weight"], same["sign"], same["validFrom"], same["validTo"], same["confidence"], same["revision"]) == (
        3.0, "NEGATIVE", BEFORE, AFTER, 0.25, 1)
    cleared = await change(asking, "relationshipUpdate", id=id_, weight=None, sign=None, validFrom=None, validTo=None, confidence=None)
    assert (cleared["weight"], cleared["sign"], cleared["validFrom"], cleared["validTo"], cleared["confidence"], cleared["revision"]) == (
        1.0, "POSITIVE", None, None, None, 2)
    await change(asking, "relationshipUpdate", id=id_, validFrom=NOW, validTo=AFTER, weight=0.5, sign="NEUTRAL", confidence=1)
    assert await refused(asking, "relationshipUpdate", id=id_, validTo=BEFORE, weight=-1, confidence=-0.1) == [
        ("INVALID", "input.weight"), ("INVALID", "input.confidence"), ("INVALID", "input.validTo")]
    assert await refused(asking, "relationshipUpdate", id=id_, validFrom=AFTER) == [("INVALID", "input.validFrom")]


async def test_a_change_rests_on_what_its_author_read(asking: Asking) -> None:
    one, other = await people(asking)
    id_ = (await tie(asking, one, other))["id"]
    assert (await change(asking, "relationshipUpdate", id=id_, expectedRevision=1, weight=2))["revision"] == 2
    assert await refused(asking, "relationshipUpdate", id=id_, expectedRevision=1, weight=3) == [("CONFLICT", "input.expectedRevision")]
    assert await refused(asking, "relationshipEnd", id=id_, expectedRevision=1) == [("CONFLICT", "input.expectedRevision")]
    assert await refused(asking, "relationshipUpdate", id="r_999", weight=3) == [("NOT_FOUND", "input.id")]
    assert await refused(asking, "relationshipEnd", id="c_1") == [("INVALID", "input.id")]


async def test_a_change_does_not_make_it_the_same_as_another(asking: Asking) -> None:
    one, other = await people(asking)
    await tie(asking, one, other, validFrom=NOW)
    closed = await tie(asking, one, other, validFrom=BEFORE, validTo=AFTER)
    assert await refused(asking, "relationshipUpdate", id=closed["id"], validFrom=NOW, validTo=None) == [("DUPLICATE", "input")]
    assert (await change(asking, "relationshipUpdate", id=closed["id"], validTo=None))["validTo"] is None


async def test_what_ended_holds_as_of_before_its_end(asking: Asking) -> None:
    one, other = await people(asking)
    id_ = (await tie(asking, one, other, validFrom=BEFORE))["id"]
    ended = await change(asking, "relationshipEnd", id=id_, at=NOW)
    assert (ended["validTo"], ended["revision"]) == (NOW, 2)
    moments = "2023-12-31T23:59:59+00:00", BEFORE, "2024-04-30T23:59:59+00:00", NOW
    assert [await seen_from(asking, one, f'(asOf: "{at}")') for at in moments] == [[], [(other, "OUT")], [(other, "OUT")], []]
    assert await change(asking, "relationshipEnd", id=id_, at=NOW) == ended
    assert await refused(asking, "relationshipEnd", id=id_) == [("CONFLICT", "input.id")]


async def test_an_end_comes_after_the_beginning_and_is_now_by_default(asking: Asking) -> None:
    one, other = await people(asking)
    id_ = (await tie(asking, one, other, validFrom=NOW))["id"]
    assert await refused(asking, "relationshipEnd", id=id_, at=NOW) == [("INVALID", "input.at")]
    planned = await change(asking, "relationshipEnd", id=id_, at="2999-01-01T00:00:00+00:00")
    assert await seen_from(asking, one) == [(other, "OUT")]
    brought_forward = await change(asking, "relationshipEnd", id=id_)
    assert NOW < brought_forward["validTo"] < planned["validTo"]


@pytest.mark.parametrize(("name", "input", "lacking"), [
    ("relationshipCreate", {"fromId": "c_1", "toId": "c_2", "kind": "trust"}, "relationships.write"),
    ("relationshipUpdate", {"id": "r_1"}, "relationships.write"),
    ("relationshipEnd", {"id": "r_1"}, "relationships.write"),
    ("relationshipsDerive", {"source": "SHARED_TRANSACTIONS", "window": {}, "kind": "co_purchase"}, "relationships.write"),
    ("relationshipKindSave", {"key": "k", "label": {"en": "k"}, "directed": True}, "settings.write"),
])
async def test_writing_needs_its_permission(asking: Asking, name: str, input: dict[str, Any], lacking: str) -> None:
    asking.permissions = EVERYTHING - {lacking}
    type_ = f"{name[0].upper()}{name[1:]}Input!"
    result = await asking.execute(f"mutation M($input: {type_}) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}", input=input)
    error, = result.errors
    assert (result.data, error.extensions["code"], lacking in error.message) == ({name: None}, "FORBIDDEN", True)
    assert asking.audit() == []
