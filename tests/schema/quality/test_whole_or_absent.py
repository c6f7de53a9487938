"""An import is there whole or not at all, leaves a job, and its refused rows can be mended."""

import csv
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schema.quality.importing import reading
from schema.quality.importing.plan import ErrorPolicy, Unusable
from schema.quality.importing.presets import ONLINE_RETAIL, PRESETS
from schema.quality.importing.reading import Source
from schema.quality.importing.rejects import write_rejected
from tests.schema.quality.conftest import Importing, faults

EXCERPT = Path(__file__).parent / "data" / "online_retail_excerpt.csv"
SALES = """externalId,occurredAt,sku,quantity,unitPrice,currency
a,2024-01-01,s,1,1,EUR
b,2024-01-01,s,1,1,EUR
a,2024-01-01,t,x,2,EUR
a,2024-01-01,s,1,3,EUR
"""
MIXED = "sku,name,price,currency\na,A,1,EUR\nb,B,１,EUR\nc,C,1,XXQ\nd,D,,\n"


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def job(importing: Importing, id_: int) -> tuple[Any, ...]:
    return importing.rows(f"""SELECT kind, status, target, dry_run, created, updated, unchanged, rejected, error_code
                              FROM jobs WHERE id = {id_}""")[0]


def test_the_job_and_its_refused_rows(importing: Importing) -> None:
    outcome = importing.run("products", MIXED)
    assert job(importing, outcome.job_id) == ("IMPORT", "SUCCEEDED", "PRODUCTS", False, 2, 0, 0, 2, None)
    assert importing.rows('SELECT "row", "column", code, raw_value FROM row_errors ORDER BY id') == [
        (3, "price", "INVALID", "１"), (4, "currency", "INVALID", "XXQ")]
    assert importing.rows("SELECT action, subject_kind FROM audit_entries WHERE action = 'import' ORDER BY subject_kind") == [
        ("import", "job"), ("import", "product")]


def test_a_thousand_refused_rows_are_kept_and_long_cells_cut(importing: Importing) -> None:
    outcome = importing.run("products", "sku,name,price,currency\n" + f"a,A,{'y' * 500},EUR\n" * 1500)
    assert (outcome.rejected, job(importing, outcome.job_id)[7]) == (1500, 1500)
    assert importing.rows("SELECT count(*), max(length(raw_value)) FROM row_errors") == [(1000, 200)]


def test_one_refused_row_refuses_everything_if_so_asked(importing: Importing) -> None:
    before = importing.contents()
    outcome = importing.run("products", MIXED, policy=ErrorPolicy.REJECT_EVERYTHING)
    assert outcome.error is not None
    assert (outcome.error.message, outcome.rejected, outcome.rows.total()) == ("import_all_refused", 2, 0)
    assert importing.contents() == before
    assert job(importing, outcome.job_id) == ("IMPORT", "FAILED", "PRODUCTS", False, 0, 0, 0, 2, "CONFLICT")
    assert importing.rows("SELECT count(*) FROM row_errors") == [(2,)]


def test_a_row_refused_late_refuses_everything_too(importing: Importing) -> None:
    rows = "from,to,kind\na,b,knows\na,c,knows\nc,c,knows\n"
    outcome = importing.run("relationships", rows, policy=ErrorPolicy.REJECT_EVERYTHING, create_missing=True)
    assert faults(outcome) == [(4, "to", "INVALID", "import_self")]
    assert importing.rows("SELECT count(*) FROM customers") == [(0,)]
    assert importing.versions() == []


def test_a_dry_run_counts_and_keeps_nothing(importing: Importing) -> None:
    before = importing.contents()
    outcome = importing.perform(ONLINE_RETAIL, EXCERPT, dry_run=True)
    assert (outcome.rows["created"], outcome.records["transaction"]) == (188, 28)
    assert (importing.contents(), importing.versions()) == (before, [])
    assert job(importing, outcome.job_id) == ("IMPORT", "SUCCEEDED", "TRANSACTIONS", True, 188, 0, 0, 0, None)


@pytest.mark.parametrize(("target", "text", "column", "good"), [
    ("products", MIXED, "price", "1"),
    ("customers", "externalId,name,email\n1,=1+1,x\n2,\"-a,\nb\",b@example.test\n3,@x,\n4,\xa3,y\n", "email", "a@b"),
    ("transactions", SALES, "quantity", "1"),
])
def test_mended_rows_give_what_a_sound_file_would_have_given(importing: Importing, target: str, text: str, column: str, good: str) -> None:
    path = importing.file(text)
    outcome = importing.run(target, path)
    rejected = importing.folder / "rejected.csv"
    write_rejected(Source(path), outcome.rejections, rejected, "zh")
    header, *rows = table(rejected)
    assert header[-3:] == ["guanxi_line", "guanxi_column", "guanxi_reason"]
    assert [int(row[-3]) for row in rows] == [line for line, *_ in faults(outcome)]
    place = header.index(column)
    for row in rows:
        if row[-2] == column:
            row[place] = good
        if row[-2] == "currency":
            row[header.index("currency")] = "EUR"
    with rejected.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    again = importing.run(target, rejected, encoding="gbk")
    assert faults(again) == []
    assert outcome.read - outcome.rejected + again.read == text.count("\n") - 1 - text.count(",\nb")
    if target == "transactions":
        assert importing.rows("SELECT total_amount FROM transactions ORDER BY external_id") == [(60000,), (10000,)]
    if target == "customers":
        assert importing.rows("SELECT name FROM customers ORDER BY id") == [("-a,\nb",), ("@x",), ("=1+1",), ("£",)]


