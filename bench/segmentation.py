"""Eight clusters of many customers by ten features, from a database to committed members, beside a direct script; and choosing k.

    python -m bench.segmentation [CUSTOMERS [ROUNDS]]       1000000 and 3 when none are named; transactions are three times as many

Needs PostgreSQL, which the tests bring along. Each side is a process of its own on the same database, in turn; wall time, because the
database works besides. Ours finds out besides how good the clusters are, names and explains them, and draws. Bounds: 1.2 times the script
and 4 GB in the worker; choosing k from 2 to 15 takes at most 10 s of CPU.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench._people import make_shop
from bench._processes import side_by_side, timed, wish
from plugins.segmentation.clustering.choosing import best, k_scores
from plugins.segmentation.clustering.kmeans import fit, nearest
from tests.databases import migrated_postgres, postgres_server

CUSTOMERS, ROUNDS = 1_000_000, 3
MOST_RATIO, MOST_GIGABYTES, MOST_SECONDS = 1.2, 4.0, 10.0
FEATURES = ("behaviour.purchaseCount", "behaviour.purchaseTotal", "behaviour.meanPurchase", "behaviour.daysSincePurchase",
            "behaviour.daysSinceFirstPurchase", "behaviour.returnCount", "customer.daysKnown", "customer.age", "customer.income",
            "customer.employeeCount")
WISH = wish("segmentation", f"features={json.dumps(FEATURES)}", "window.to=2024-01-01T00:00:00Z", "algorithm.kMeans.k=8", "seed=1")
TABLES = ("segmentation_members", "segmentation_clusters")


def choose(customers: int) -> float:
    """CPU seconds of choosing k; and whether the centres of a sample serve all."""
    chance = np.random.default_rng(1)
    centres = chance.normal(scale=4, size=(8, 10))
    points = centres[chance.integers(0, 8, customers)] + chance.normal(size=(customers, 10))
    began = time.process_time()
    scores = k_scores(points, range(2, 16), "SILHOUETTE", 1, lambda *_: None)
    took = time.process_time() - began
    distance = nearest(points, fit(points[:20_000], 8, 1))[1]
    print(f"choosing k of 2 to 15 for {customers:,} customers: {took:.1f} s of CPU (bound {MOST_SECONDS}), k = "
          f"{best(scores, 'SILHOUETTE')}, inertia of all {distance @ distance:,.0f}")
    return took


def main(arguments: list[str]) -> int:
    customers, rounds = [int(one) for one in arguments] + [CUSTOMERS, ROUNDS][len(arguments):]
    took = choose(customers)
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        timed(["-m", "guanxi", "migrate", "--database-url", url], Path(name))
        make_shop(url, customers)
        found = side_by_side(f"{customers:,} customers, ten features, eight clusters", WISH, ["-m", "bench._direct_segments", url], url,
                             TABLES, Path(name), rounds, MOST_RATIO)
        postgres.drop(url)
    return int(found.ratio > MOST_RATIO or found.gigabytes > MOST_GIGABYTES or took > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
