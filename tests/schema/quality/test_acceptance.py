"""The full public files. They are not in the repository: GUANXI_TEST_DATA names a folder with online_retail/, bitcoin_otc/ and so on."""

import gzip
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from schema.quality.importing.presets import BITCOIN_OTC, ONLINE_RETAIL, PRESETS
from tests.schema.quality.conftest import Importing, faults

DATA = os.environ.get("GUANXI_TEST_DATA")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA, reason="GUANXI_TEST_DATA names no folder with the full public data sets")]
# Its order numbers are shared by customers, so each row is a sale of its own.
SUPERSTORE: dict[str, Any] = {
    "maps": {"行 ID": "externalId", "客户 ID": "customer", "订单日期": "occurredAt", "产品 ID": "sku", "产品名称": "productName",
             "类别": "category", "销售额": "unitPrice", "客户名称": "customerName"},
    "constants": {"currency": "CNY", "quantity": "1", "customerKind": "PERSON"}, "timezone": "Asia/Shanghai", "create_missing": True,
}


def data(name: str) -> Path:
    return Path(str(DATA)) / name


def test_online_retail(importing: Importing) -> None:
    outcome = importing.perform(ONLINE_RETAIL, data("online_retail/online_retail.csv.gz"))
    assert (outcome.read, outcome.rejected) == (541_909, 0)
    assert dict(outcome.records) == {"customer": 4_372, "product": 4_070, "transaction": 25_900}
    totals = importing.rows("""SELECT count(customer_id), sum(CASE WHEN customer_id IS NULL THEN 0 ELSE total_amount END), sum(total_amount)
                               FROM transactions""")
    assert (totals[0][0], Decimal(totals[0][1]) / 10_000, Decimal(totals[0][2]) / 10_000) == (
        22_190, pytest.approx(Decimal("8300065.81"), abs=Decimal("0.01")), pytest.approx(Decimal("9747747.93"), abs=Decimal("0.01")))
    assert importing.rows("""SELECT count(*) FROM transaction_lines l JOIN transactions t ON t.id = transaction_id
                             WHERE customer_id IS NULL""") == [(135_080,)]
    assert importing.rows("""SELECT count(*), sum(CASE WHEN kind = 'CANCELLATION' THEN 1 ELSE 0 END), sum(total_amount) FROM transactions t
                             JOIN external_ids e ON e.customer_id = t.customer_id WHERE value = '14646'""") == [(77, 3, 2_794_890_200)]
    versions = importing.versions()
    again = importing.perform(ONLINE_RETAIL, data("online_retail/online_retail.csv.gz"))
    assert (again.rows["unchanged"], dict(again.records), importing.versions()) == (541_909, {}, versions)


def test_bitcoin_otc(importing: Importing) -> None:
    outcome = importing.perform(BITCOIN_OTC, data("bitcoin_otc/bitcoin_otc.csv.gz"))
    assert (outcome.read, outcome.rejected, dict(outcome.records)) == (35_592, 0, {"customer": 5_881, "relationship": 35_592})
    assert importing.rows("SELECT sign, count(*) FROM relationships GROUP BY sign ORDER BY sign") == [("NEGATIVE", 3_563),
        ("POSITIVE", 32_029)]
    assert importing.perform(BITCOIN_OTC, data("bitcoin_otc/bitcoin_otc.csv.gz")).rows["unchanged"] == 35_592


def test_the_chinese_shop_in_two_encodings(importing: Importing) -> None:
    outcome = importing.run("transactions", data("chinese_superstore/orders_gbk.csv.gz"), **dict(SUPERSTORE))
    assert (faults(outcome), outcome.read, outcome.records["customer"]) == ([], 4_973, 384)
    assert abs(importing.rows("SELECT sum(total_amount) FROM transactions")[0][0] - 82_176_415_020) <= 10  # prices have up to 17 digits
    again = importing.run("transactions", data("chinese_superstore/orders_utf8.csv.gz"), **dict(SUPERSTORE))
    assert (again.rows["unchanged"], again.rows["created"], again.rows["updated"]) == (4_973, 0, 0)


def test_northwind(importing: Importing) -> None:
    outcomes = [importing.perform(plan, data("northwind") / str(name)) for name, plan in PRESETS["northwind"]]
    assert [(outcome.read, outcome.rejected) for outcome in outcomes] == [(91, 0), (77, 0), (2_155, 0)]
    assert importing.rows("SELECT count(*), sum(total_amount) FROM transactions") == [(830, 12_657_930_395)]


def test_real_reviews(importing: Importing) -> None:
    reviews = data("reviews/womens_clothing_reviews.csv.gz")
    with gzip.open(reviews) as file:
        assert file.readline().startswith(b"review_id")
    outcome = importing.run("reviews", reviews, create_missing=True, constants={"createdAt": "2018-01-01"},
                            maps={"review_id": "externalId", "Age": "customer", "Clothing ID": "sku", "Review Text": "content",
                                "Rating": "score"})
    assert (faults(outcome), outcome.rows["created"]) == ([], 23_486)
