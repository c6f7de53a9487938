"""PageRank from a database to committed scores, beside a direct script, and how it grows with the network.

    python -m bench.ranking [CUSTOMERS ...]        1000000 and the smaller sizes when none is named; ties are ten times as many

Needs PostgreSQL, which the tests bring along. Each side is a process of its own on the same database, in turn; wall time, because the
database works besides. Bounds: 1.5 times the script at the largest size, and 3 GB in the worker.
"""

import json
import sys
import tempfile
from pathlib import Path

from bench._network import make_network
from bench._processes import middle, timed, timed_ours
from tests.databases import migrated_postgres, postgres_server

SIZES = (10_000, 100_000, 1_000_000)
TIES = 10  # for each customer
ROUNDS = 3
MOST_RATIO, MOST_GIGABYTES = 1.5, 3.0


def measure(customers: int, url: str, folder: Path) -> tuple[float, float, float]:
    """(median wall seconds of ours, median ratio to the script, gigabytes). A round: ours with all to read, the script, ours warm."""
    cold, warm, direct = [], [], []
    for number in range(ROUNDS):
        files = folder / f"{customers}-{number}"
        ours = ["-m", "guanxi", "analyse", "graphMetrics", "--param", "metrics=PAGE_RANK", "--param", "graph={}", "--database-url", url]
        cold.append(timed_ours(ours, files, folder))
        warm.append(timed_ours(ours, files, folder))
        run = int(json.loads(cold[-1].output)["id"].removeprefix("j_"))
        forget(url, run)
        direct.append(timed(["-m", "bench._direct_ranking", url, str(run)], folder))
    ratios = sorted(ours.wall / theirs.wall for ours, theirs in zip(cold, direct, strict=True))
    again = sorted(ours.wall / theirs.wall for ours, theirs in zip(warm, direct, strict=True))
    most = max(one.gigabytes for one in [*cold, *warm])
    spread, parts = f"{ratios[len(ratios) // 2]:.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})", direct[-1].output.strip()
    print(f"{customers:>10,} {customers * TIES:>12,} {middle(cold):9.1f} {middle(warm):9.1f} {middle(direct):9.1f} {spread:>20} "
          f"{again[len(again) // 2]:6.2f} {most:6.2f}  {parts}", flush=True)
    return middle(cold), ratios[len(ratios) // 2], most


def forget(url: str, run: int) -> None:
    """The scores of a run, so that the script finds room for the same ones."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM graph_scores WHERE run_id = %s", (run,))
        connection.execute("VACUUM graph_scores")


def main(arguments: list[str]) -> int:
    sizes = [int(one) for one in arguments] or list(SIZES)
    print(f"{'customers':>10} {'ties':>12} {'cold s':>9} {'warm s':>9} {'direct s':>9} {'cold to direct':>20} {'warm':>6} {'GB':>6}")
    found = []
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        for customers in sizes:
            url = postgres.create()
            timed(["-m", "guanxi", "migrate", "--database-url", url], Path(name))
            make_network(url, customers, customers * TIES)
            found.append(measure(customers, url, Path(name)))
            postgres.drop(url)
    for (small, before), (large, after) in zip(zip(sizes, found, strict=True), list(zip(sizes, found, strict=True))[1:], strict=False):
        print(f"{small:,} to {large:,} customers: {large / small:g} times the data, {after[0] / before[0]:.1f} times the seconds")
    _, ratio, gigabytes = found[-1]
    return int(ratio > MOST_RATIO or gigabytes > MOST_GIGABYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