def test_broken_lines_go_to_the_file_of_rejected_rows(importing: Importing) -> None:
    path = importing.file(b'sku,name\na,A\nb,"B\nc,C,D\n\xff,E\nf\n')
    outcome = importing.run("products", path, encoding="utf-8")
    write_rejected(Source(path, "utf-8"), outcome.rejections, importing.folder / "r.csv", "en")
    rows = table(importing.folder / "r.csv")
    assert [row[:3] for row in rows[1:]] == [["b", "B\n", "3"], ["c", "C,D", "4"], ["\\xff", "E", "5"], ["f", "", "6"]]
    assert importing.rows("SELECT sku FROM products") == [("a",)]


@pytest.mark.parametrize(("plan", "message"), [
    ({"maps": {"nome": "name"}}, "import_column"), ({"maps": {"name": "title"}}, "import_field"),
    ({"constants": {"currency": "XXQ"}}, "import_currency"),
    ({"constants": {"titel": "x"}}, "import_field"), ({"maps": {"sku": ""}}, "import_lacking"),
    ({"timezone": "Mars/Olympus"}, "import_zone"),
    ({"maps": {"sku": "name", "name": "name"}}, "import_field_twice"),
    ({"maps": {"name": "price"}, "constants": {"price": "1"}}, "import_field_twice"),
])
def test_a_plan_that_does_not_fit_the_file(importing: Importing, plan: dict[str, Any], message: str) -> None:
    with pytest.raises(Unusable) as unusable:
        importing.run("products", "sku,name\na,A\n", **plan)
    assert [problem.message for problem in unusable.value.problems] == [message]
    assert importing.rows("SELECT count(*) FROM jobs") == [(0,)]


def test_an_encoding_that_turns_out_late_to_be_none(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first blocks are plain, and some rows of them are written already when it shows."""
    monkeypatch.setattr(reading, "BLOCK", 1_000)
    text = b"sku,name\n" + b"".join(b"%d,some name\n" % number for number in range(5_000)) + "Z,Müller é à\n".encode("latin-1")
    outcome = importing.run("products", text)
    assert outcome.error is not None
    assert outcome.error.message == "import_encoding_unclear"
    assert importing.rows("SELECT count(*) FROM products") == [(0,)]
    assert job(importing, outcome.job_id)[1] == "FAILED"


def test_northwind_from_three_files(importing: Importing) -> None:
    for name, text in {
        "categories.csv": "categoryID,categoryName\n1,Drinks\n",
        "orders.csv": "orderID,customerID,orderDate\n10248,VINET,1996-07-04 00:00:00.000\n",
        "products.csv": "productID,productName,categoryID,unitPrice\n11,Queso,1,14.00\n42,Mee,1,NULL\n",
        "customers.csv": "customerID,companyName,city,region,phone\nVINET,Vins et alcools,Reims,NULL,26.47.15.10\n",
        "order_details.csv":
            "orderID,productID,unitPrice,quantity,discount\n10248,11,14.40,12,0.15\n10248,42,9.80,10,0\n10249,42,9.80,10,0\n",
    }.items():
        importing.file(text, name)
    outcomes = [importing.perform(plan, importing.folder / str(name)) for name, plan in PRESETS["northwind"]]
    assert [faults(outcome) for outcome in outcomes] == [[], [], [(4, "orders.csv.orderDate", "REQUIRED", "required")]]
    assert importing.rows("SELECT name, category, price_amount FROM products ORDER BY sku") == [("Queso", "Drinks", 140000), ("Mee",
        "Drinks", None)]
    assert importing.rows("SELECT external_id, total_amount, total_currency FROM transactions") == [("10248", 2448800, "USD")]
    assert importing.rows("SELECT city, region FROM addresses") == [("Reims", None)]


KILLED = """
import os, signal, sys
from pathlib import Path
from schema.quality.importing import job
from schema.quality.importing.presets import ONLINE_RETAIL
from schema.quality.importing.reading import Source
from schema.quality.importing.run import run_import
from server.database import open_database

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

job.finish = die  # all rows are written, the transaction is not yet committed
run_import(open_database(sys.argv[1]).engine, Source(Path(sys.argv[2])), ONLINE_RETAIL)
"""


def test_killed_before_its_end_it_leaves_nothing_and_runs_again(importing: Importing, database_url: str) -> None:
    before = importing.contents()
    killed = subprocess.run([sys.executable, "-c", KILLED, database_url, str(EXCERPT)], timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert importing.contents() == before
    assert importing.rows("SELECT count(*) FROM jobs") == [(0,)]
    assert importing.perform(ONLINE_RETAIL, EXCERPT).rows["created"] == 188
