"""Snapshots of made-up purchases and relationships, as a worker takes them from a database."""

import datetime
from typing import Any

import pyarrow as pa

from plugins.recommend.analysis import recommendation
from plugins.recommend.limits import Limits
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from tests.plugins.graph.snapshots import Heard

NOW = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
KINDS = ("friend", "rival")
ANALYSIS = recommendation(Limits())
NEEDS = ("customers", "transactionLines", "products", "relationships", "relationshipKinds", "traits")
Row = dict[str, Any]


def tie(from_: int, to: int, **more: Any) -> Row:
    row = {"from_id": from_, "to_id": to, "kind_id": 1, "directed": False, "sign": 1, "weight": 1.0, "valid_from": None, "valid_to": None}
    return row | more


def line(customer: int, product: int, day: int, quantity: float = 1.0) -> Row:
    """Bought on that day, or returned; one transaction a day."""
    return {"transaction_id": 1000 * day + customer, "product_id": product, "customer_id": customer, "quantity": quantity,
            "kind": "PURCHASE" if quantity > 0 else "RETURN", "occurred_at": NOW + day * DAY, "currency": "GBP", "amount": quantity}


def lines(*baskets: str) -> list[Row]:
    """For customers 1, 2, ... what each bought, a letter a product: "ab c" is a and b on day 1, and c on day 2."""
    return [line(customer, ord(letter) - ord("a") + 1, day) for customer, basket in enumerate(baskets, 1)
            for day, bought in enumerate(basket.split(" "), 1) for letter in bought]


def snapshot(customers: int, products: int, sold: list[Row], ties: list[Row] | None = None,
             traits: list[tuple[int, str, str]] | None = None) -> TakenSnapshot:
    """Customers and products 1 to n. Kinds of relationship: 1 is friend, 2 is rival."""
    rows = {
        "customers": [{"id": id_, "kind": "PERSON", "created_at": NOW} for id_ in range(1, customers + 1)],
        "products": [{"id": id_, "sku": f"S{id_}", "name": f"商品 {id_}", "category": ""} for id_ in range(1, products + 1)],
        "transactionLines": sold,
        "relationships": [{"id": id_, **one} for id_, one in enumerate(ties or [], 1)],
        "relationshipKinds": [{"id": id_, "key": key} for id_, key in enumerate(KINDS, 1)],
        "consents": [],
        "traits": [{"customer_id": id_, "trait": trait, "value": value} for id_, trait, value in traits or []],
    }
    tables = {name: pa.Table.from_pylist(found, schema=TABLES[name].schema) for name, found in rows.items()}
    return TakenSnapshot(NOW, tables, NEEDS, None, lambda ids: {id_: f"客户 {id_}" for id_ in ids})


def start(**given: Any) -> Any:
    """Parameters as a run keeps them."""
    return read_input(ANALYSIS.start, {"testShare": 0.0} | given)


def found(taken: TakenSnapshot, heard: Heard | None = None, *, limits: Limits | None = None, **given: Any) -> Result:
    return recommendation(limits or Limits()).compute(taken, start(**given), heard or Heard())


def offered(result: Result) -> dict[int, str]:
    """The products that each customer is recommended, in letters, the best first."""
    return {customer: "".join(chr(ord("a") + item - 1) for item in items)
            for customer, items in ranked(result, "recommend_products", "product_id").items()}


def alike(result: Result) -> dict[int, list[int]]:
    return ranked(result, "recommend_customers", "other_id")


def ranked(result: Result, table: str, column: str) -> dict[int, list[int]]:
    shown: dict[int, list[int]] = {}
    for row in result.tables[table].to_pylist():
        shown.setdefault(row["customer_id"], []).append(row[column])
        assert row["position"] == len(shown[row["customer_id"]])
    return shown


def only(**weights: float) -> dict[str, float]:
    """Weights of some methods; the others are off."""
    return {"itemNeighbours": 0.0, "userNeighbours": 0.0, "rules": 0.0, "relations": 0.0, "popularity": 0.0} | weights
