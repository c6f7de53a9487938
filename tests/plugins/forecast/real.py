"""Public data sets as snapshots and arrays: a year of a real shop, and series of the M3 competition."""

import csv
import datetime
import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES

LONDON = ZoneInfo("Europe/London")
END = datetime.datetime(2011, 12, 10, tzinfo=datetime.UTC)
Floats = NDArray[np.float64]


def shop(data: Path) -> TakenSnapshot:
    """Every invoice a transaction, as the import makes them: one whose number begins with C is a cancellation."""
    invoices: dict[str, dict[str, Any]] = {}
    products: dict[str, dict[str, Any]] = {}
    lines: list[dict[str, Any]] = []
    for line in read(data / "online_retail" / "online_retail.csv.gz"):
        one = invoices.setdefault(line["InvoiceNo"], {
            "id": len(invoices) + 1, "customer_id": int(line["CustomerID"] or 0),
            "kind": "CANCELLATION" if line["InvoiceNo"].startswith("C") else "PURCHASE",
            "occurred_at": datetime.datetime.fromisoformat(line["InvoiceDate"]).replace(tzinfo=LONDON).astimezone(datetime.UTC),
            "currency": "GBP", "total": 0.0})
        goods = products.setdefault(line["StockCode"], {
            "id": len(products) + 1, "sku": line["StockCode"], "name": line["Description"] or line["StockCode"], "category": ""})
        amount = int(line["Quantity"]) * float(line["UnitPrice"])
        one["total"] += amount
        lines.append({"transaction_id": one["id"], "product_id": goods["id"], "quantity": float(line["Quantity"]), "amount": amount,
                      **{name: one[name] for name in ("customer_id", "kind", "occurred_at", "currency")}})
    rows = {"customers": [{"id": id_, "kind": "ORGANIZATION", "created_at": END}
                          for id_ in sorted({one["customer_id"] for one in invoices.values()} - {0})],
            "transactions": list(invoices.values()), "transactionLines": lines, "products": list(products.values()), "consents": []}
    tables = {name: pa.Table.from_pylist(found, schema=TABLES[name].schema) for name, found in rows.items()}
    return TakenSnapshot(END, tables, tuple(tables), None, lambda ids: {id_: f"Customer {id_}" for id_ in ids})


def m3(data: Path) -> dict[str, tuple[Floats, Floats]]:
    """Sixty monthly series: what was given, and the 18 months that were to be forecast."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: {"train": [], "test": []})
    for line in read(data / "time_series" / "m3_monthly_60.csv.gz"):
        found[line["series"]][line["part"]].append(float(line["value"]))
    return {name: (np.array(one["train"]), np.array(one["test"])) for name, one in found.items()}


def values(data: Path, name: str) -> Floats:
    with (data / "time_series" / f"{name}.csv").open(encoding="utf-8") as lines:
        return np.array([float(line["value"]) for line in csv.DictReader(lines)])


def read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
