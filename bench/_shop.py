"""A made-up shop of any size in a migrated PostgreSQL: what `bench.value` works on.

Customers come one after the other; few buy often, as in real shops, and one transaction in twenty gives something back. The same size
always gives the same shop. The rows are made by the server itself, past the product, without lines.
"""

import psycopg

from bench._network import CUSTOMERS, WITHOUT_CHECKS

SALES = """
INSERT INTO transactions (customer_id, kind, occurred_at, total_amount, total_currency, source, external_id)
SELECT customer, CASE WHEN back THEN 'RETURN' ELSE 'PURCHASE' END,
       timestamptz '2023-01-01Z' + make_interval(days => (730 * (first + (1 - first) * random()))::int),
       CASE WHEN back THEN -1 ELSE 1 END * (10000 * exp(3 + random() + random()))::bigint, 'GBP', 'bench', i::text
FROM (SELECT i, 1 + floor(power(random(), 2) * %(customers)s)::bigint AS customer, random() < 0.05 AS back
      FROM generate_series(1, %(sales)s) AS i) AS drawn
CROSS JOIN LATERAL (SELECT (customer * 7919 %% 1000) / 1500.0 AS first) AS came
"""


def make_shop(url: str, customers: int, sales: int) -> None:
    """Into an empty migrated database."""
    with psycopg.connect(url) as connection:
        connection.execute(WITHOUT_CHECKS)
        connection.execute("SELECT setseed(0.42)")
        connection.execute(CUSTOMERS, {"customers": customers})
        connection.execute(SALES, {"customers": customers, "sales": sales})
        connection.execute("INSERT INTO data_versions (kind, at) VALUES ('customer', now()), ('transaction', now())")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE customers, transactions")
        connection.execute("CHECKPOINT")
