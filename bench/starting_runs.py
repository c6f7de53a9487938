"""How soon a run is under way: from the start mutation to the first progress that comes from within the analysis, as a client sees it.

On the demo data, over HTTP and server-sent events, in turn with importing the analysis's libraries in a new process. Wall seconds. Bounds:
twice that import when a process has to be started, a second when a warm one waits.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from server.demo import MEASURED
from tests.server.processes import guanxi, served

ROUNDS = 5
MOST_RATIO, MOST_WARM = 2.0, 1.0
LIBRARIES = "import guanxi, pyarrow, adbc_driver_sqlite.dbapi, scipy.sparse, igraph"
BEFORE = ("reading",)  # stages before the analysis; of a small network, what follows may be over before it is seen
START = "mutation { graphMetricsRunStart(input: {metrics: [PAGE_RANK, COMMUNITY], seed: 1}) { run { id } userErrors { message } } }"
FOLLOW = "subscription($id: ID!) { jobUpdated(id: $id) { status progress { stage } } }"
WARMING = 12.0  # seconds that a spare process has to import everything


def under_way(client: httpx.Client) -> float:
    """Seconds until the first stage of the analysis itself; the run is then followed to its end."""
    began = time.perf_counter()
    run = client.post("/graphql", json={"query": START}).json()["data"]["graphMetricsRunStart"]["run"]["id"]
    first = 0.0
    for job in events(client, run):
        stage = (job["progress"] or {}).get("stage")
        if not first and (job["status"] == "SUCCEEDED" or stage not in (None, *BEFORE)):
            first = time.perf_counter() - began
    return first


def events(client: httpx.Client, run: str) -> Iterator[dict[str, Any]]:
    asked = {"query": FOLLOW, "variables": {"id": run}}
    with client.stream("POST", "/graphql", json=asked, headers={"Accept": "text/event-stream"}) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: ") and line != "data: ":
                yield json.loads(line.removeprefix("data: "))["data"]["jobUpdated"]


def importing() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
    return time.perf_counter() - began


def measure(folder: Path, *, spare: bool) -> tuple[list[float], list[float]]:
    """Seconds until a run is under way, and of the import, in turn."""
    token = guanxi(folder, "token", "create", "--name", "bench", "--role", "admin").stdout.split()[-1]
    found, imports = [], []
    with served(folder, GUANXI_RUNS__SPARE=str(spare).lower()) as server, httpx.Client(base_url=server.address, timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        for _ in range(ROUNDS):
            if spare:
                time.sleep(WARMING)
            found.append(under_way(client))
            imports.append(importing())
    return found, imports


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder, "--demo", until=MEASURED):
            pass
        cold, imports = measure(folder, spare=False)
        warm, _ = measure(folder, spare=True)
    ratios = sorted(ours / theirs for ours, theirs in zip(cold, imports, strict=True))
    ratio, soon = statistics.median(ratios), statistics.median(warm)
    print(f"no process waits: {statistics.median(cold):.2f} s, importing the libraries {statistics.median(imports):.2f} s, "
          f"ratio {ratio:.2f} (min {ratios[0]:.2f}, max {ratios[-1]:.2f}; bound {MOST_RATIO:g})")
    print(f"a warm one waits: {soon:.2f} s (min {min(warm):.2f}, max {max(warm):.2f}; bound {MOST_WARM:g})")
    return int(ratio > MOST_RATIO or soon > MOST_WARM)


if __name__ == "__main__":
    sys.exit(main())
