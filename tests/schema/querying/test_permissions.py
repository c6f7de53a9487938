"""What the caller may not see is null with FORBIDDEN at its place, and cannot be found out by filters, orders or groups either."""

from typing import Any

import pytest

from tests.schema.querying.asking import EVERYTHING, Asker


@pytest.mark.parametrize(("lacking", "query", "path"), [
    ("customers.read", "{ customers { totalCount } relationshipKinds { id } }", ["customers"]),
    ("customers.read", '{ node(id: "c_1") { id } relationshipKinds { id } }', ["node"]),
    ("customers.read", '{ relationships(where: {otherId: {eq: "c_1"}}) { totalCount } relationshipKinds { id } }', ["relationships"]),
    ("commerce.read", "{ customers(first: 1) { nodes { id transactions { totalCount } } } }", ["customers", "nodes", 0, "transactions"]),
    ("commerce.read", "{ customers(first: 1) { nodes { id behaviour { purchaseCount } } } }", ["customers", "nodes", 0, "behaviour"]),
    ("commerce.read", "{ customers(first: 1) { nodes { id } groups(by: [KIND]) { count purchaseTotal { amount } } } }",
     ["customers", "groups", 0, "purchaseTotal"]),
    ("staff.read", "{ customers(first: 1) { nodes { id owner { name } } } }", ["customers", "nodes", 0, "owner"]),
    ("privacy.read", "{ customers(first: 1) { nodes { id consents { granted } } } }", ["customers", "nodes", 0, "consents"]),
    ("relationships.read", "{ customers(first: 1) { nodes { id relationships { totalCount } } } }",
     ["customers", "nodes", 0, "relationships"]),
    ("pii.read", '{ customers(where: {id: {eq: "c_1"}}) { nodes { id contactPoints { value } } } }',
     ["customers", "nodes", 0, "contactPoints", 0, "value"]),
    ("jobs.read", "{ jobs { totalCount } viewer { language } }", ["jobs"]),
    ("commerce.read", '{ customers(where: {purchaseTotal: {gt: "1"}}) { totalCount } relationshipKinds { id } }', ["customers"]),
    ("commerce.read", '{ customers(where: {not: {or: [{purchaseTotal: {gt: "1"}}]}}) { totalCount } viewer { language } }', ["customers"]),
    ("commerce.read", "{ customers(orderBy: [{name: ASC}, {lastPurchaseAt: ASC}]) { totalCount } viewer { language } }", ["customers"]),
    ("staff.read", '{ customers(where: {ownerId: {eq: "s_1"}}) { totalCount } relationshipKinds { id } }', ["customers"]),
    ("staff.read", "{ customers { totalCount groups(by: [OWNER]) { count } } relationshipKinds { id } }", ["customers"]),
    ("relationships.read", '{ customers(where: {relatedTo: {customerId: "c_1"}}) { totalCount } viewer { language } }', ["customers"]),
    ("customers.read", '{ transactions(where: {customerId: {eq: "c_1"}}) { totalCount } relationshipKinds { id } }', ["transactions"]),
    ("pii.read", '{ customer(ref: {email: "someone150@example.test"}) { id } relationshipKinds { id } }', ["customer"]),
])
async def test_what_the_caller_may_not_see(asker: Asker, lacking: str, query: str, path: list[Any]) -> None:
    """Null with FORBIDDEN at its place; what stands beside it is answered. With the permission there is no error."""
    answer = await asker.ask(query, allowed=EVERYTHING - {lacking})
    assert {code for code, _ in answer.refusals} == {"FORBIDDEN"}
    assert path in [at[:len(path)] for _, at in answer.refusals]
    assert lacking in answer.errors[0].message
    assert len(answer.data) > 1 or any(value is not None for value in answer.data.values())
    assert await asker.refusals(query) == []


async def test_a_masked_value_is_there_without_the_permission(asker: Asker) -> None:
    query = '{ customer(ref: {id: "c_1"}) { contactPoints { value masked } details { ... on PersonDetails { givenName } } } }'
    answer = await asker.ask(query, allowed=EVERYTHING - {"pii.read"})
    assert [point["value"] for point in answer.data["customer"]["contactPoints"]] == [None, None]
    assert [point["masked"] for point in answer.data["customer"]["contactPoints"]] == ["S***@example.test", "***001"]
