"""`guanxi import` as people type it: a process of its own."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

EXCERPT = Path(__file__).parents[1] / "schema" / "quality" / "data" / "online_retail_excerpt.csv"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("GUANXI_", "LC_", "LANG"))}


def guanxi(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "guanxi", "import", *arguments],
        cwd=folder, env=ENVIRONMENT | environment | {"PYTHONUTF8": "1"},
                          capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def test_a_preset_twice_on_both_databases(tmp_path: Path, database_url: str) -> None:
    first, second = (guanxi(tmp_path, "--preset", "online-retail", str(EXCERPT), "--database-url", database_url) for _ in range(2))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "online_retail_excerpt.csv: 188 rows read: 188 created, 0 updated, 0 unchanged, 0 rejected.",
        "Records created or changed: 13 customers, 164 products, 28 transactions."]
    assert (second.returncode, second.stdout) == (
        0, "online_retail_excerpt.csv: 188 rows read: 0 created, 0 updated, 188 unchanged, 0 rejected.\n")


def test_rejected_rows_are_told_and_kept_and_can_be_mended(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "people.csv").write_bytes("编号,名字,邮箱\n1,王伟,bad\n2,李娜,\n".encode("gbk"))
    options = ("--map", "编号=externalId", "--map", "名字=name", "--map", "邮箱=email", "--set", "kind=PERSON",
               "--database-url", sqlite_url)
    done = guanxi(tmp_path, "customers", "people.csv", *options)
    assert done.returncode == 1
    assert "2 rows read: 1 created" in done.stdout
    assert done.stderr.splitlines()[0] == "line 2, column 邮箱: It is not an e-mail address."
    rejected = tmp_path / "people.rejected.csv"
    assert rejected.read_text("utf-8-sig") == (
        "编号,名字,邮箱,guanxi_line,guanxi_column,guanxi_reason\n1,王伟,bad,2,邮箱,It is not an e-mail address.\n")
    rejected.write_text(rejected.read_text("utf-8-sig").replace("bad", "w@example.test"), "utf-8-sig")
    mended = guanxi(tmp_path, "customers", rejected.name, *options)
    assert (mended.returncode, mended.stdout.splitlines()[0]) == (
        0, "people.rejected.csv: 1 rows read: 1 created, 0 updated, 0 unchanged, 0 rejected.")


@pytest.mark.parametrize(("arguments", "environment"), [(("--language", "zh"), {}), ((), {"LANG": "zh_CN.UTF-8"}),
    ((), {"LC_ALL": "zh_TW.UTF-8", "LANG": "C"})])
def test_it_speaks_chinese(tmp_path: Path, sqlite_url: str, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    (tmp_path / "p.csv").write_text("sku,name,price,currency\na,A,１,CNY\n", "utf-8")
    done = guanxi(tmp_path, "products", "p.csv", "--database-url", sqlite_url, *arguments, **environment)
    assert "数字请使用半角 0 到 9。" in done.stderr
    assert "数字请使用半角 0 到 9。" in (tmp_path / "p.rejected.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(("arguments", "said"), [
    (("products", "p.csv", "--map", "title=name"), "The file has no column “title”. Its columns are: sku, name"),
    (("products", "p.csv", "--map", "name=title"), "There is no field “title”. The fields are: sku, name, category, price, currency"),
    (("customers", "p.csv"), "Nothing gives externalId"),
    (("products", "p.csv", "--set", "currency=XXQ"), "currency: “XXQ” is not a currency of ISO 4217"),
    (("products", "p.csv", "--map", "name"), "lacks its equals sign"),
    (("products", "p.csv", "--encoding", "klingon"), "no encoding “klingon”"),
    (("products", "p.csv", "--timezone", "Mars"), "There is no time zone “Mars”"),
    (("products", "p.csv", "--errors", "p.csv"), "--errors names the file that is imported"),
    (("weather", "p.csv"), "“weather” cannot be imported"), (("products", "missing.csv"), "There is no file missing.csv"),
    (("p.csv",), "Say what to import"), (("--preset", "sap", "p.csv"), "There is no preset “sap”"),
    (("customers", "p.csv", "--preset", "bitcoin-otc"), "does not import customers"),
])
def test_usage_errors(tmp_path: Path, sqlite_url: str, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "p.csv").write_text("sku,name\na,A\n")
    done = guanxi(tmp_path, *arguments, "--database-url", sqlite_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_file_refused_as_a_whole(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "p.csv").write_text("sku,name\na,A\n,B\n")
    done = guanxi(tmp_path, "products", "p.csv", "--error-policy", "reject-everything", "--database-url", sqlite_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Nothing of p.csv was imported. 1 rows were refused" in done.stderr
    assert (tmp_path / "p.rejected.csv").exists()


def test_a_dry_run_says_so(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "p.csv").write_text("sku,name\na,A\n")
    done = guanxi(tmp_path, "products", "p.csv", "--dry-run", "--database-url", sqlite_url)
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0, "p.csv, dry run, nothing kept: 1 rows read: 1 to create, 0 to update, 0 unchanged, 0 rejected.")


def test_a_folder_of_northwind(tmp_path: Path, sqlite_url: str) -> None:
    for name, text in {"categories.csv": "categoryID,categoryName\n1,Drinks\n", "customers.csv": "customerID,companyName\nVINET,Vins\n",
                       "products.csv": "productID,productName,categoryID,unitPrice\n11,Queso,1,14.00\n",
                       "orders.csv": "orderID,customerID,orderDate\n10248,VINET,1996-07-04\n",
                       "order_details.csv": "orderID,productID,unitPrice,quantity,discount\n10248,11,14.40,12,0.15\n"}.items():
        (tmp_path / name).write_text(text)
    done = guanxi(tmp_path, "--preset", "northwind", ".", "--database-url", sqlite_url)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 6)


def test_an_empty_database_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("sku,name\na,A\n")
    done = guanxi(tmp_path, "products", "p.csv", "--database-url", f"sqlite:///{tmp_path}/new.db")
    assert done.returncode == 1
    assert "run `guanxi migrate`" in done.stderr


def test_killed_while_it_writes_it_leaves_nothing(tmp_path: Path, sqlite_url: str) -> None:
    file, rows = tmp_path / "many.csv", 60_000
    file.write_text("sku,name\n" + "".join(f"{number},Some name\n" for number in range(rows)))
    log, options = Path(sqlite_url.removeprefix("sqlite:///") + "-wal"), ("products", str(file), "--database-url", sqlite_url)
    process = subprocess.Popen([sys.executable, "-m", "guanxi", "import", *options], env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline and not (log.exists() and log.stat().st_size > 100_000):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    killed = process.wait()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        (count,), = connection.execute("SELECT count(*) FROM products")
    connection.close()
    assert (killed, count) == (-signal.SIGKILL, 0)
    assert f"{rows:,} created" in guanxi(tmp_path, *options).stdout
