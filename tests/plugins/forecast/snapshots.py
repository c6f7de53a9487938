"""Snapshots of made-up sales, as a worker takes them from a database, and what an analysis finds in them."""

import datetime
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plugins.forecast.analysis import FORECAST
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from tests.plugins.graph.snapshots import Heard

START = datetime.datetime(2024, 1, 1, 9, tzinfo=datetime.UTC)  # a Monday
GOODS = (("茶", "饮料"), ("杯", "器皿"), ("无类", ""))
Sale = dict[str, Any]
OF_TRANSACTION = ("customer_id", "kind", "occurred_at", "currency")


def sale(day: float, amount: float = 10.0, *, customer: int = 1, product: int = 1, quantity: float = 1.0, kind: str = "PURCHASE",
         currency: str = "CNY") -> Sale:
    """One transaction of one line. `day`: days after the first of January, nine o'clock. Customer 0 is nobody known."""
    return {"customer_id": customer, "product_id": product, "kind": kind, "occurred_at": START + datetime.timedelta(days=day),
            "currency": currency, "amount": amount, "quantity": quantity}


def snapshot(sales: Sequence[Sale], *, segments: Sequence[tuple[int, str, int]] = (), refused: Sequence[int] = ()) -> TakenSnapshot:
    """`segments`: the id and the name of a segment, and a customer who is in it."""
    customers = sorted({one["customer_id"] for one in sales} - {0} | {customer for *_, customer in segments})
    rows: dict[str, list[dict[str, Any]]] = {
        "customers": [{"id": id_, "kind": "PERSON", "created_at": START} for id_ in customers],
        "transactions": [{"id": id_, "total": one["amount"], **{name: one[name] for name in OF_TRANSACTION}}
                         for id_, one in enumerate(sales, 1)],
        "transactionLines": [{"transaction_id": id_, **one} for id_, one in enumerate(sales, 1)],
        "products": [{"id": id_, "sku": f"T{id_}", "name": name, "category": category} for id_, (name, category) in enumerate(GOODS, 1)],
        "segmentMembers": [{"segment_id": id_, "segment": name, "customer_id": customer} for id_, name, customer in segments],
        "consents": [{"customer_id": id_, "purpose": "analytics", "granted": False} for id_ in refused],
    }
    tables = {name: pa.Table.from_pylist(found, schema=TABLES[name].schema) for name, found in rows.items()}
    return TakenSnapshot(START, tables, tuple(tables), None, lambda ids: {id_: f"客户 {id_}" for id_ in ids})


def daily(values: Sequence[float], **more: Any) -> list[Sale]:
    """A sale each day; none for a value of 0."""
    return [sale(day, float(value), **more) for day, value in enumerate(values) if value]


def wavy(count: int, season: int = 7, seed: int = 1) -> NDArray[np.float64]:
    """Above 0, with a trend, a season and noise."""
    place = np.arange(count)
    noise = np.random.default_rng(seed).normal(0, 3, count)
    return np.round(100 + 0.5 * place + 20 * np.sin(2 * np.pi * place / season) + noise, 2)


def forecast(taken: TakenSnapshot, heard: Heard | None = None, **given: Any) -> Result:
    return FORECAST.compute(taken, read_input(FORECAST.start, {"seed": 1, "grain": "DAY", "horizon": 7, **given}), heard or Heard())


def rows(result: Result) -> list[dict[str, Any]]:
    """The series, with what is JSON in them read."""
    return [{**row, **{name: json.loads(row[name]) for name in ("history", "points", "scores")}}
            for row in result.tables["forecast_series"].to_pylist()]


def row(result: Result) -> dict[str, Any]:
    found, = rows(result)
    return found
