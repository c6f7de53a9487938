"""What mutations of customers and service levels refuse: everything at once, each with its code and place, in both languages."""

import datetime
from typing import Any

import pytest

from schema.changes.models import IdempotencyKeyRow
from schema.customers.models import CustomerRow, ServiceLevelRow
from tests.schema.customers.asking import EVERYTHING, Asking, organization, person

TOMORROW = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2)).date().isoformat()
POINT = {"channel": "PHONE", "value": "110"}
EXTERNAL = {"source": "shop", "value": "7"}

REFUSED: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"name": " \u3000"}, [("INVALID", "name")]),
    ({"name": "王" * 401}, [("LIMIT_EXCEEDED", "name")]),
    ({"name": "a\0b"}, [("INVALID", "name")]),
    (person(givenName="a" * 201, gender="a\0"), [("LIMIT_EXCEEDED", "details.person.givenName"), ("INVALID", "details.person.gender")]),
    (person(birthDate=TOMORROW), [("INVALID", "details.person.birthDate")]),
    (person(income={"amount": "-1", "currency": "XXQ"}),
     [("INVALID", "details.person.income.currency"), ("INVALID", "details.person.income.amount")]),
    (organization(employeeCount=-1, registrationNumber="9" * 65),
     [("LIMIT_EXCEEDED", "details.organization.registrationNumber"), ("INVALID", "details.organization.employeeCount")]),
    ({"contactPoints": [POINT, {"channel": "EMAIL", "value": "a b@c"}, {"channel": "EMAIL", "value": "ab"}]},
     [("INVALID", "contactPoints.1.value"), ("INVALID", "contactPoints.2.value")]),
    ({"contactPoints": [{"channel": "PHONE", "value": "ask Anna"}, {"channel": "CHAT", "value": " "}]},
     [("INVALID", "contactPoints.0.value"), ("INVALID", "contactPoints.1.value")]),
    ({"contactPoints": [{"channel": "EMAIL", "value": "A@b.org"}, {"channel": "EMAIL", "value": "a@B.org"}]},
     [("DUPLICATE", "contactPoints.1.value")]),
    ({"contactPoints": [{"channel": "CHAT", "value": "ﷺ" * 400}]}, [("LIMIT_EXCEEDED", "contactPoints.0.value")]),
    ({"contactPoints": [POINT] * 21}, [("LIMIT_EXCEEDED", "contactPoints")]),
    ({"addresses": [{"city": " "}, {"country": "x" * 101}]}, [("REQUIRED", "addresses.0"), ("LIMIT_EXCEEDED", "addresses.1.country")]),
    ({"addresses": [{"city": "a"}] * 11}, [("LIMIT_EXCEEDED", "addresses")]),
    ({"externalIds": [{"source": "", "value": "x" * 201}]},
     [("INVALID", "externalIds.0.source"), ("LIMIT_EXCEEDED", "externalIds.0.value")]),
    ({"externalIds": [EXTERNAL, EXTERNAL]}, [("DUPLICATE", "externalIds.1.value")]),
    ({"externalIds": [EXTERNAL] * 11}, [("LIMIT_EXCEEDED", "externalIds")]),
    ({"tags": ["", "x" * 101]}, [("INVALID", "tags.0"), ("LIMIT_EXCEEDED", "tags.1")]),
    ({"tags": ["x"] * 101}, [("LIMIT_EXCEEDED", "tags")]),
    ({"serviceLevel": "gold", "ownerId": "s_999"}, [("NOT_FOUND", "serviceLevel"), ("NOT_FOUND", "ownerId")]),
    ({"ownerId": "c_1"}, [("INVALID", "ownerId")]),
    ({"ownerId": "nobody"}, [("INVALID", "ownerId")]),
    ({"idempotencyKey": ""}, [("INVALID", "idempotencyKey")]),
    ({"idempotencyKey": "k" * 201}, [("INVALID", "idempotencyKey")]),
    ({"idempotencyKey": "k\0"}, [("INVALID", "idempotencyKey")]),
]


