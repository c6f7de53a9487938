"""Customers are made and changed, one at a time."""

import asyncio
from typing import Any

import pytest

from schema.changes.models import IdempotencyKeyRow
from schema.customers.models import ContactPointRow, CustomerRow, NameGramRow
from schema.customers.names import grams
from tests.schema.customers.asking import Asking, organization, person

WHOLE = """id kind name revision
    details { ... on PersonDetails { givenName familyName birthDate gender educationLevel income { amount currency } }
              ... on OrganizationDetails { legalName registrationNumber industry employeeCount } }
    contactPoints { channel value masked preferred } addresses { line city region postalCode country preferred }
    externalIds { source value } serviceLevel { key } owner { name } tags"""


async def test_a_person_with_everything_is_made(asking: Asking) -> None:
    payload = await asking.mutate("customerCreate", person(
        "  王伟 ", givenName="伟", familyName="王", birthDate="1990-02-28", gender="m", educationLevel=" ",
        income={"amount": "1234.5", "currency": "cny"}) | {
            "externalIds": [{"source": "shop", "value": "7"}],
            "contactPoints": [{"channel": "EMAIL", "value": "王伟@例子.公司", "preferred": True},
                              {"channel": "PHONE", "value": "+86 138-0013-8000"}],
            "addresses": [{"city": "上海", "country": "CN"}], "serviceLevel": "vip", "ownerId": "s_1", "tags": [" b", "a", "b"]},
        f"customer {{ {WHOLE} relationships {{ nodes {{ id }} }} }}")
    assert payload["userErrors"] == []
    assert payload["customer"] == {
        "id": payload["customer"]["id"], "kind": "PERSON", "name": "王伟", "revision": 1,
        "details": {"givenName": "伟", "familyName": "王", "birthDate": "1990-02-28", "gender": "m", "educationLevel": None,
                    "income": {"amount": "1234.50", "currency": "CNY"}},
        "contactPoints": [{"channel": "EMAIL", "value": "王伟@例子.公司", "masked": "王***@例子.公司", "preferred": True},
                          {"channel": "PHONE", "value": "+86 138-0013-8000", "masked": "***000", "preferred": False}],
        "addresses": [{"line": None, "city": "上海", "region": None, "postalCode": None, "country": "CN", "preferred": False}],
        "externalIds": [{"source": "shop", "value": "7"}], "serviceLevel": {"key": "vip"}, "owner": {"name": "Administrator"},
        "tags": ["a", "b"], "relationships": {"nodes": []}}
    (action, kind, number, fields), = asking.audit()
    assert (action, kind, f"c_{number}") == ("customerCreate", "customer", payload["customer"]["id"])
    assert {"name", "kind", "incomeAmount", "contactPoints", "addresses", "externalIds", "tags", "serviceLevelId"} <= set(fields)
    assert not {"legalName", "educationLevel"} & set(fields)
    assert asking.versions() == 1


async def test_an_organisation_is_made(asking: Asking) -> None:
    given = organization(legalName="Acme Ltd", registrationNumber="91", industry="tools", employeeCount=0)
    payload = await asking.mutate("customerCreate", given, f"customer {{ {WHOLE} }}")
    assert payload["customer"]["kind"] == "ORGANIZATION"
    assert payload["customer"]["details"] == {"legalName": "Acme Ltd", "registrationNumber": "91", "industry": "tools", "employeeCount": 0}


async def test_what_is_left_out_stays_and_null_clears(asking: Asking) -> None:
    details = {"person": {"givenName": "伟", "gender": "m", "income": {"amount": "5", "currency": "EUR"}}}
    id_ = await asking.create(serviceLevel="vip", ownerId="s_1", tags=["a", "b"], details=details)
    await asking.mutate("customerUpdate", {"id": id_, "details": {"person": {"givenName": "薇"}}, "tags": ["b", "c"]})
    after = await asking.customer(id_, WHOLE)
    assert (after["name"], after["serviceLevel"], after["owner"]) == ("王伟", {"key": "vip"}, {"name": "Administrator"})
    assert after["tags"] == ["b", "c"]
    assert (after["details"]["givenName"], after["details"]["gender"]) == ("薇", "m")
    cleared = {"id": id_, "details": {"person": {"gender": None, "income": None}}, "serviceLevel": None, "ownerId": None, "tags": None}
    await asking.mutate("customerUpdate", cleared)
    after = await asking.customer(id_, WHOLE)
    assert (after["serviceLevel"], after["owner"], after["tags"], after["revision"]) == (None, None, [], 3)
    assert (after["details"]["givenName"], after["details"]["gender"], after["details"]["income"]) == ("薇", None, None)
    await asking.mutate("customerUpdate", {"id": id_, "details": None})
    after = await asking.customer(id_, WHOLE)
    assert (after["kind"], set(after["details"].values())) == ("PERSON", {None})


