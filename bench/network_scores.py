"""Seven measures of a large network, from a database to committed scores, beside a direct script.

    python -m bench.network_scores [CUSTOMERS [ROUNDS]]       1000000 and 3 when none are named; ties are ten times as many

PageRank, hubs and authorities, degrees, components, core numbers and communities. Needs PostgreSQL, which the tests bring along. Each
side is a process of its own on the same database, in turn; wall time, because the database works besides. Bounds: 1.5 times the script,
and 4 GB in the worker.
"""

import json
import sys
import tempfile
from pathlib import Path

from bench._network import make_network
from bench._processes import side_by_side, timed, wish
from tests.databases import migrated_postgres, postgres_server

CUSTOMERS = 1_000_000
TIES = 10  # for each customer
ROUNDS = 3
MOST_RATIO, MOST_GIGABYTES = 1.5, 4.0
METRICS = ("PAGE_RANK", "HITS", "DEGREE", "COMPONENT", "CORE", "COMMUNITY")
WISH = wish("graphMetrics", f"metrics={json.dumps(METRICS)}", "graph={}", "restarts=1", "seed=1")
TABLES = ("graph_scores", "graph_component_members", "graph_components", "graph_members", "graph_communities")


def main(arguments: list[str]) -> int:
    customers, rounds = [int(one) for one in arguments] + [CUSTOMERS, ROUNDS][len(arguments):]
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        timed(["-m", "guanxi", "migrate", "--database-url", url], Path(name))
        make_network(url, customers, customers * TIES)
        found = side_by_side(f"{customers:,} customers, {customers * TIES:,} ties", WISH, ["-m", "bench._direct_scores", url], url, TABLES,
                             Path(name), rounds, MOST_RATIO)
        postgres.drop(url)
    return int(found.ratio > MOST_RATIO or found.gigabytes > MOST_GIGABYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
