"""Snapshots of made-up customers and what they bought, as a worker takes them from a database."""

import datetime
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from plugins.value.lifetime.analysis import LIFETIME
from plugins.value.rfm.analysis import RFM
from schema.analyses.contract import Result
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from tests.plugins.graph.snapshots import Heard

START = datetime.datetime(2024, 1, 1, 9, tzinfo=datetime.UTC)
Sale = dict[str, Any]


def sale(customer: int, day: float, total: float = 10.0, kind: str = "PURCHASE", currency: str = "CNY") -> Sale:
    """`day`: days after the first of January, nine o'clock. Customer 0 is nobody known."""
    at = START + datetime.timedelta(days=day)
    return {"customer_id": customer, "kind": kind, "occurred_at": at, "currency": currency, "total": total}


def snapshot(customers: int, sales: Sequence[Sale]) -> TakenSnapshot:
    """Customers 1 to n."""
    rows: dict[str, list[dict[str, Any]]] = {
        "customers": [{"id": id_, "kind": "PERSON", "created_at": START} for id_ in range(1, customers + 1)],
        "transactions": [{"id": id_, **one} for id_, one in enumerate(sales, 1)],
        "consents": [],
    }
    tables = {name: pa.Table.from_pylist(found, schema=TABLES[name].schema) for name, found in rows.items()}
    return TakenSnapshot(START, tables, ("customers", "transactions"), None, lambda ids: {id_: f"客户 {id_}" for id_ in ids})


def regulars(customers: int = 40) -> list[Sale]:
    """Customer i comes back every 7 + i % 9 days, i % 5 times, and pays more from time to time."""
    return [sale(i, (7 + i % 9) * visit + i % 3, 10 + 3 * (i % 7) + visit) for i in range(1, customers + 1) for visit in range(1 + i % 5)]


def scored(taken: TakenSnapshot, heard: Heard | None = None, **given: Any) -> Result:
    return RFM.compute(taken, read_input(RFM.start, given), heard or Heard())


def valued(taken: TakenSnapshot, heard: Heard | None = None, **given: Any) -> Result:
    return LIFETIME.compute(taken, read_input(LIFETIME.start, given), heard or Heard())
