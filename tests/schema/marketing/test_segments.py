"""Segments are made, changed, filled by hand and by an analysis, and seen from their customers."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.changes.change import change
from schema.context import SYSTEM
from schema.customers.models import CustomerRow
from schema.errors import Refused
from schema.jobs.models import JobRow, JobStatus
from schema.marketing.writing import filled
from schema.rows import utc_now
from tests.schema.customers.asking import EVERYTHING, Asking

SHOWN = "segment { id name description kind size revision run { id } computedAt }"
MEMBERS = "changed segment { size }"


async def people(asking: Asking, count: int = 3) -> list[str]:
    return [await asking.create(name) for name in ("王伟", "李娜", "Anna", "Bob")[:count]]


async def segment(asking: Asking, name: str = "Friends", **more: Any) -> Any:
    payload = await asking.mutate("segmentCreate", {"name": name, **more}, SHOWN)
    assert payload["userErrors"] == []
    return payload["segment"]


async def refused(asking: Asking, mutation: str, /, **input: Any) -> list[tuple[str, str]]:
    before = asking.versions()
    payload = await asking.mutate(mutation, input, "deletedId" if mutation == "segmentDelete" else "segment { id }")
    assert asking.versions() == before
    return [(error["code"], ".".join(error["path"])) for error in payload["userErrors"]]


async def moved(asking: Asking, mutation: str, id_: str, *customers: str) -> tuple[int, int]:
    """How many came or left, and how many are in it then."""
    payload = await asking.mutate(mutation, {"id": id_, "customerIds": list(customers)}, MEMBERS)
    assert payload["userErrors"] == []
    return payload["changed"], payload["segment"]["size"]


async def chosen(asking: Asking, where: str) -> list[str]:
    found = await asking.ask(f"{{ customers(first: 20, where: {{segmentId: {where}}}) {{ nodes {{ id }} }} }}")
    return sorted(one["id"] for one in found["customers"]["nodes"])


def fill(asking: Asking, name: str, run: int, *customers: str) -> dict[str, Any]:
    """As an analysis fills a segment."""
    numbers = [int(id_.removeprefix("c_")) for id_ in customers]
    members = select(CustomerRow.id).where(CustomerRow.id.in_(numbers))
    return change(asking.database.engine, SYSTEM, "clusterToSegment", lambda work: filled(work, name, run, members))


def finished_run(asking: Asking) -> int:
    with Session(asking.database.engine) as session, session.begin():
        row = JobRow(kind="segmentation", status=JobStatus.SUCCEEDED, plugin="segmentation", label="r", slots=[], parameters={},
                     estimate={}, details={}, warnings=[], finished_at=utc_now())
        session.add(row)
        session.flush()
        return row.id


async def test_who_comes_and_who_leaves_is_dated(asking: Asking) -> None:
    one, two, three = await people(asking)
    made = await segment(asking, " Friends ", description="Whom we like", customerIds=[one, two, one])
    assert (made["name"], made["description"], made["kind"], made["size"], made["run"]) == ("Friends", "Whom we like", "STATIC", 2, None)
    assert await moved(asking, "segmentMembersAdd", made["id"], two, three) == (1, 3)
    middle = utc_now().isoformat()
    assert await moved(asking, "segmentMembersRemove", made["id"], two, two) == (1, 2)
    assert await moved(asking, "segmentMembersRemove", made["id"], two) == (0, 2)
    assert await moved(asking, "segmentMembersAdd", made["id"], two) == (1, 3)
    stays = (await asking.customer(two, "segments { nodes { since until segment { id name } } }"))["segments"]["nodes"]
    assert [stay["until"] is None for stay in stays] == [True, False]
    assert stays[0]["segment"] == {"id": made["id"], "name": "Friends"}
    then = await asking.customer(two, f'segments(asOf: "{middle}") {{ nodes {{ until }} }}')
    assert len(then["segments"]["nodes"]) == 1
    assert then["segments"]["nodes"][0]["until"] is not None
    asked = """query Q($id: ID!, $at: DateTime!) { segment(id: $id) {
        size members(first: 9, asOf: $at) { nodes { customer { id } } } all: members(first: 1) { totalCount } } }"""
    found = await asking.ask(asked, id=made["id"], at=middle)
    assert found["segment"]["size"] == 3
    assert sorted(stay["customer"]["id"] for stay in found["segment"]["members"]["nodes"]) == sorted([one, two, three])
    assert found["segment"]["all"]["totalCount"] == 4
    entries = [entry for entry in asking.audit() if entry[1] == "segment"]
    assert [(action, fields) for action, _, _, fields in entries][1:] == [
        ("segmentMembersAdd", ["members"]), ("segmentMembersRemove", ["members"]), ("segmentMembersAdd", ["members"])]
    assert entries[0][0] == "segmentCreate"
    assert "members" in entries[0][3]


async def test_customers_are_filtered_by_where_they_are_now(asking: Asking) -> None:
    one, two, three, four = await people(asking, 4)
    first, second = await segment(asking, "A", customerIds=[one, two]), await segment(asking, "B", customerIds=[two, three])
    await moved(asking, "segmentMembersRemove", first["id"], one)
    assert await chosen(asking, f'{{eq: "{first["id"]}"}}') == [two]
    assert await chosen(asking, f'{{in: ["{first["id"]}", "{second["id"]}"]}}') == sorted([two, three])
    assert await chosen(asking, "{isNull: true}") == sorted([one, four])
    assert await chosen(asking, "{isNull: false}") == sorted([two, three])
    listed = await asking.ask('{ segments(first: 9, where: {kind: STATIC}, orderBy: [{name: DESC}]) { nodes { name size } } }')
    assert listed["segments"]["nodes"] == [{"name": "B", "size": 2}, {"name": "A", "size": 1}]


async def test_a_segment_is_changed_and_deleted(asking: Asking) -> None:
    one, = await people(asking, 1)
    made = await segment(asking, customerIds=[one])
    changed = await asking.mutate("segmentUpdate", {"id": made["id"], "name": "Foes", "expectedRevision": made["revision"]}, SHOWN)
    assert (changed["segment"]["name"], changed["segment"]["revision"]) == ("Foes", made["revision"] + 1)
    assert await refused(asking, "segmentUpdate", id=made["id"], name="X", expectedRevision=1) == [("CONFLICT", "input.expectedRevision")]
    cleared = await asking.mutate("segmentUpdate", {"id": made["id"], "description": None}, SHOWN)
    assert cleared["segment"]["description"] is None
    gone = await asking.mutate("segmentDelete", {"id": made["id"]}, "deletedId")
    assert gone == {"deletedId": made["id"], "userErrors": []}
    assert (await asking.ask(f'{{ segment(id: "{made["id"]}") {{ id }} }}'))["segment"] is None
    assert (await asking.customer(one, "segments { totalCount }"))["segments"]["totalCount"] == 0


async def test_the_same_request_makes_one_segment(asking: Asking) -> None:
    first, second = [await segment(asking, "Once", idempotencyKey="k") for _ in range(2)]
    assert first["id"] == second["id"]


async def test_what_is_wrong_is_said_with_its_place(asking: Asking) -> None:
    one, = await people(asking, 1)
    made = await segment(asking)
    assert await refused(asking, "segmentCreate", name="Friends") == [("DUPLICATE", "input.name")]
    assert await refused(asking, "segmentCreate", name="  ") == [("INVALID", "input.name")]
    assert await refused(asking, "segmentCreate", name="x" * 201) == [("LIMIT_EXCEEDED", "input.name")]
    assert await refused(asking, "segmentCreate", name="N", customerIds=[one, "c_999999", made["id"]]) == [
        ("INVALID", "input.customerIds.2"), ("NOT_FOUND", "input.customerIds.1")]
    assert await refused(asking, "segmentCreate", name="N", customerIds=[one] * 1001) == [("LIMIT_EXCEEDED", "input.customerIds")]
    assert await refused(asking, "segmentUpdate", id="sg_999999", name="N") == [("NOT_FOUND", "input.id")]
    assert await refused(asking, "segmentUpdate", id=made["id"], name="") == [("INVALID", "input.name")]
    assert await refused(asking, "segmentDelete", id=one) == [("INVALID", "input.id")]
    assert await refused(asking, "segmentMembersAdd", id="sg_999999", customerIds=[one]) == [("NOT_FOUND", "input.id")]
    asking.permissions = EVERYTHING - {"segments.write"}
    answer = await asking.execute('mutation { segmentCreate(input: {name: "No"}) { segment { id } } }')
    assert [error.extensions["code"] for error in answer.errors] == ["FORBIDDEN"]


async def test_an_analysis_fills_a_segment_again_and_who_stays_stays(asking: Asking) -> None:
    one, two, three = await people(asking)
    run = finished_run(asking)
    number = fill(asking, "Best", run, one, two)["segment"]
    id_ = f"sg_{number}"
    before = (await asking.customer(two, "segments { nodes { since } }"))["segments"]["nodes"]
    assert fill(asking, "Best", run, two, three)["segment"] == number
    assert await chosen(asking, f'{{eq: "{id_}"}}') == sorted([two, three])
    assert (await asking.customer(two, "segments { nodes { since } }"))["segments"]["nodes"] == before
    found = (await asking.ask(f'{{ segment(id: "{id_}") {{ kind size computedAt members(first: 9) {{ totalCount }} }} }}'))["segment"]
    assert (found["kind"], found["size"], found["members"]["totalCount"]) == ("COMPUTED", 2, 3)
    assert found["computedAt"] is not None
    versions = len([entry for entry in asking.audit() if entry[3] == ["members"]])
    fill(asking, "Best", run, two, three)
    assert len([entry for entry in asking.audit() if entry[3] == ["members"]]) == versions  # nobody came or left
    assert await refused(asking, "segmentMembersAdd", id=id_, customerIds=[one]) == [("CONFLICT", "input.id")]
    await segment(asking, "By hand")
    with pytest.raises(Refused, match="CONFLICT segment_by_hand"):
        fill(asking, "By hand", run, one)


async def test_who_is_erased_is_in_no_segment(asking: Asking) -> None:
    one, two = await people(asking, 2)
    made = await segment(asking, customerIds=[one, two])
    with asking.database.engine.begin() as connection:
        connection.execute(CustomerRow.__table__.delete().where(CustomerRow.id == int(one.removeprefix("c_"))))
    assert (await asking.ask(f'{{ segment(id: "{made["id"]}") {{ size }} }}'))["segment"]["size"] == 1
