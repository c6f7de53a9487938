"""The whole of Online Retail as a snapshot holds it."""

import csv
import datetime
import gzip
from pathlib import Path
from typing import Any

import pyarrow as pa

from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES


def online_retail(folder: Path) -> TakenSnapshot:
    """`folder` holds online_retail.csv.gz."""
    with gzip.open(folder / "online_retail.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    transactions, products = ({name: place for place, name in enumerate(sorted({row[column] for row in rows}), 1)}
                              for column in ("InvoiceNo", "StockCode"))
    lines = [line(row, transactions, products) for row in rows]
    lines.sort(key=lambda one: one["transaction_id"])
    known = sorted({one["customer_id"] for one in lines} - {0})
    moment = datetime.datetime(2011, 12, 10, tzinfo=datetime.UTC)
    tables = {
        "customers": [{"id": id_, "kind": "PERSON", "created_at": moment} for id_ in known], "consents": [], "transactionLines": lines,
        "products": [{"id": id_, "sku": sku, "name": sku, "category": ""} for sku, id_ in products.items()]}
    found = {name: pa.Table.from_pylist(one, schema=TABLES[name].schema) for name, one in tables.items()}
    return TakenSnapshot(moment, found, ("transactionLines", "products"), None, lambda _: {})


def line(row: dict[str, str], transactions: dict[str, int], products: dict[str, int]) -> dict[str, Any]:
    quantity = float(row["Quantity"])
    return {"transaction_id": transactions[row["InvoiceNo"]], "product_id": products[row["StockCode"]],
            "customer_id": int(row["CustomerID"] or 0), "kind": "CANCELLATION" if row["InvoiceNo"].startswith("C") else "PURCHASE",
            "occurred_at": datetime.datetime.fromisoformat(f"{row['InvoiceDate']}+00:00"), "currency": "GBP", "quantity": quantity,
            "amount": quantity * float(row["UnitPrice"])}
