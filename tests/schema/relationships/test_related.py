"""Customers within so many relationships of one of them: steps, directions, kinds, signs, moments, and pages."""

from typing import Any

from tests.schema.customers.asking import Asking
from tests.schema.relationships.ties import company, people, tie

CUSTOMERS = """query($w: CustomerWhere, $n: Int, $c: String) { customers(where: $w, first: $n, after: $c, orderBy: [{name: DESC}]) {
  totalCount nodes { id } pageInfo { endCursor hasNextPage } } }"""


async def near(asking: Asking, start: str, **more: Any) -> list[str]:
    found = await asking.ask(CUSTOMERS, w={"relatedTo": {"customerId": start} | more})
    assert found["customers"]["totalCount"] == len(found["customers"]["nodes"])
    return sorted(node["id"] for node in found["customers"]["nodes"])


async def test_steps_lead_both_ways_and_never_back_to_the_customer(asking: Asking) -> None:
    a, b, c, d = await people(asking, 4)
    await tie(asking, a, b)
    await tie(asking, c, b)
    await tie(asking, c, d, "knows")
    await tie(asking, d, a)
    assert await near(asking, a) == sorted([b, d])
    assert await near(asking, b) == sorted([a, c])
    assert await near(asking, a, maxHops=2) == sorted([b, c, d])
    assert await near(asking, a, maxHops=4) == sorted([b, c, d])


async def test_every_step_is_of_the_kind_the_sign_and_the_moment(asking: Asking) -> None:
    a, b, c, d = await people(asking, 4)
    await tie(asking, a, b, validTo="2024-02-01T00:00:00Z")
    await tie(asking, b, c, "knows", sign="NEGATIVE")
    await tie(asking, c, d)
    assert await near(asking, a, maxHops=3) == sorted([b, c, d])
    assert await near(asking, a, maxHops=3, kinds=["trust"]) == [b]
    assert await near(asking, a, maxHops=3, kinds=["trust", "knows"]) == sorted([b, c, d])
    assert await near(asking, a, maxHops=3, sign="POSITIVE") == [b]
    assert await near(asking, a, maxHops=3, asOf="2024-01-31T00:00:00Z") == sorted([b, c, d])
    assert await near(asking, a, maxHops=3, asOf="2024-02-01T00:00:00Z") == []
    assert await near(asking, b, maxHops=3, asOf="2024-02-01T00:00:00Z") == sorted([c, d])
    assert await near(asking, a, kinds=["no such kind"]) == []


async def test_it_joins_other_conditions_pages_and_orders(asking: Asking) -> None:
    a, b, c, d = await people(asking, 4)
    acme = await company(asking)
    for other in (b, c, d, acme):
        await tie(asking, a, other)
    where = {"relatedTo": {"customerId": a}, "kind": {"eq": "PERSON"}}
    first = (await asking.ask(CUSTOMERS, w=where, n=2))["customers"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    rest = (await asking.ask(CUSTOMERS, w=where, n=2, c=first["pageInfo"]["endCursor"]))["customers"]
    assert [node["id"] for node in (*first["nodes"], *rest["nodes"])] == [b, d, c]  # 李娜, Bob, Anna
    both = {"and": [{"relatedTo": {"customerId": b, "maxHops": 2}}, {"relatedTo": {"customerId": c, "maxHops": 2}}]}
    assert len((await asking.ask(CUSTOMERS, w=both))["customers"]["nodes"]) == 3  # the hub, Bob and Acme
    lonely = {"not": {"relatedTo": {"customerId": a, "maxHops": 4}}}
    assert [node["id"] for node in (await asking.ask(CUSTOMERS, w=lonely))["customers"]["nodes"]] == [a]


async def test_who_is_not_there_has_nobody_near(asking: Asking) -> None:
    a, b = await people(asking)
    await tie(asking, a, b)
    assert await near(asking, "c_999999", maxHops=4) == []
