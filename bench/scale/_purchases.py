"""A made-up shop with lines of transactions by the million: the same size always gives the same lines, in either database.

Customers buy around a place of their own among the products, so that neighbours share some, and now and then what is popular with all.
The rows are written past the product, in parts: no more than one is in memory.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

LINES_OF_CUSTOMER, LINES_OF_TRANSACTION, LINES_OF_PRODUCT = 25, 10, 50
PART = 50_000  # transactions
SEED, TASTE, POPULAR = 42, 30.0, 0.3
MOMENT = np.datetime64("2023-01-01T00:00:00")
DAYS = 700
COLUMNS = {
    "customers": "id, kind, name, search_name, revision, created_at, updated_at",
    "products": "id, sku, name",
    "transactions": "id, kind, customer_id, occurred_at, total_amount, total_currency, source, external_id",
    "transaction_lines": "id, transaction_id, position, product_id, quantity, price_amount, amount",
}
START = "2023-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Part:
    table: str
    rows: list[tuple[Any, ...]]


def parts(lines: int) -> Iterator[Part]:
    customers, products = max(lines // LINES_OF_CUSTOMER, 2), max(lines // LINES_OF_PRODUCT, 10)
    for first in range(1, customers + 1, PART):
        yield Part("customers", [(i, "PERSON", f"Customer {i}", f"customer {i}", 1, START, START)
                                 for i in range(first, min(first + PART, customers + 1))])
    yield Part("products", [(i, f"P{i}", f"Product {i}") for i in range(1, products + 1)])
    chance = np.random.default_rng(SEED)
    for first in range(0, lines // LINES_OF_TRANSACTION, PART):
        yield from sales(chance, first, min(PART, lines // LINES_OF_TRANSACTION - first), customers, products)


def sales(chance: np.random.Generator, first: int, count: int, customers: int, products: int) -> Iterator[Part]:
    customer = (chance.random(count) ** 1.3 * customers).astype(np.int64)
    at = np.datetime_as_string(MOMENT + chance.integers(0, DAYS * 86_400, count).astype("timedelta64[s]"))
    shape = count, LINES_OF_TRANSACTION
    own = (customer * 7919)[:, None] + chance.exponential(TASTE, shape).astype(np.int64)
    popular = (chance.random(shape) ** 3 * products).astype(np.int64)
    product = np.where(chance.random(shape) < POPULAR, popular, own % products) + 1
    yield Part("transactions", [(first + i + 1, "PURCHASE", c + 1, f"{moment}+00:00", 10_0000, "GBP", "bench", str(first + i + 1))
                                for i, (c, moment) in enumerate(zip(customer.tolist(), at.tolist(), strict=True))])
    yield Part("transaction_lines", [
        ((first + i) * LINES_OF_TRANSACTION + place + 1, first + i + 1, place + 1, p, 1_0000, 1_0000, 1_0000)
        for i, row in enumerate(product.tolist()) for place, p in enumerate(row)])


def fill_sqlite(path: str, lines: int) -> None:
    """Into an empty migrated database."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        for part in parts(lines):
            marks = ", ".join("?" * len(part.rows[0]))
            connection.executemany(f"INSERT INTO {part.table} ({COLUMNS[part.table]}) VALUES ({marks})", part.rows)
            connection.commit()
        connection.execute("ANALYZE")
    connection.close()


def fill_postgres(url: str, lines: int) -> None:
    """Into an empty migrated database."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # millions of foreign keys would be looked up one by one
        for part in parts(lines):
            with connection.cursor() as cursor, cursor.copy(f"COPY {part.table} ({COLUMNS[part.table]}) FROM STDIN") as copy:
                for row in part.rows:
                    copy.write_row(row)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE customers, products, transactions, transaction_lines")
        connection.execute("CHECKPOINT")
