"""A year of a real shop: GUANXI_TEST_DATA names a folder with online_retail/."""

import csv
import datetime
import gzip
import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from tests.plugins.graph.snapshots import Heard
from tests.plugins.value.snapshots import scored, valued

LONDON = ZoneInfo("Europe/London")
DATA = os.environ.get("GUANXI_TEST_DATA")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA, reason="GUANXI_TEST_DATA names no folder with the full public data sets")]


@pytest.fixture(scope="module")
def shop() -> TakenSnapshot:
    """Every invoice a transaction, as the import makes them: one whose number begins with C is a cancellation."""
    found: dict[str, dict[str, Any]] = {}
    with gzip.open(Path(str(DATA)) / "online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            one = found.setdefault(line["InvoiceNo"], {
                "customer_id": int(line["CustomerID"] or 0), "kind": "CANCELLATION" if line["InvoiceNo"].startswith("C") else "PURCHASE",
                "occurred_at": datetime.datetime.fromisoformat(line["InvoiceDate"]).replace(tzinfo=LONDON).astimezone(datetime.UTC),
                "currency": "GBP", "total": 0.0})
            one["total"] += int(line["Quantity"]) * float(line["UnitPrice"])
    customers = sorted({one["customer_id"] for one in found.values()} - {0})
    moment = datetime.datetime(2011, 12, 10, tzinfo=datetime.UTC)
    rows: dict[str, list[dict[str, Any]]] = {
        "customers": [{"id": id_, "kind": "ORGANIZATION", "created_at": moment} for id_ in customers],
        "transactions": [{"id": id_, **one} for id_, one in enumerate(found.values(), 1)], "consents": []}
    tables = {name: pa.Table.from_pylist(one, schema=TABLES[name].schema) for name, one in rows.items()}
    return TakenSnapshot(moment, tables, ("customers", "transactions"), None, lambda ids: {id_: str(id_) for id_ in ids})


def test_rfm(shop: TakenSnapshot) -> None:
    heard = Heard()
    figures = scored(shop, heard).summary
    assert (figures["customerCount"], figures["scoredCount"], figures["unscoredCount"]) == (4372, 4339, 33)
    assert (figures["neverBoughtCount"], figures["otherCurrencyCount"], figures["otherTimeCount"]) == (33, 0, 0)
    assert figures["purchaseCount"] == 18_536
    sizes = {one["segment"]: one["count"] for one in figures["segments"]}
    assert (sizes["CHAMPIONS"], sizes["LOYAL"], sizes["HIBERNATING"], sizes["CANNOT_LOSE"]) == (604, 686, 970, 66)
    assert sum(sizes.values()) == 4339
    assert heard.warnings[0] == "Left out because nobody knows whose they are: 3,710 transactions."


def test_lifetime_value(shop: TakenSnapshot) -> None:
    """What others find on this data with BG/NBD, by days: r 0.83, alpha 68.9 days, a 0.00, b 6.75."""
    heard = Heard()
    result = valued(shop, heard)
    figures = result.summary
    assert (figures["customerCount"], figures["scoredCount"], figures["unscoredCount"], figures["cameBackCount"]) == (4372, 4339, 33, 2790)
    found = {one["name"]: one["value"] for one in figures["modelParameters"]}
    assert (round(found["r"], 2), round(7 * found["alpha"], 1), round(found["a"], 2), round(found["b"], 1)) == (0.83, 68.9, 0.0, 6.7)
    test = figures["holdout"]
    assert (test["days"], test["customerCount"], test["actual"]["purchases"]) == (93, 3357, 4568)
    assert test["expected"]["purchases"] == pytest.approx(3424, abs=1)
    assert test["naive"]["purchases"] == pytest.approx(3210, abs=1)
    assert test["model"]["rootMeanSquare"] < test["rival"]["rootMeanSquare"]
    assert test["model"]["meanError"] > test["rival"]["meanError"]
    said = " ".join(heard.warnings)
    assert "no better than taking everybody to go on as before" in said
    assert "1,549 of 4,339 customers bought on one day only" in said
    assert "hardly a sign" in said