@pytest.mark.parametrize(("given", "refusals"), REFUSED, ids=[".".join(dict.fromkeys(path for _, path in paths)) for _, paths in REFUSED])
async def test_a_customer_that_is_wrong_is_not_made(asking: Asking, given: dict[str, Any], refusals: list[tuple[str, str]]) -> None:
    assert await asking.refusals("customerCreate", person() | given) == [(code, f"input.{path}") for code, path in refusals]
    assert [*asking.rows(CustomerRow), *asking.audit(), *asking.rows(IdempotencyKeyRow)] == []
    assert asking.versions() == 0


async def test_everything_that_is_wrong_is_told_at_once(asking: Asking) -> None:
    given = {"name": "", "details": {"person": {"birthDate": TOMORROW}}, "contactPoints": [{"channel": "EMAIL", "value": "x"}],
             "tags": [" "], "serviceLevel": "gold", "externalIds": [EXTERNAL]}
    await asking.create(externalIds=[EXTERNAL])
    assert {path for _, path in await asking.refusals("customerCreate", given)} == {
        "input.name", "input.details.person.birthDate", "input.contactPoints.0.value", "input.tags.0", "input.serviceLevel",
        "input.externalIds.0.value"}


async def test_refusals_speak_the_callers_language(asking: Asking) -> None:
    given = person() | {"serviceLevel": "gold", "contactPoints": [{"channel": "EMAIL", "value": "x"}]}
    english = [error["message"] for error in (await asking.mutate("customerCreate", given))["userErrors"]]
    asking.language = "zh"
    chinese = [error["message"] for error in (await asking.mutate("customerCreate", given))["userErrors"]]
    assert english == ["This is no e-mail address: one has something on either side of a single @, and no spaces.",
                       "There is no service level “gold”."]
    assert chinese == ["不是有效的电子邮件地址：@ 须恰有一个，两侧均有内容且不含空格。", "不存在服务等级“gold”。"]


@pytest.mark.parametrize(("change", "refusals"), [
    ({"name": None}, [("REQUIRED", "name")]),
    ({"name": "", "serviceLevel": "gold", "tags": [""]}, [("INVALID", "name"), ("INVALID", "tags.0"), ("NOT_FOUND", "serviceLevel")]),
    ({"details": {"organization": {"employeeCount": -1}}}, [("INVALID", "details.organization.employeeCount")]),
    ({"id": "c_999", "name": ""}, [("INVALID", "name"), ("NOT_FOUND", "id")]),
    ({"id": "p_1"}, [("INVALID", "id")]),
    ({"id": "c_99999999999999999999"}, [("INVALID", "id")]),
    ({"expectedRevision": 2, "name": ""}, [("INVALID", "name"), ("CONFLICT", "expectedRevision")]),
])
async def test_a_change_that_is_wrong_is_not_made(asking: Asking, change: dict[str, Any], refusals: list[tuple[str, str]]) -> None:
    id_ = await asking.create()
    assert await asking.refusals("customerUpdate", {"id": id_} | change) == [(code, f"input.{path}") for code, path in refusals]
    assert await asking.customer(id_, "name revision") == {"name": "王伟", "revision": 1}
    assert (len(asking.audit()), asking.versions()) == (1, 1)


async def test_a_contact_point_that_is_wrong_is_not_added(asking: Asking) -> None:
    await asking.create()
    given = {"customerId": "c_999", "contactPoint": {"channel": "EMAIL", "value": ""}}
    assert await asking.refusals("contactPointAdd", given) == [("INVALID", "input.contactPoint.value"), ("NOT_FOUND", "input.customerId")]
    assert await asking.refusals("contactPointRemove", {"id": "cp_999"}) == [("NOT_FOUND", "input.id")]
    assert await asking.refusals("contactPointRemove", {"id": "c_1"}) == [("INVALID", "input.id")]


