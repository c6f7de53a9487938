"""Many customers at once: found, made, changed or left alone; refused as a whole or row by row."""

import asyncio
from typing import Any

import pytest

from schema.customers.models import AddressRow, ContactPointRow, CustomerRow, ExternalIdRow, NameGramRow
from schema.customers.names import grams
from tests.databases import counted
from tests.schema.customers.asking import EVERYTHING, Asking, person

SELECTION = "created updated results { index customer { id name revision } userErrors { code message path } }"
BY_EXTERNAL_ID = ["externalId"]


def row(id_: str, name: str = "王伟", **more: Any) -> dict[str, Any]:
    return person(name) | {"externalIds": [{"source": "shop", "value": id_}]} | more


def mail(*values: str) -> dict[str, Any]:
    return {"contactPoints": [{"channel": "EMAIL", "value": value} for value in values]}


async def upsert(asking: Asking, rows: list[dict[str, Any]], match_on: list[str] = BY_EXTERNAL_ID, **more: Any) -> Any:
    return await asking.mutate("customersUpsert", {"matchOn": match_on, "rows": rows} | more, SELECTION)


def counts(payload: Any) -> tuple[int, int]:
    assert payload["userErrors"] == []
    return payload["created"], payload["updated"]


def faults(payload: Any) -> list[list[tuple[str, str]]]:
    """By row: code and path without the way to the row, which must be right."""
    found = []
    for index, result in enumerate(payload["results"]):
        assert result["index"] == index
        assert all(error["path"][:3] == ["input", "rows", str(index)] for error in result["userErrors"])
        found.append([(error["code"], ".".join(error["path"][3:])) for error in result["userErrors"]])
    return found


async def test_rows_are_made_then_left_alone_then_changed(asking: Asking) -> None:
    rows = [row("1", "王伟", tags=["a"], **mail("wei@example.org")), row("2", "Acme", details={"organization": {"industry": "tools"}})]
    first = await upsert(asking, rows)
    assert counts(first) == (2, 0)
    assert [(result["customer"]["name"], result["customer"]["revision"]) for result in first["results"]] == [("王伟", 1), ("Acme", 1)]
    again = await upsert(asking, rows)
    assert (counts(again), again["results"]) == ((0, 0), first["results"])
    assert (len(asking.audit()), asking.versions()) == (2, 1)
    rows[1] = row("2", "Acme Ltd", details={"organization": {"employeeCount": 3}}, tags=["b"])
    changed = await upsert(asking, [*rows, row("3", "李娜")])
    assert counts(changed) == (1, 1)
    assert [result["customer"]["revision"] for result in changed["results"]] == [1, 2, 1]
    assert [fields for _, _, _, fields in asking.audit()[2:]] == [["externalIds", "kind", "name"], ["employeeCount", "name", "tags"]]
    acme = changed["results"][1]["customer"]["id"]
    found = await asking.customer(acme, "details { ... on OrganizationDetails { industry employeeCount } }")
    assert found["details"] == {"industry": "tools", "employeeCount": 3}
    assert {(row.customer_id, row.gram) for row in asking.rows(NameGramRow)} == {
        (row.id, gram) for row in asking.rows(CustomerRow) for gram in grams(row.search_name)}


async def test_parts_are_added_and_never_taken_away(asking: Asking) -> None:
    address = {"city": "上海", "country": "CN"}
    await upsert(asking, [row("1", tags=["a"], addresses=[address], **mail("wei@example.org"))])
    external_ids = [{"source": "shop", "value": "1"}, {"source": "crm", "value": "9"}]
    points = [{"channel": "EMAIL", "value": "WEI@example.org", "preferred": True}, {"channel": "PHONE", "value": "110"}]
    more = row("1", tags=["b"], addresses=[address, {"city": "北京"}], externalIds=external_ids, contactPoints=points)
    await upsert(asking, [more])
    found = await asking.customer("c_1", "revision tags addresses { city } externalIds { source value } contactPoints { value preferred }")
    assert found == {"revision": 2, "tags": ["a", "b"], "addresses": [{"city": "上海"}, {"city": "北京"}],
                     "externalIds": [{"source": "shop", "value": "1"}, {"source": "crm", "value": "9"}],
                     "contactPoints": [{"value": "wei@example.org", "preferred": True}, {"value": "110", "preferred": False}]}
    await upsert(asking, [row("1")])
    assert (await asking.customer("c_1", "revision"))["revision"] == 2


