"""A made-up shop of any size in a migrated PostgreSQL: customers of several kinds and what they bought, made by the server itself.

Each customer has between one and five transactions; one in twelve is a return. The same size always gives the same shop.
"""

import psycopg

WITHOUT_CHECKS = "SET session_replication_role = replica"
CUSTOMERS = """
INSERT INTO customers (id, kind, name, search_name, revision, created_at, updated_at, birth_date, income_amount,
                       income_currency, employee_count)
SELECT i, 'PERSON', 'Customer ' || i, 'customer ' || i, 1, timestamptz '2020-01-01' + (i %% 1400) * interval '1 day',
       '2024-01-01T00:00:00Z',
       date '1950-01-01' + (random() * 18000)::int, (20000 + 100000 * power(random(), 3))::bigint * 10000, 'GBP',
       (1 + 400 * power(random(), 4))::int
FROM generate_series(1, %(customers)s) AS i
"""
SALES = """
INSERT INTO transactions (kind, customer_id, occurred_at, total_amount, total_currency, source, external_id)
SELECT CASE WHEN n %% 12 = 0 THEN 'RETURN' ELSE 'PURCHASE' END, c,
       timestamptz '2023-12-31' - random() * (60 + c %% 5 * 150) * interval '1 day',
       ((5 + power(random(), 3) * (50 + c %% 7 * 200)) * 10000)::bigint * CASE WHEN n %% 12 = 0 THEN -1 ELSE 1 END, 'GBP', 'shop',
       n::text
FROM (SELECT c, row_number() OVER () AS n FROM generate_series(1, %(customers)s) AS c, generate_series(1, 5) AS time
      WHERE time <= 1 + c %% 5) AS drawn
"""


def make_shop(url: str, customers: int) -> None:
    """Into an empty migrated database."""
    with psycopg.connect(url) as connection:
        connection.execute(WITHOUT_CHECKS)
        connection.execute("SELECT setseed(0.42)")
        connection.execute(CUSTOMERS, {"customers": customers})
        connection.execute(SALES, {"customers": customers})
        connection.execute("INSERT INTO data_versions (kind, at) VALUES ('customer', now()), ('transaction', now())")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE customers, transactions")
        connection.execute("CHECKPOINT")
