"""RFM and lifetime values of a large shop, from a database to committed scores, beside a direct script.

    python -m bench.value [TRANSACTIONS [ROUNDS]]       1000000 and 3 when none are named; customers are a fifth of them

Needs PostgreSQL, which the tests bring along. Each side is a process of its own on the same database, in turn; wall time, because the
database works besides. Bound: 1.5 times the script, which draws no charts and records nothing.
"""

import sys
import tempfile
from pathlib import Path

from bench._processes import side_by_side, timed, wish
from bench._shop import make_shop
from tests.databases import migrated_postgres, postgres_server

SALES = 1_000_000
ROUNDS = 3
MOST_RATIO = 1.5
TABLES = {"rfm": ("value_rfm",), "lifetimeValue": ("value_scores", "value_lifetimes")}


def main(arguments: list[str]) -> int:
    sales, rounds = [int(one) for one in arguments] + [SALES, ROUNDS][len(arguments):]
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        timed(["-m", "guanxi", "migrate", "--database-url", url], Path(name))
        make_shop(url, sales // 5, sales)
        print(f"{sales:,} transactions of {sales // 5:,} customers")
        ratios = [side_by_side(analysis, wish(analysis), ["-m", "bench._direct_value", url, analysis], url, tables, Path(name), rounds,
                               MOST_RATIO).ratio for analysis, tables in TABLES.items()]
        postgres.drop(url)
    return int(max(ratios) > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