async def test_service_levels_are_made_and_changed(asking: Asking) -> None:
    shown = "serviceLevel { key name firstResponseMinutes resolutionMinutes }"
    given = {"key": "gold", "name": {"en": " Gold ", "zh": "金牌"}, "firstResponseMinutes": 10, "resolutionMinutes": 60}
    made = await asking.mutate("serviceLevelSave", given, shown)
    assert made == {"serviceLevel": {"key": "gold", "name": "Gold", "firstResponseMinutes": 10, "resolutionMinutes": 60}, "userErrors": []}
    changed = await asking.mutate("serviceLevelSave", {"key": "gold", "name": {"en": None}, "resolutionMinutes": None}, shown)
    assert changed["serviceLevel"] == {"key": "gold", "name": "金牌", "firstResponseMinutes": 10, "resolutionMinutes": None}
    await asking.mutate("serviceLevelSave", {"key": "gold", "name": {}}, shown)  # says nothing new
    assert [(action, kind, fields) for action, kind, _, fields in asking.audit()[1:]] == [
        ("serviceLevelSave", "serviceLevel", ["nameEn", "resolutionMinutes"])]
    assert (len(asking.audit()), asking.versions()) == (2, 2)


async def test_a_service_level_that_is_wrong_is_not_made(asking: Asking) -> None:
    before = len(asking.rows(ServiceLevelRow))
    none = "serviceLevel { id }"
    assert await asking.refusals("serviceLevelSave", {"key": "Gold!", "name": {"en": "Gold"}}, none) == [("INVALID", "input.key")]
    given = {"key": "gold", "name": {"en": "x" * 201}, "firstResponseMinutes": 0, "resolutionMinutes": -5}
    assert await asking.refusals("serviceLevelSave", given, none) == [
        ("LIMIT_EXCEEDED", "input.name.en"), ("INVALID", "input.firstResponseMinutes"), ("INVALID", "input.resolutionMinutes")]
    assert await asking.refusals("serviceLevelSave", {"key": "gold", "name": {"en": " "}}, none) == [("REQUIRED", "input.name")]
    assert await asking.refusals("serviceLevelSave", {"key": "vip", "name": {"en": None, "zh": None}}, none) == [("REQUIRED", "input.name")]
    assert (len(asking.rows(ServiceLevelRow)), asking.audit()) == (before, [])


@pytest.mark.parametrize(("permission", "mutation"), [
    ("customers.write", 'customerCreate(input: {name: "王伟", details: {person: {}}})'),
    ("customers.write", 'customerUpdate(input: {id: "c_1", name: "王芳"})'),
    ("customers.write", 'customersUpsert(input: {matchOn: ["email"], rows: []})'),
    ("customers.write", 'contactPointAdd(input: {customerId: "c_1", contactPoint: {channel: PHONE, value: "110"}})'),
    ("customers.write", 'contactPointRemove(input: {id: "cp_1"})'),
    ("settings.write", 'serviceLevelSave(input: {key: "gold", name: {en: "Gold"}})'),
])
async def test_whoever_may_not_write_does_not(asking: Asking, permission: str, mutation: str) -> None:
    id_ = await asking.create(contactPoints=[POINT])
    before = asking.audit()
    asking.permissions = EVERYTHING - {permission}
    result = await asking.execute(f"mutation {{ {mutation} {{ userErrors {{ code }} }} }}")
    assert [error.original_error.extensions["code"] for error in result.errors] == ["FORBIDDEN"]
    assert permission in result.errors[0].message
    assert (asking.audit(), (await asking.customer(id_, "revision"))["revision"]) == (before, 1)


async def test_what_a_payload_shows_needs_its_own_permissions(asking: Asking) -> None:
    asking.permissions = frozenset({"customers.write", "customers.read"})
    result = await asking.execute("""mutation {
        customerCreate(input: {name: "王伟", details: {person: {}}, contactPoints: [{channel: PHONE, value: "13800138000"}]})
        { customer { name contactPoints { masked value } } } }""")
    assert result.data["customerCreate"]["customer"]["contactPoints"] == [{"masked": "***000", "value": None}]
    assert [error.path for error in result.errors] == [["customerCreate", "customer", "contactPoints", 0, "value"]]
