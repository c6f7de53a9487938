"""Seven measures of a large network, from a database to committed scores, beside a direct script.

    python -m bench.network_scores [CUSTOMERS]        1000000 when none is named; ties are ten times as many

PageRank, hubs and authorities, degrees, components, core numbers and communities. Needs PostgreSQL, which the tests bring along. Each
side is a process of its own on the same database, in turn; wall time, because the database works besides. Bounds: 1.5 times the script,
and 4 GB in the worker.
"""

import json
import sys
import tempfile
from pathlib import Path

from bench._network import make_network
from bench._processes import middle, timed, timed_ours
from tests.databases import migrated_postgres, postgres_server

CUSTOMERS = 1_000_000
TIES = 10  # for each customer
ROUNDS = 3
MOST_RATIO, MOST_GIGABYTES = 1.5, 4.0
METRICS = ("PAGE_RANK", "HITS", "DEGREE", "COMPONENT", "CORE", "COMMUNITY")
WISH = [f"metrics={json.dumps(METRICS)}", "graph={}", "restarts=1", "seed=1"]
TABLES = ("graph_scores", "graph_component_members", "graph_components", "graph_members", "graph_communities")


def measure(customers: int, url: str, folder: Path) -> tuple[float, float]:
    """(median ratio to the script, gigabytes). Before every round nothing is read and nothing is stored."""
    ours, direct = [], []
    for number in range(ROUNDS):
        ours.append(timed_ours(["-m", "guanxi", "analyse", "graphMetrics", *[part for one in WISH for part in ("--param", one)],
                                "--database-url", url], folder / f"files-{number}", folder))
        run = int(json.loads(ours[-1].output)["id"].removeprefix("j_"))
        forget(url)
        direct.append(timed(["-m", "bench._direct_scores", url, str(run)], folder))
        forget(url)
    ratios = sorted(one.wall / other.wall for one, other in zip(ours, direct, strict=True))
    print(f"{customers:,} customers, {customers * TIES:,} ties: ours {middle(ours):.1f} s, the script {middle(direct):.1f} s, "
          f"ratio {ratios[len(ratios) // 2]:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}; bound {MOST_RATIO})")
    most = max(one.gigabytes for one in ours)
    print(f"memory of the worker {most:.2f} GB (bound {MOST_GIGABYTES}), of the script {max(one.gigabytes for one in direct):.2f} GB")
    print(f"the script's parts in seconds: {direct[-1].output.strip()}")
    return ratios[len(ratios) // 2], most


def forget(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(TABLES)}")
        connection.execute("CHECKPOINT")


def main(arguments: list[str]) -> int:
    customers = int(arguments[0]) if arguments else CUSTOMERS
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        timed(["-m", "guanxi", "migrate", "--database-url", url], Path(name))
        make_network(url, customers, customers * TIES)
        ratio, gigabytes = measure(customers, url, Path(name))
        postgres.drop(url)
    return int(ratio > MOST_RATIO or gigabytes > MOST_GIGABYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