async def test_a_person_becomes_an_organisation(asking: Asking) -> None:
    person = {"givenName": "伟", "birthDate": "1990-02-28", "income": {"amount": "5", "currency": "EUR"}}
    id_ = await asking.create(details={"person": person})
    change = {"id": id_, "details": {"organization": {"legalName": "王伟有限公司"}}}
    changed = (await asking.mutate("customerUpdate", change, f"customer {{ {WHOLE} }}"))["customer"]
    assert (changed["id"], changed["kind"], changed["details"]["legalName"]) == (id_, "ORGANIZATION", "王伟有限公司")
    row, = asking.rows(CustomerRow)
    assert (row.given_name, row.birth_date, row.income_amount, row.income_currency) == (None, None, None, None)


@pytest.mark.parametrize("change", [
    {"name": "王芳"}, {"tags": ["vip"]}, {"details": {"person": {"gender": "f"}}}, {"serviceLevel": "vip"}, {"ownerId": "s_1"}])
async def test_every_change_is_one_revision_one_entry_and_one_version(asking: Asking, change: dict[str, Any]) -> None:
    id_ = await asking.create()
    before = await asking.customer(id_, "updatedAt")
    for _ in range(2):  # the second time it says nothing new
        payload = await asking.mutate("customerUpdate", {"id": id_} | change)
        assert payload == {"customer": {"id": id_, "revision": 2}, "userErrors": []}
        assert (len(asking.audit()), asking.versions()) == (2, 2)
    assert (await asking.customer(id_, "updatedAt"))["updatedAt"] > before["updatedAt"]
    fields = {"name": "name", "tags": "tags", "details": "gender", "serviceLevel": "serviceLevelId", "ownerId": "ownerId"}
    assert asking.audit()[-1][3] == [fields[name] for name in change]


async def test_a_stale_revision_is_refused_and_told(asking: Asking) -> None:
    id_ = await asking.create()
    await asking.mutate("customerUpdate", {"id": id_, "expectedRevision": 1, "name": "王芳"})
    payload = await asking.mutate("customerUpdate", {"id": id_, "expectedRevision": 1, "name": "王丽"})
    assert payload["customer"] is None
    assert payload["userErrors"] == [{"code": "CONFLICT", "path": ["input", "expectedRevision"],
                                      "message": "It was changed meanwhile: its revision is now 2, not 1. Read it again."}]
    assert (await asking.customer(id_, "name"))["name"] == "王芳"


async def test_of_edits_at_one_moment_with_one_revision_one_wins(asking: Asking) -> None:
    id_ = await asking.create()
    given = {"id": id_, "expectedRevision": 1}
    payloads = await asyncio.gather(*[asking.mutate("customerUpdate", given | {"name": f"王{n}"}) for n in range(8)])
    won = [index for index, payload in enumerate(payloads) if payload["userErrors"] == []]
    assert len(won) == 1
    assert all(payload["userErrors"][0]["code"] == "CONFLICT" for index, payload in enumerate(payloads) if index not in won)
    assert await asking.customer(id_, "name revision") == {"name": f"王{won[0]}", "revision": 2}


async def test_edits_at_one_moment_of_different_fields_are_all_kept(asking: Asking) -> None:
    id_ = await asking.create()
    changes: list[dict[str, Any]] = [{"name": "王芳"}, {"serviceLevel": "vip"}, {"details": {"person": {"gender": "f"}}}, {"tags": ["a"]}]
    payloads = await asyncio.gather(*[asking.mutate("customerUpdate", {"id": id_} | change) for change in changes])
    assert [payload["userErrors"] for payload in payloads] == [[]] * 4
    after = await asking.customer(id_, WHOLE)
    assert (after["name"], after["serviceLevel"], after["details"]["gender"], after["tags"], after["revision"]) == (
        "王芳", {"key": "vip"}, "f", ["a"], 5)


