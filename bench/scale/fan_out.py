"""The parts of a run of about a second each on the processes of loky, and on a Dask cluster of this machine.

    python -m bench.scale.fan_out [--parts 60] [--workers 2]

A part is what the forecasts of a run send: series of customers, as many as take about a second with every method that is tried on them.
`--workers` processes on either side, of one thread each, in turn; both have loaded their libraries and done parts before the clock runs.
Bound: with parts of a second, Dask takes at most 1.15 times what loky takes. More workers than processors say little, and where something
else is at work, wall time does.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from bench.forecasts import Silent, busy, snapshot
from guanxi import fan_out
from plugins.forecast.analysis import FORECAST, plan_of
from plugins.forecast.reading import read
from plugins.forecast.series import Series
from plugins.forecast.working import Continued, Plan, work
from schema.analyses.parameters import read_input
from server.worker.spreading import spread_over

PARTS, SERIES, ROUNDS, BOUND = 60, 2_000, 2, 1.15
SAMPLE = 40  # series that the length of a part is reckoned from
Pairs = list[tuple[Series, Plan]]


def pairs_of(customers: int) -> Pairs:
    start = read_input(FORECAST.start, {"by": "CUSTOMER", "horizon": 8, "mostSeries": customers, "seed": 1})
    plan, series = plan_of(start), read(snapshot(customers), start, Silent()).series
    return [(one, replace(plan, setting=replace(plan.setting, phase=one.first))) for one in series]


def parts_of(pairs: Pairs, parts: int) -> list[Pairs]:
    """Each of about a second of a processor."""
    work(pairs[:1])  # libraries load
    begun = time.process_time()
    work(pairs[:SAMPLE])
    size = max(1, round(SAMPLE / (time.process_time() - begun)))
    return [[pairs[(at * size + step) % len(pairs)] for step in range(size)] for at in range(parts)]


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a scheduler with so many workers of one thread."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address, place = f"tcp://127.0.0.1:{port}", ["--host", "127.0.0.1", "--no-dashboard"]
    with tempfile.TemporaryDirectory() as folder:
        started = [begun("scheduler", folder, *place, "--port", str(port))]
        try:
            started += [begun("worker", folder, address, *place, "--nthreads", "1", "--no-nanny", "--memory-limit", "0")
                        for _ in range(workers)]
            wait_for(address, workers)
            yield address
        finally:
            for process in reversed(started):
                process.kill()
            for process in started:
                process.wait()


def begun(what: str, folder: str, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments], cwd=folder, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})


def wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with closing(Client(address, set_as_default=False, timeout=60)) as client:
        client.wait_for_workers(workers, timeout=60)


@dataclass(frozen=True)
class Spread:
    wall: float  # seconds
    spent: float  # seconds of processors, of all processes together
    found: list[list[Continued]]


def spread(parts: list[Pairs], cluster: dict[str, Any] | None) -> Spread:
    """On loky's processes, when there is no cluster."""
    began, before = time.perf_counter(), busy()
    with spread_over(cluster):
        found = fan_out(work, parts, Silent(), "forecasting")
    return Spread(time.perf_counter() - began, busy() - before, found)


def compared(parts: list[Pairs], workers: int) -> float:
    """The ratio of wall times, Dask to loky, the least of the rounds. Prints every round."""
    os.environ["LOKY_MAX_CPU_COUNT"] = str(workers)
    ratios = []
    with cluster(workers) as address:
        there = {"scheduler": address, "tls": None}
        for place in (None, there):
            spread(parts[:2 * workers], place)
        for _ in range(ROUNDS):
            loky, dask = spread(parts, None), spread(parts, there)
            ratios.append(dask.wall / loky.wall)
            if repr(loky.found) != repr(dask.found):
                raise RuntimeError("the results differ")
            print(f"{len(parts):,} parts on {workers} workers: loky {loky.wall:.1f} s ({loky.spent:.1f} s of processors), "
                  f"Dask {dask.wall:.1f} s ({dask.spent:.1f} s of processors); {ratios[-1]:.2f} times the wall time, "
                  f"{dask.spent / loky.spent:.2f} times the processor time", flush=True)
    return min(ratios)


def main(arguments: list[str]) -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--parts", type=int, default=PARTS)
    asked.add_argument("--workers", type=int, action="append", help="on either side; again for another number")
    given = asked.parse_args(arguments)
    parts = parts_of(pairs_of(SERIES), given.parts)
    print(f"parts of {len(parts[0])} series, {os.cpu_count()} processors", flush=True)
    worst = max(compared(parts, workers) for workers in given.workers or [2])
    print(f"Dask takes {worst:.2f} times what loky takes (bound {BOUND})")
    return int(worst > BOUND)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
