"""Snapshots of made-up sales, as a worker takes them from a database."""

import datetime
from typing import Any

import pyarrow as pa

from plugins.rules.analysis import rule_mining
from plugins.rules.limits import Limits
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from tests.plugins.graph.snapshots import Heard

NOW = datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)
Sale = tuple[int, int, list[int]]  # customer, 0 for nobody knows whom; day; products


def line(transaction: int, customer: int, day: int, product: int, quantity: float = 1.0) -> dict[str, Any]:
    return {"transaction_id": transaction, "product_id": product, "customer_id": customer, "kind": "PURCHASE" if quantity > 0 else "RETURN",
            "occurred_at": NOW + datetime.timedelta(days=day), "currency": "GBP", "quantity": quantity, "amount": quantity}


def lines(sales: list[Sale]) -> list[dict[str, Any]]:
    return [line(number, customer, day, product) for number, (customer, day, products) in enumerate(sales, 1) for product in products]


def snapshot(rows: list[dict[str, Any]], categories: dict[int, str] | None = None, names: dict[int, str] | None = None,
             refusing: int = 0) -> TakenSnapshot:
    """Customers 1 to 9. Products are called by their numbers."""
    products = sorted({row["product_id"] for row in rows})
    tables = {
        "customers": [{"id": id_, "kind": "PERSON", "created_at": NOW} for id_ in range(1, 10)],
        "consents": [{"customer_id": refusing, "purpose": "analytics", "granted": False}] if refusing else [],
        "transactionLines": rows,
        "products": [{"id": id_, "sku": f"SKU-{id_}", "name": (names or {}).get(id_, f"货品 {id_}"),
                      "category": (categories or {}).get(id_, "")} for id_ in products],
    }
    found = {name: pa.Table.from_pylist(one, schema=TABLES[name].schema) for name, one in tables.items()}
    return TakenSnapshot(NOW, found, ("transactionLines", "products"), None, lambda ids: {})


def start(**given: Any) -> Any:
    """Parameters as a run keeps them."""
    return read_input(rule_mining(Limits()).start, {"minimumSupport": 0.5} | given)


def mined(taken: TakenSnapshot, heard: Heard | None = None, *, limits: Limits | None = None, **given: Any) -> Result:
    found: Result = rule_mining(limits or Limits()).compute(taken, start(**given), heard or Heard())
    return found


def itemsets(result: Result) -> dict[tuple[Any, ...], int]:
    """How many baskets hold each, by its products or categories."""
    counts = {row["id"]: row["count"] for row in result.tables["rules_itemsets"].to_pylist()}
    return {items: counts[number] for number, items in named(result).items()}


def rules(result: Result) -> dict[tuple[tuple[Any, ...], tuple[Any, ...]], dict[str, Any]]:
    """Numbers of each rule, by its sides."""
    items = named(result)
    return {(items[row.pop("antecedent_id")], items[row.pop("consequent_id")]): row
            for row in result.tables["rules_rules"].drop_columns("id").to_pylist()}


def named(result: Result) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}
    for row in result.tables["rules_items"].to_pylist():
        found[row["itemset_id"]] = (*found.get(row["itemset_id"], ()), row["category"] or row["product_id"])
    return found
