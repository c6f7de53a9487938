"""What `bench.importing` is compared with: a script for this one file and these tables, with nothing but the drivers.

It parses Online Retail, makes the rows of the seven tables in memory, and writes them with `executemany` (SQLite) or COPY (PostgreSQL).
It checks nothing, looks nothing up and fits no other file. Prints the CPU seconds of its two parts as JSON.
"""

import csv
import datetime
import gzip
import io
import json
import sqlite3
import sys
import time
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

LONDON = ZoneInfo("Europe/London")
COLUMNS = {
    "customers": "id, kind, name, search_name, revision, created_at, updated_at",
    "name_grams": "gram, customer_id",
    "external_ids": "customer_id, source, value",
    "addresses": "customer_id, country, preferred",
    "products": "id, sku, name",
    "transactions": "id, kind, customer_id, occurred_at, total_amount, total_currency, source, external_id",
    "transaction_lines": "transaction_id, position, product_id, quantity, price_amount, amount",
}
Rows = dict[str, list[tuple[Any, ...]]]


@cache
def scaled(text: str) -> int:
    whole, _, part = text.partition(".")
    units = int(whole.lstrip("-") or 0) * 10_000 + int(part.ljust(4, "0"))
    return -units if text.startswith("-") else units


@cache
def moment(text: str) -> str:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(datetime.UTC).isoformat()


def grams(name: str) -> set[str]:
    words = name.split()
    return {c for word in words for c in word} | {word[i:i + 2] for word in words for i in range(len(word) - 1)}


def parse(path: str) -> Rows:
    now = datetime.datetime.now(datetime.UTC).isoformat()
    customers: dict[str, int] = {}
    products: dict[str, int] = {}
    names: dict[str, str] = {}
    invoices: dict[str, list[Any]] = {}
    rows: Rows = {table: [] for table in COLUMNS}
    lines = rows["transaction_lines"]
    with io.TextIOWrapper(gzip.open(path), encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for number, sku, description, quantity, date, price, customer, country in reader:
            customer_id = None
            if customer:
                customer_id = customers.get(customer)
                if customer_id is None:
                    customer_id = customers[customer] = len(customers) + 1
                    name = f"Customer {customer}"
                    search_name = unicodedata.normalize("NFKC", name).casefold()
                    rows["customers"].append((customer_id, "ORGANIZATION", name, search_name, 1, now, now))
                    rows["external_ids"].append((customer_id, "online-retail", customer))
                    rows["addresses"].append((customer_id, country, True))
                    rows["name_grams"] += [(gram, customer_id) for gram in grams(search_name)]
            product_id = products.setdefault(sku, len(products) + 1)
            if description:
                names.setdefault(sku, description)
            invoice = invoices.get(number)
            count, each = scaled(quantity), scaled(price)
            if invoice is None:
                kind = "CANCELLATION" if number[0] == "C" else "RETURN" if count < 0 else "PURCHASE"
                invoice = invoices[number] = [len(invoices) + 1, kind, customer_id, moment(date), 0, 0]
            amount = count * each // 10_000
            invoice[4] += amount
            invoice[5] += 1
            lines.append((invoice[0], invoice[5], product_id, count, each, amount))
    rows["products"] = [(id_, sku, names.get(sku, sku)) for sku, id_ in products.items()]
    rows["transactions"] = [(*invoice[:5], "GBP", "online-retail", number) for number, invoice in invoices.items()]
    rows["name_grams"].sort()
    return rows


def load_sqlite(path: str, rows: Rows) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL", "cache_size = -65536"):  # as the product's
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    for table, columns in COLUMNS.items():
        marks = ", ".join("?" * len(columns.split(", ")))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])
    connection.execute("COMMIT")
    connection.close()


def load_postgres(conninfo: str, rows: Rows) -> None:
    with psycopg.connect(conninfo) as connection, connection.cursor() as cursor:
        for table, columns in COLUMNS.items():
            copy_rows(cursor, f"COPY {table} ({columns}) FROM STDIN", rows[table])


def copy_rows(cursor: psycopg.Cursor[Any], statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def main(address: str, path: str) -> None:
    started = time.process_time()
    rows = parse(path)
    parsed = time.process_time()
    if address.startswith("postgresql:"):
        load_postgres(address, rows)
    else:
        load_sqlite(address.removeprefix("sqlite:///"), rows)
    print(json.dumps({"parse": parsed - started, "load": time.process_time() - parsed}))


if __name__ == "__main__":
    main(*sys.argv[1:])