@pytest.mark.parametrize(("way", "first", "second"), [
    ("email", mail("Wei@Example.org"), mail("wei@example.ORG")),
    ("phone", {"contactPoints": [{"channel": "PHONE", "value": "+86 138"}]},
     {"contactPoints": [{"channel": "PHONE", "value": "+86-138"}]}),
    ("externalId", {"externalIds": [{"source": "a", "value": "1"}]},
     {"externalIds": [{"source": "b", "value": "2"}, {"source": "a", "value": "1"}]}),
])
async def test_each_way_finds_the_customer(asking: Asking, way: str, first: dict[str, Any], second: dict[str, Any]) -> None:
    assert counts(await upsert(asking, [person("王伟") | first], [way])) == (1, 0)
    assert counts(await upsert(asking, [person("王芳") | second], [way])) == (0, 1)
    assert [row.name for row in asking.rows(CustomerRow)] == ["王芳"]


async def test_one_bad_row_stops_everything_and_every_rows_faults_are_told(asking: Asking) -> None:
    await upsert(asking, [row("1")])
    rows = [row("1", "王芳"), row("2", ""), row("3", serviceLevel="gold", tags=[""]), row("4")]
    payload = await upsert(asking, rows)
    assert faults(payload) == [[], [("INVALID", "name")], [("INVALID", "tags.0"), ("NOT_FOUND", "serviceLevel")], []]
    assert (payload["created"], payload["updated"]) == (0, 0)
    assert [result["customer"] for result in payload["results"]] == [None] * 4
    assert [".".join(error["path"]) for error in payload["userErrors"]] == [
        "input.rows.1.name", "input.rows.2.tags.0", "input.rows.2.serviceLevel"]
    assert ([row.name for row in asking.rows(CustomerRow)], len(asking.audit())) == (["王伟"], 1)


async def test_the_rows_without_faults_are_written_when_asked_for(asking: Asking) -> None:
    await upsert(asking, [row("1")])
    rows = [row("1", "王芳"), row("2", ""), row("3", "李娜"), row("4", ownerId="s_999")]
    payload = await upsert(asking, rows, errorPolicy="REJECT_FAILED_ROWS")
    assert counts(payload) == (1, 1)
    assert faults(payload) == [[], [("INVALID", "name")], [], [("NOT_FOUND", "ownerId")]]
    names = [result["customer"] and result["customer"]["name"] for result in payload["results"]]
    assert names == ["王芳", None, "李娜", None]
    assert {row.name for row in asking.rows(CustomerRow)} == {"王芳", "李娜"}


async def test_a_key_that_comes_twice_is_a_duplicate_in_the_later_row(asking: Asking) -> None:
    rows = [row("1", **mail("a@b.org")), row("2"), row("1"), row("3", **mail("c@d.org", "A@B.org"))]
    payload = await upsert(asking, rows, ["externalId", "email"], errorPolicy="REJECT_FAILED_ROWS")
    assert faults(payload) == [[], [], [("DUPLICATE", "externalIds.0.value")], [("DUPLICATE", "contactPoints.1.value")]]
    assert counts(payload) == (2, 0)


async def test_two_rows_that_lead_to_one_customer_are_a_duplicate(asking: Asking) -> None:
    await upsert(asking, [row("1", **mail("a@b.org"))])
    payload = await upsert(asking, [row("1"), person() | mail("a@b.org")], ["externalId", "email"])
    assert faults(payload) == [[], [("DUPLICATE", "")]]


async def test_an_external_id_of_another_customer_is_a_duplicate(asking: Asking) -> None:
    await upsert(asking, [row("1", **mail("a@b.org"))])
    payload = await upsert(asking, [row("1", "", **mail("c@d.org")), row("1", **mail("e@f.org"))], ["email"])
    assert faults(payload) == [[("INVALID", "name"), ("DUPLICATE", "externalIds.0.value")],
                               [("DUPLICATE", "externalIds.0.value"), ("DUPLICATE", "externalIds.0.value")]]