async def test_search_finds_the_new_name_at_once_and_not_the_old_one(asking: Asking) -> None:
    search = "query Q($name: String!) { customers(where: {search: $name}) { nodes { id } } }"

    async def found(name: str) -> list[str]:
        return [node["id"] for node in (await asking.ask(search, name=name))["customers"]["nodes"]]

    id_ = await asking.create("王伟")
    assert await found("王伟") == [id_]
    await asking.mutate("customerUpdate", {"id": id_, "name": "Wang 芳ＦＡＮＧ"})
    assert (await found("王伟"), await found("芳fang")) == ([], [id_])
    assert {row.gram for row in asking.rows(NameGramRow)} == grams("wang 芳fang")


async def test_contact_points_are_added_and_removed(asking: Asking) -> None:
    id_ = await asking.create()
    added = await asking.mutate("contactPointAdd", {"customerId": id_, "contactPoint": {"channel": "EMAIL", "value": " Wei@Example.org "}},
                                "customer { revision contactPoints { id value masked } }")
    point, = added["customer"]["contactPoints"]
    assert (added["customer"]["revision"], point["value"], point["masked"]) == (2, "Wei@Example.org", "W***@Example.org")
    again = {"customerId": id_, "contactPoint": {"channel": "EMAIL", "value": "wei@example.ORG"}}
    assert await asking.refusals("contactPointAdd", again) == [("DUPLICATE", "input.contactPoint.value")]
    removed = await asking.mutate("contactPointRemove", {"id": point["id"]}, "customer { revision contactPoints { id } }")
    assert removed == {"customer": {"revision": 3, "contactPoints": []}, "userErrors": []}
    assert [(action, fields) for action, _, _, fields in asking.audit()[1:]] == [
        ("contactPointAdd", ["contactPoints"]), ("contactPointRemove", ["contactPoints"])]
    assert asking.versions() == 3
    assert await asking.refusals("contactPointRemove", {"id": point["id"]}) == [("NOT_FOUND", "input.id")]


async def test_one_of_many_who_remove_a_contact_point_removes_it(asking: Asking) -> None:
    id_ = await asking.create(contactPoints=[{"channel": "PHONE", "value": "110"}])
    point, = (await asking.customer(id_, "contactPoints { id }"))["contactPoints"]
    payloads = await asyncio.gather(*[asking.mutate("contactPointRemove", {"id": point["id"]}) for _ in range(6)])
    assert sorted(error["code"] for payload in payloads for error in payload["userErrors"]) == ["NOT_FOUND"] * 5
    assert (asking.rows(ContactPointRow), (await asking.customer(id_, "revision"))["revision"]) == ([], 2)


async def test_the_same_key_gets_the_same_customer(asking: Asking) -> None:
    given = person(gender="m", income={"amount": "5", "currency": "EUR"}) | {
        "idempotencyKey": "k", "tags": ["a"], "contactPoints": [{"channel": "PHONE", "value": "110"}]}
    first, second = [await asking.mutate("customerCreate", given) for _ in range(2)]
    assert first == second
    assert len(asking.rows(CustomerRow)) == len(asking.audit()) == 1
    other = given | {"details": {"person": {"gender": None, "income": {"amount": "5", "currency": "EUR"}}}}
    assert await asking.refusals("customerCreate", other) == [("CONFLICT", "input.idempotencyKey")]


async def test_twenty_at_once_with_one_key_make_one_customer(asking: Asking) -> None:
    given = person() | {"idempotencyKey": "k", "externalIds": [{"source": "shop", "value": "7"}]}
    payloads = await asyncio.gather(*[asking.mutate("customerCreate", given) for _ in range(20)])
    only, = asking.rows(CustomerRow)
    assert [payload["customer"]["id"] for payload in payloads] == [f"c_{only.id}"] * 20
    assert len(asking.rows(IdempotencyKeyRow)) == len(asking.audit()) == asking.versions() == 1


async def test_of_two_at_once_with_one_external_id_one_is_made(asking: Asking) -> None:
    given = person() | {"externalIds": [{"source": "shop", "value": "7"}]}
    payloads = await asyncio.gather(*[asking.mutate("customerCreate", given) for _ in range(8)])
    codes = sorted(error["code"] for payload in payloads for error in payload["userErrors"])
    assert len(codes) == 7
    assert set(codes) <= {"DUPLICATE", "CONFLICT"}
    assert len(asking.rows(CustomerRow)) == 1
