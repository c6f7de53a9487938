"""What each step takes as a company grows: import, a page of 50, PageRank, communities, segmentation and rules.

    python -m bench.scale.growth [CUSTOMERS ...]       10000, 100000 and 1000000 when none are named; ties are ten times as many

Needs PostgreSQL, which the tests bring along. Every step is the command or the server that users run, a process of its own: wall time, CPU
of its processes, CPU of the database, and the most memory that all its processes (without the database) hold together. At last a line is
laid through the logarithms of size and CPU: by what power of the size a step grows. Bound: 6 GB in any step.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.scale import _company, _paging
from bench.scale._measuring import Measured, Measuring
from tests.databases import migrated_postgres, postgres_server

SIZES = (10_000, 100_000, 1_000_000)
TIES = 10  # for each customer
MOST_GIGABYTES = 6.0
WINDOW = "window.to=2012-01-01T00:00:00Z"
FEATURES = json.dumps(["behaviour.purchaseTotal", "behaviour.daysSincePurchase", "customer.employeeCount"])
ANALYSES = {
    "PageRank": ["graphMetrics", 'metrics=["PAGE_RANK"]', "graph={}"],
    "communities": ["graphMetrics", 'metrics=["COMMUNITY"]', "graph={}", "restarts=1", "seed=1"],
    "segmentation": ["segmentation", f"features={FEATURES}", WINDOW, "algorithm.kMeans.k=8", "seed=1"],
    "rules": ["ruleMining", "minimumSupport=0.0005", "minimumConfidence=0.2"],
}


@dataclass(frozen=True)
class Growth:
    """What a step took at each size."""

    step: str
    sizes: list[int]
    took: list[Measured]

    @property
    def power(self) -> float:
        return slope(self.sizes, [one.cpu + one.database for one in self.took])


def slope(sizes: list[int], seconds: list[float]) -> float:
    """Of the straight line through (log size, log seconds), by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(np.maximum(seconds, 0.01)), 1)[0]) if len(sizes) > 1 else float("nan")


def steps(measuring: Measuring, folder: Path, customers: int) -> Iterator[tuple[str, Measured]]:
    files = {name: folder / f"{name}.csv" for name in ("customers", "relationships", "transactions")}
    _company.write_customers(files["customers"], customers)
    _company.write_relationships(files["relationships"], customers, customers * TIES)
    _company.write_transactions(files["transactions"], customers)
    for name, more in (("customers", []), ("relationships", ["--set", "kind=trust"]), ("transactions", [])):
        yield f"import of {name}", measuring.command("import", name, str(files[name]), *more)
        files[name].unlink()
    for name, (analysis, *parameters) in ANALYSES.items():
        wish = [part for one in parameters for part in ("--param", one)]
        yield name, measuring.command("analyse", analysis, *wish, "--publish")
    yield "500 pages of 50", _paging.measured(measuring)


def main(arguments: list[str]) -> int:
    sizes = [int(one) for one in arguments] or list(SIZES)
    found: dict[str, list[Measured]] = {}
    for customers in sizes:
        with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
            measuring = Measuring(postgres.create(), Path(name))
            measuring.command("migrate")
            for step, took in steps(measuring, Path(name), customers):
                found.setdefault(step, []).append(took)
                print(f"{customers:>9,} customers  {step:<24}{took}", flush=True)
            print(f"{customers:>9,} customers  the database holds {measuring.database_gigabytes():.2f} GB", flush=True)
    print("\nCPU grows with the size to the power of")
    for growth in (Growth(step, sizes, took) for step, took in found.items()):
        print(f"  {growth.step:<24}{growth.power:5.2f}   {growth.took[-1].cpu + growth.took[-1].database:9.1f} s at {sizes[-1]:,}")
    most = max(took.gigabytes for row in found.values() for took in row)
    print(f"most memory of a step: {most:.2f} GB (bound {MOST_GIGABYTES})")
    return int(most > MOST_GIGABYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
