"""Recommendations on the whole of Online Retail, beside the best sellers, with relationships off and on; GUANXI_TEST_DATA names the folder.

Its relationships are derived as `relationshipsDerive` would before the split: customers who shared at least six products by then, which
no more than 200 bought. What was bought after it is not in them.
"""

import csv
import datetime
import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from plugins.recommend.evaluation import moment
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from tests.plugins.recommend.bought import NEEDS, found

DATA = os.environ.get("GUANXI_TEST_DATA")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA, reason="GUANXI_TEST_DATA names no folder with the full public data sets")]
MOMENT = pa.timestamp("us", "UTC")
NO_GOODS = ["POST", "DOT", "C2", "M", "D", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS", "S", "B"]
SHARED, MOST_BUYERS = 6, 200


def rows() -> Iterator[dict[str, str]]:
    with gzip.open(Path(str(DATA)) / "online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8") as file:
        yield from (row for row in csv.DictReader(file) if row["CustomerID"])


@pytest.fixture(scope="module")
def sold() -> dict[str, Any]:
    """Columns of the lines whose customer is known, all numbered from 1."""
    read = list(rows())
    names = {"customer": "CustomerID", "product": "StockCode", "transaction": "InvoiceNo"}
    found = {name: np.unique([row[column] for row in read], return_inverse=True) for name, column in names.items()}
    at = np.array([datetime.datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=datetime.UTC).timestamp() for row in read])
    return {**{name: places + 1 for name, (_, places) in found.items()}, "skus": found["product"][0].tolist(),
            "customers": len(found["customer"][0]), "quantity": np.array([float(row["Quantity"]) for row in read]),
            "at": (at * 1e6).astype(np.int64), "countries": {row["CustomerID"]: row["Country"] for row in read},
            "numbers": found["customer"][0].tolist()}


def snapshot(sold: dict[str, Any], ties: list[dict[str, Any]]) -> TakenSnapshot:
    count = len(sold["at"])
    made = {
        "customers": pa.table({"id": np.arange(1, sold["customers"] + 1), "kind": ["ORGANIZATION"] * sold["customers"],
                               "created_at": pa.array([0] * sold["customers"], MOMENT)}),
        "products": pa.table({"id": np.arange(1, len(sold["skus"]) + 1), "sku": sold["skus"], "name": sold["skus"],
                              "category": [""] * len(sold["skus"])}),
        "transactionLines": pa.table({
            "transaction_id": sold["transaction"], "product_id": sold["product"], "customer_id": sold["customer"],
            "kind": ["PURCHASE"] * count, "occurred_at": pa.array(sold["at"], MOMENT), "currency": ["GBP"] * count,
            "quantity": sold["quantity"], "amount": sold["quantity"]}),
        "traits": pa.table({"customer_id": np.arange(1, sold["customers"] + 1), "trait": ["country"] * sold["customers"],
                            "value": [sold["countries"][number] for number in sold["numbers"]]}),
        "relationships": pa.Table.from_pylist(ties, schema=TABLES["relationships"].schema),
        "relationshipKinds": pa.table({"id": [1], "key": ["co_purchase"]}),
        "consents": pa.Table.from_pylist([], schema=TABLES["consents"].schema),
    }
    now = datetime.datetime.fromtimestamp(sold["at"].max() / 1e6, datetime.UTC)
    return TakenSnapshot(now, made, NEEDS, None, lambda ids: dict.fromkeys(ids, ""))


def derived(sold: dict[str, Any], before: int) -> list[dict[str, Any]]:
    """Who had bought the same by then, weighed by how many products."""
    by_then = (sold["at"] < before) & (sold["quantity"] > 0)
    has = csr_array((np.ones(int(by_then.sum())), (sold["customer"][by_then], sold["product"][by_then])))
    has.data[:] = 1
    telling = has[:, np.flatnonzero(has.sum(axis=0) <= MOST_BUYERS)]
    shared = (telling @ telling.T).tocoo()
    ends = (shared.row < shared.col) & (shared.data >= SHARED)
    began = datetime.datetime(2010, 12, 1, tzinfo=datetime.UTC)
    pairs = zip(shared.row[ends].tolist(), shared.col[ends].tolist(), shared.data[ends].tolist(), strict=True)
    return [{"id": id_, "from_id": a, "to_id": b, "kind_id": 1, "directed": False, "sign": 1, "weight": weight, "valid_from": began,
             "valid_to": None} for id_, (a, b, weight) in enumerate(pairs, 1)]


def shown(result: Any) -> dict[str, dict[str, float]]:
    test = {one["method"]: {name: value for name, value in one.items() if name != "method"} for one in result.summary["test"]}
    print(f"\n{result.summary['splitAt']}, {result.summary['testedCount']} customers, coverage of the run {result.summary['coverage']:.3f}")
    for method, values in test.items():
        print(f"{method:24} " + "  ".join(f"{name} {value:.4f}" for name, value in values.items()))
    return test


@pytest.mark.parametrize("similarity", ["JACCARD", "COSINE", "BM25"])
def test_every_similarity_beats_the_best_sellers(sold: dict[str, Any], similarity: str) -> None:
    given = {"weights": {"relations": 0.0}, "kinds": ["PRODUCT"], "leaveOutSkus": NO_GOODS, "testShare": 0.2}
    test = shown(found(snapshot(sold, []), similarity=similarity, **given))
    for measure in ("hitRate", "precision", "recall", "ndcg"):
        assert test["BLEND"][measure] > 1.4 * test["BEST_SELLERS"][measure]
    assert test["BLEND"]["ndcg"] > 2 * test["BEST_SELLERS"]["ndcg"]
    assert test["BLEND"]["coverage"] > 10 * test["BEST_SELLERS"]["coverage"]


def test_relationships_off_and_on(sold: dict[str, Any]) -> None:
    bought = sold["quantity"] > 0
    _, first = np.unique(sold["transaction"][bought], return_index=True)
    ties = derived(sold, moment(sold["at"][bought][first], 0.2))
    print(f"\n{len(ties):,} relationships")
    given = {"kinds": ["PRODUCT"], "leaveOutSkus": NO_GOODS, "testShare": 0.2, "relations": {"useWeights": True}}
    on, off = (shown(found(snapshot(sold, ties), weights=weights, **given)) for weights in ({}, {"relations": 0.0}))
    assert on["BLEND_WITHOUT_RELATIONS"] == off["BLEND"]  # nobody is at odds with anybody
    assert on["RELATIONS"]["ndcg"] > on["BEST_SELLERS"]["ndcg"]
    assert on["BLEND"]["ndcg"] > 2 * on["BEST_SELLERS"]["ndcg"]
