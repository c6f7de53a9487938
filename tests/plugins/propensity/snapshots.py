"""Snapshots of made-up customers and what they bought, as a worker takes them from a database, and what the analysis finds in them."""

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from plugins.propensity.analysis import PROPENSITY
from plugins.segmentation.features.catalogue import FEATURES
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from schema.features.contract import Feature
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from tests.plugins.segmentation.snapshots import UNKNOWN, Heard

NOW = datetime.datetime(2024, 7, 1, tzinfo=datetime.UTC)
DAYS = 180  # that the shop has been open
CATEGORIES = ("茶", "coffee")
Rows = list[dict[str, Any]]


def day(number: float) -> datetime.datetime:
    """So many days after the shop was opened."""
    return NOW - datetime.timedelta(days=DAYS - number)


def sale(customer: int, at: float, product: int = 1, total: float = 10.0, kind: str = "PURCHASE") -> dict[str, Any]:
    return {"customer_id": customer, "kind": kind, "occurred_at": day(at), "currency": "CNY", "total": total, "product": product}


def snapshot(customers: int, sales: Sequence[dict[str, Any]], *, features: Sequence[Feature] = FEATURES,
             people: dict[int, dict[str, Any]] | None = None, looks: Rows | None = None, reviews: Rows | None = None) -> TakenSnapshot:
    """Customers 1 to n; products 1 and 2, each of a category of its own. Records were made just now, as by an import."""
    of = ("customer_id", "kind", "occurred_at", "currency")
    rows: dict[str, Rows] = {
        "customers": [{"id": id_, "kind": "PERSON", "created_at": NOW} for id_ in range(1, customers + 1)],
        "consents": [],
        "transactions": [{"id": at, **{name: one[name] for name in (*of, "total")}} for at, one in enumerate(sales, 1)],
        "transactionLines": [{"transaction_id": at, "product_id": one["product"], "quantity": 1.0, "amount": one["total"],
                              **{name: one[name] for name in of}} for at, one in enumerate(sales, 1)],
        "products": [{"id": at, "sku": f"P{at}", "name": f"Product {at}", "category": name} for at, name in enumerate(CATEGORIES, 1)],
        "browseEvents": looks or [], "reviews": reviews or [],
        "demographics": [{"customer_id": id_, **UNKNOWN, **(people or {}).get(id_, {})} for id_ in range(1, customers + 1)],
    }
    tables = {name: pa.Table.from_pylist(found, schema=TABLES[name].schema) for name, found in rows.items()}
    return TakenSnapshot(NOW, tables, tuple(tables), None, lambda ids: {id_: f"客户 {id_}" for id_ in ids},
                         known={one.name: one for one in features})


def lively(customers: int = 300, seed: int = 1) -> list[dict[str, Any]]:
    """Everybody has a pace of their own, from a purchase in four days to one in a hundred, and buys tea mostly when the number is even."""
    chance = np.random.default_rng(seed)
    found = []
    for customer in range(1, customers + 1):
        pace = 4 * 25 ** chance.random()
        at = chance.exponential(pace)
        while at < DAYS:
            product = 1 if chance.random() < (0.9 if customer % 2 == 0 else 0.2) else 2
            found.append(sale(customer, at, product, round(5 + 20 * chance.random(), 2)))
            at += chance.exponential(pace)
    return found


def start(**given: Any) -> Any:
    """Parameters as a run keeps them."""
    return read_input(PROPENSITY.start, {"seed": 1, "asOf": NOW.isoformat(), "windowDays": 15} | given)


def foretold(taken: TakenSnapshot, heard: Heard | None = None, **given: Any) -> Result:
    return PROPENSITY.compute(taken, start(**given), heard or Heard())


def metric(result: Result, name: str) -> float:
    """Of the test, or the mean of cross-validation."""
    value, = [one.value for one in result.metrics if one.name == name and one.fold is None]
    assert value is not None
    return value


def probabilities(result: Result) -> dict[int, float]:
    """By customer."""
    return {row["customer_id"]: row["value"] for row in result.tables["propensity_scores"].to_pylist()}
