"""What hangs on a customer, held against plain Python: relationships by direction and moment, purchases, belongings, summaries."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from schema.commerce.models import TransactionKind
from schema.relationships.models import EdgeDirection
from tests.schema.querying.asking import Asker
from tests.schema.querying.data import START, World
from tests.schema.querying.oracle import Oracle, held

MOMENT = START + datetime.timedelta(days=40)
ENDS = """query($d: EdgeDirection!, $at: DateTime) { customers(first: 1000) { nodes { id
 relationships(direction: $d, asOf: $at, first: 1000) { totalCount edges { direction node { id } other { id } } } } } }"""


@pytest.mark.parametrize("direction", ["IN", "OUT", "ALL"])
@pytest.mark.parametrize("moment", [None, MOMENT])
async def test_relationships_by_direction_and_moment(asker: Asker, world: World, direction: str, moment: datetime.datetime | None) -> None:
    ties = world.by_id("relationships")
    answer = await asker.data(ENDS, {"d": direction, "at": moment and moment.isoformat()})
    for customer in answer["customers"]["nodes"]:
        ends = [end for end in world["relationship_ends"] if f"c_{end['customer_id']}" == customer["id"]
                and (direction == "ALL" or end["direction"] in (EdgeDirection[direction], EdgeDirection.ALL))
                and (moment is None or held(ties[end["relationship_id"]], moment))]
        found = customer["relationships"]
        assert found["totalCount"] == len(ends)
        assert [(edge["node"]["id"], edge["other"]["id"], edge["direction"]) for edge in found["edges"]] == [
            (f"r_{end['relationship_id']}", f"c_{end['other_id']}", end["direction"].name)
            for end in sorted(ends, key=lambda end: end["relationship_id"])]


async def test_the_end_of_a_relationship_is_not_part_of_it(asker: Asker, world: World) -> None:
    ended = next(row for row in world["relationships"] if row["valid_to"] and row["valid_from"])
    query = 'query($at: DateTime) { relationships(asOf: $at, first: 1000) { nodes { id } } }'
    just_before = ended["valid_to"] - datetime.timedelta(microseconds=1)
    for moment, there in ((ended["valid_from"], True), (ended["valid_to"], False), (just_before, True)):
        answer = await asker.data(query, {"at": moment.isoformat()})
        assert ({"id": f"r_{ended['id']}"} in answer["relationships"]["nodes"]) is there


BEHAVIOUR = """query($w: TimeWindowInput) { customers(first: 1000) { nodes { id behaviour(window: $w) { purchaseCount returnCount
 purchaseTotal { amount currency } lastPurchaseAt browseCount browseSeconds reviewCount meanReviewScore } } } }"""
WINDOWS: list[dict[str, datetime.datetime] | None] = [
    None, {}, {"from": MOMENT}, {"to": MOMENT}, {"from": MOMENT, "to": MOMENT + datetime.timedelta(days=7)}, {"from": MOMENT, "to": MOMENT}]


@pytest.mark.parametrize("window", WINDOWS)
async def test_behaviour(asker: Asker, world: World, window: dict[str, datetime.datetime] | None) -> None:
    oracle = Oracle(world)
    answer = await asker.data(BEHAVIOUR, {"w": window and {name: at.isoformat() for name, at in window.items()}})
    for customer in answer["customers"]["nodes"]:
        assert customer["behaviour"] == summary(oracle, int(customer["id"][2:]), window or {})


def summary(oracle: Oracle, customer: int, window: dict[str, datetime.datetime]) -> dict[str, Any]:
    def within(table: str, column: str) -> list[dict[str, Any]]:
        return [row for row in oracle.of(table, customer)
                if ("from" not in window or row[column] >= window["from"]) and ("to" not in window or row[column] < window["to"])]

    sales, looks, reviews = within("transactions", "occurred_at"), within("browse_events", "started_at"), within("reviews", "created_at")
    purchases = [row["occurred_at"] for row in sales if row["kind"] is TransactionKind.PURCHASE]
    scores = [row["score"] for row in reviews]
    return {"purchaseCount": len(purchases), "returnCount": len(sales) - len(purchases), "purchaseTotal": totals(sales),
            "lastPurchaseAt": max(purchases).isoformat() if purchases else None, "browseCount": len(looks),
            "browseSeconds": sum(row["duration_seconds"] or 0 for row in looks), "reviewCount": len(scores),
            "meanReviewScore": sum(scores) / len(scores) if scores else None}


def totals(sales: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The sum in each currency, with two to four places."""
    found = []
    for currency in sorted({row["total_currency"] for row in sales}):
        whole, places = f"{sum(row['total_amount'] for row in sales if row['total_currency'] == currency):.4f}".split(".")
        found.append({"amount": f"{whole}.{places[:2]}{places[2:].rstrip('0')}", "currency": currency})
    return found


