"""PageRank from a warm snapshot beside a direct power iteration with SciPy, to the same tolerance and on the same network.

    python -m bench.power_iteration [CUSTOMERS]        100000 when none is named; ties are ten times as many

Both sides in one process, in turn; CPU seconds. The direct side is given the ties as arrays of numbers and makes the matrix of them; ours
is given the mapped files of a snapshot, sees which ties hold for which customers, numbers them, makes the matrix and ranks.
Fails when ours takes more than 1.3 times as long, or when the two disagree.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench._direct_ranking import power_iteration
from bench._network import make_network
from plugins.graph.metrics.pagerank import pagerank
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.taking import take_current
from server.worker.task import Data
from tests.databases import migrated_postgres, postgres_server

CUSTOMERS, TIES, ROUNDS, MOST_RATIO = 100_000, 10, 7, 1.3
NEEDS = ("customers", "relationships")


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def measure(url: str, files: Path) -> tuple[list[float], list[float], float]:
    """CPU seconds of ours, of the direct side, and the largest difference of a rank."""
    data = Data(database=url, files=files, where=None, as_of=None)

    def ours() -> Any:
        snapshot = take_current(data, NEEDS, TakenSnapshot)[0]
        warm = time.process_time()
        ranks = pagerank(snapshot.graph().matrix())
        return time.process_time() - warm, ranks

    graph = take_current(data, NEEDS, TakenSnapshot)[0].graph()
    found, direct, difference = [], [], 0.0
    for _ in range(ROUNDS):
        took, ranks = ours()
        found.append(took)
        took, expected = seconds(lambda: power_iteration(len(graph.ids), graph.source, graph.target, graph.weight))
        direct.append(took)
        difference = max(difference, float(np.abs(ranks - expected).max()))
    return found, direct, difference


def main(arguments: list[str]) -> int:
    customers = int(arguments[0]) if arguments else CUSTOMERS
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        make_network(url, customers, customers * TIES)
        ours, direct, difference = measure(url, Path(folder))
    ratios = sorted(one / other for one, other in zip(ours, direct, strict=True))
    ratio = statistics.median(ratios)
    print(f"{customers:,} customers, {customers * TIES:,} ties: snapshot to ranks {statistics.median(ours):.3f} s CPU, direct "
          f"{statistics.median(direct):.3f} s CPU, ratio {ratio:.2f} (min {ratios[0]:.2f}, max {ratios[-1]:.2f}; bound {MOST_RATIO}); "
          f"ranks differ by at most {difference:.1e}")
    return int(ratio > MOST_RATIO or difference > 1e-9)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
