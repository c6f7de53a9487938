"""How long a map of relationships takes: of 500 customers with a layout, and the picture of 2,000, as the warm process works them out.

In a network of 100,000 customers and 1,000,000 relationships in PostgreSQL, which the tests bring along; wall seconds on a snapshot that
has been read, after a round that nobody times. Bounds: a second for the map, ten for the picture.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench._network import make_network
from plugins.graph.map.inquiries import NEEDS, answer_map, answer_picture
from schema.analyses.contract import Snapshot
from server.database import open_database
from server.migrations import upgrade
from server.worker.drawing import drawn_within
from server.worker.lettering import drawable
from server.worker.snapshots.taking import take_snapshot
from server.worker.task import Task
from tests.databases import migrated_postgres, postgres_server
from tests.server.worker.workers import task_for

CUSTOMERS, TIES = 100_000, 1_000_000
ROUNDS = 5
MOST_MAP, MOST_PICTURE = 1.0, 10.0
ROOT = {"roots": ["c_5"], "depth": 2}


@dataclass
class Desk:
    """What an inquiry is answered with, but that nothing is kept: every picture is drawn."""

    snapshot: Snapshot
    language: str = "zh"

    def draw(self, title: str, figure: Callable[[], Any]) -> dict[str, str]:
        return dict.fromkeys(drawn_within(60, figure, drawable(), title), title)

    def write(self, ending: str, content: Callable[[], bytes]) -> str:
        content()
        return ending


def map_of(desk: Desk, customers: int, layout: str) -> dict[str, Any]:
    return answer_map(desk, {**ROOT, "maxNodes": customers, "layout": layout})


def picture_of(desk: Desk, customers: int) -> None:
    """Its selection and its layout included, as for a caller who asks for nothing else."""
    found = map_of(desk, customers, "FORCE_DIRECTED")
    ids = found["nodes"]
    known = {"scores": {"pageRank": [1 / (1 + place) for place in range(len(ids))]}, "communities": [id_ % 12 for id_ in ids],
             "communityNames": {}}
    answer_picture(desk, {**found, **known, "layout": "FORCE_DIRECTED", "seed": 0})


def measure(name: str, work: Callable[[], Any], most: float) -> bool:
    """Whether the median is within its bound."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    middle = statistics.median(times)
    print(f"{name:<44} {min(times):8.2f} {middle:8.2f} {max(times):8.2f}   at most {most:g} s", flush=True)
    return middle <= most


def main() -> int:
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        database = open_database(url)
        upgrade(database)
        database.engine.dispose()
        make_network(url, CUSTOMERS, TIES)
        desk = Desk(take_snapshot(Task.of(task_for(url, Path(name), 1)), NEEDS)[0])
        found = map_of(desk, 500, "NONE")
        print(f"{found['totalNodes']:,} customers and {found['totalEdges']:,} relationships within {ROOT['depth']} steps")
        print(f"{'seconds':<44} {'min':>8} {'median':>8} {'max':>8}")
        kept = [measure(f"map of 500, {layout}", partial(map_of, desk, 500, layout), MOST_MAP)
                for layout in ("FORCE_DIRECTED", "CIRCULAR", "HIERARCHICAL")]
        kept.append(measure("map and picture of 2,000, SVG and PNG", partial(picture_of, desk, 2000), MOST_PICTURE))
        postgres.drop(url)
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
