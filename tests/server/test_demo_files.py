"""The files that the demo is loaded from: made-up people are recognisably so, and chance made the same as before."""

import csv
import gzip
import os
import re
from pathlib import Path

import pytest

from examples.demo import make
from server.demo import loading


def rows_of(name: str, folder: Path = loading.DATA) -> list[dict[str, str]]:
    data = (folder / name).read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode()
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_nobody_can_be_reached_by_what_is_generated() -> None:
    for row in rows_of("customers.csv"):
        assert re.fullmatch(r"[a-z.0-9]+@example\.(com|org)", row["email"]), row
        assert re.fullmatch(r"\+44 (7700 900\d{3}|20 7946 0\d{3}|1632 960\d{3})", row["phone"]), row


def test_reviews_are_of_what_was_bought_and_browsing_comes_before() -> None:
    bought: dict[tuple[str, str], str] = {}
    for line in rows_of("transactions.csv.gz"):
        if int(line["Quantity"]) > 0:
            bought.setdefault((line["CustomerID"], line["StockCode"]), line["InvoiceDate"])
    reviews = rows_of("reviews.csv")
    assert all(bought[review["customer"], review["sku"]].replace(" ", "T") < review["createdAt"] for review in reviews)
    assert {"1", "2", "3", "4", "5"} == {review["score"] for review in reviews}
    assert len([review for review in reviews if re.search("[一-鿿]", review["content"])]) > 100
    looks = rows_of("browse_events.csv.gz")
    assert sum((look["customer"], look["sku"]) in bought for look in looks) > len(looks) / 2


@pytest.mark.slow
def test_the_files_can_be_made_again(tmp_path: Path) -> None:
    """Needs the folder of public data sets, as GUANXI_TEST_DATA."""
    folder = os.environ.get("GUANXI_TEST_DATA")
    if not folder:
        pytest.skip("GUANXI_TEST_DATA does not name a folder with online_retail/online_retail.csv.gz")
    make.make(Path(folder) / "online_retail" / "online_retail.csv.gz", tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in loading.DATA.iterdir() if ".csv" in path.suffixes)
    assert all(rows_of(name, tmp_path) == rows_of(name) for name in made)
