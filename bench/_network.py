"""A made-up network of any size in a migrated PostgreSQL: what `bench.ranking` ranks.

Targets are drawn so that few customers are pointed at often, as in real networks; the same size always gives the same network. The rows
are made by the server itself, past the product, without the ends of relationships that only queries read.
"""

import psycopg

WITHOUT_CHECKS = "SET session_replication_role = replica"  # a million foreign keys would be looked up one by one
CUSTOMERS = """
INSERT INTO customers (id, kind, name, search_name, revision, created_at, updated_at)
SELECT i, 'ORGANIZATION', 'Customer ' || i, 'customer ' || i, 1, '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'
FROM generate_series(1, %(customers)s) AS i
"""
TIES = """
INSERT INTO relationships (from_id, to_id, kind_id, directed, sign, weight, revision, origin, recorded_at)
SELECT a, CASE WHEN a = b THEN b %% %(customers)s + 1 ELSE b END, (SELECT id FROM relationship_kinds WHERE key = 'trust'), true,
       'POSITIVE', 1 + (a + b) %% 10, 1, 'IMPORT', '2024-01-01T00:00:00Z'
FROM (SELECT 1 + floor(random() * %(customers)s)::bigint AS a, 1 + floor(power(random(), 3) * %(customers)s)::bigint AS b
      FROM generate_series(1, %(ties)s)) AS drawn
"""
INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = 'relationships' AND indexname LIKE 'ix!_%' ESCAPE '!'"


def make_network(url: str, customers: int, ties: int) -> None:
    """Into an empty migrated database. Indexes of relationships are left away: both sides read the table from end to end."""
    with psycopg.connect(url) as connection:
        connection.execute(WITHOUT_CHECKS)
        for name, in connection.execute(INDEXES).fetchall():
            connection.execute(f"DROP INDEX {name}")
        connection.execute("SELECT setseed(0.42)")
        size = {"customers": customers, "ties": ties}
        connection.execute(CUSTOMERS, size)
        connection.execute(TIES, size)
        connection.execute("INSERT INTO data_versions (kind, at) VALUES ('customer', now()), ('relationship', now())")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE customers, relationships")
        connection.execute("CHECKPOINT")  # or whoever comes first pays for writing down what was made