async def test_a_row_that_could_mean_two_customers_is_a_conflict(asking: Asking) -> None:
    one, two = await asking.create("王伟", **mail("a@b.org")), await asking.create("王芳", **mail("a@b.org"))
    payload = await upsert(asking, [person() | mail("a@b.org")], ["email"])
    assert faults(payload) == [[("CONFLICT", "")]]
    assert payload["userErrors"][0]["message"] == f"More than one customer matches: {one}, {two}. Use an id."
    asking.permissions = EVERYTHING - {"pii.read"}
    payload = await upsert(asking, [person() | mail("a@b.org")], ["email"])
    assert payload["userErrors"][0]["message"] == "More than one customer matches."


async def test_ways_that_lead_to_different_customers_are_a_conflict(asking: Asking) -> None:
    await upsert(asking, [row("1"), row("2", **mail("a@b.org"))])
    assert faults(await upsert(asking, [row("1", **mail("a@b.org"))], ["externalId", "email"])) == [[("CONFLICT", "")]]


async def test_a_row_that_cannot_be_found_again_is_refused(asking: Asking) -> None:
    payload = await upsert(asking, [person(), row("1", idempotencyKey="k")])
    assert faults(payload) == [[("REQUIRED", "")], [("INVALID", "idempotencyKey")]]


@pytest.mark.parametrize(("given", "refusals"), [
    ({"matchOn": []}, [("REQUIRED", "matchOn")]),
    ({"matchOn": ["externalId", "name"]}, [("INVALID", "matchOn.1")]),
    ({"matchOn": ["email"] * 4, "rows": [row("1")] * 501}, [("LIMIT_EXCEEDED", "matchOn"), ("LIMIT_EXCEEDED", "rows")]),
])
async def test_a_request_that_is_wrong_as_a_whole(asking: Asking, given: dict[str, Any], refusals: list[tuple[str, str]]) -> None:
    assert await asking.refusals("customersUpsert", {"matchOn": BY_EXTERNAL_ID, "rows": [row("1")]} | given, SELECTION) == [
        (code, f"input.{path}") for code, path in refusals]
    assert asking.rows(CustomerRow) == []


async def test_nothing_to_write_is_no_write(asking: Asking) -> None:
    assert counts(await upsert(asking, [])) == (0, 0)
    assert (asking.audit(), asking.versions()) == ([], 0)


@pytest.mark.parametrize("way", ["externalId", "email"])
async def test_a_request_that_is_sent_again_meanwhile_makes_nothing_twice(asking: Asking, way: str) -> None:
    rows = [row(str(n), f"王{n}", **mail(f"{n}@example.org")) for n in range(20)]
    payloads = await asyncio.gather(*[upsert(asking, rows, [way]) for _ in range(6)])
    assert sorted(counts(payload) for payload in payloads) == [(0, 0)] * 5 + [(20, 0)]
    assert len(asking.rows(CustomerRow)) == len(asking.rows(ContactPointRow)) == 20


def large(round_: int) -> list[dict[str, Any]]:
    """500 rows, each with all parts, whose changes from one round to the next differ from row to row."""
    rows = []
    for n in range(500):
        changed = round_ if n % 2 else 0
        details = {"person": {"givenName": f"g{changed}"}} if n % 3 else {"organization": {"industry": f"i{changed}"}}
        points = [{"channel": "EMAIL", "value": f"{n}@{changed}.org"},
                  {"channel": "PHONE", "value": f"+86{10000 + n}", "preferred": bool(changed)}]
        rows.append(row(str(n), f"客户{n} v{round_}", details=details, contactPoints=points, addresses=[{"city": f"c{changed}"}],
                        tags=["t", f"t{changed}"], serviceLevel="vip" if n % 5 else None, ownerId="s_1"))
    return rows


async def test_five_hundred_rows_take_few_statements(asking: Asking) -> None:
    ways = ["externalId", "email", "phone"]
    taken = []
    for round_, expected in ((0, (500, 0)), (0, (0, 0)), (1, (0, 500))):
        with counted(asking.database) as count:
            assert counts(await upsert(asking, large(round_), ways)) == expected
        taken.append((len(count.writes), len(count.reads)))
    assert (len(asking.rows(CustomerRow)), len(asking.rows(ExternalIdRow)), len(asking.rows(AddressRow))) == (500, 500, 750)
    assert all(writes <= 25 and reads <= 1 for writes, reads in taken), taken