GROUPS = """query($by: [CustomerGroupKey!]!, $w: CustomerWhere) { customers(where: $w) {
 groups(by: $by) { keys count purchaseTotal { amount currency } } } }"""


@pytest.mark.parametrize("by", [["KIND"], ["SERVICE_LEVEL"], ["OWNER", "KIND"], ["CREATED_MONTH", "SERVICE_LEVEL", "KIND"]])
@pytest.mark.parametrize("where", [None, {"tag": {"eq": "vip"}}])
async def test_groups(asker: Asker, world: World, by: list[str], where: dict[str, Any] | None) -> None:
    oracle, staff = Oracle(world), world.by_id("staff")
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "KIND": lambda row: row["kind"].name, "SERVICE_LEVEL": oracle.level, "CREATED_MONTH": lambda row: f"{row['created_at']:%Y-%m}",
        "OWNER": lambda row: staff[row["owner_id"]]["name"] if row["owner_id"] else None}
    members: dict[tuple[Any, ...], list[int]] = {}
    for row in world["customers"]:
        if where is None or oracle.where(row, where, oracle.customer_keys("GBP")):
            members.setdefault(tuple(keys[key](row) for key in by), []).append(row["id"])
    largest_first = sorted(members.items(), key=lambda item: (-len(item[1]), [(key is None, (key or "").encode()) for key in item[0]]))
    wanted = [{"keys": list(group), "count": len(ids),
               "purchaseTotal": totals([sale for id_ in ids for sale in oracle.of("transactions", id_)])} for group, ids in largest_first]
    found = (await asker.data(GROUPS, {"by": by} | ({"w": where} if where else {})))["customers"]["groups"]
    assert found == wanted


async def test_the_transactions_of_a_product_come_once_each(asker: Asker, world: World) -> None:
    answer = await asker.data("{ products(first: 100) { nodes { id transactions(first: 1000) { totalCount nodes { id } } } } }")
    for product in answer["products"]["nodes"]:
        wanted = {f"t_{line['transaction_id']}" for line in world["transaction_lines"] if f"p_{line['product_id']}" == product["id"]}
        assert product["transactions"]["totalCount"] == len(product["transactions"]["nodes"]) == len(wanted)
        assert {node["id"] for node in product["transactions"]["nodes"]} == wanted


async def test_belongings_are_listed_in_order(asker: Asker, world: World) -> None:
    oracle = Oracle(world)
    answer = await asker.data("{ customers(first: 1000) { nodes { id tags contactPoints { value } externalIds { source value } } } }")
    for customer in answer["customers"]["nodes"]:
        id_ = int(customer["id"][2:])
        assert customer["tags"] == sorted((row["name"] for row in oracle.of("customer_tags", id_)), key=str.encode)
        assert [point["value"] for point in customer["contactPoints"]] == [row["value"] for row in oracle.of("contact_points", id_)]
        assert [(one["source"], one["value"]) for one in customer["externalIds"]] == [
            (row["source"], row["value"]) for row in oracle.of("external_ids", id_)]
