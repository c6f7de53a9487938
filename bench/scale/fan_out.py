"""The parts of a run of about a second each on the processes of loky, and on a Dask cluster of this machine.

    python -m bench.scale.fan_out [--parts 60] [--workers 2]

A part is what the forecasts of a run send: series of customers, as many as take about a second with every method that is tried on them.
`--workers` processes on either side, of one thread each; both have loaded their libraries and done one part each before the clock runs.
Bound: with parts of a second, Dask takes at most 1.15 times what loky takes. More workers than processors say little.
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
from dataclasses import replace
from typing import Any

from bench.forecasts import Silent, snapshot
from guanxi import fan_out
from plugins.forecast.analysis import FORECAST, plan_of
from plugins.forecast.reading import read
from plugins.forecast.series import Series
from plugins.forecast.working import Continued, Plan, work
from schema.analyses.parameters import read_input
from server.worker.spreading import spread_over

PARTS, SERIES, BOUND = 60, 2_000, 1.15
SAMPLE = 8  # series that the length of a part is reckoned from
Pairs = list[tuple[Series, Plan]]


def pairs_of(customers: int) -> Pairs:
    start = read_input(FORECAST.start, {"by": "CUSTOMER", "horizon": 8, "mostSeries": customers, "seed": 1})
    plan, series = plan_of(start), read(snapshot(customers), start, Silent()).series
    return [(one, replace(plan, setting=replace(plan.setting, phase=one.first))) for one in series]


def parts_of(pairs: Pairs, parts: int) -> list[Pairs]:
    """Each of about a second here and now."""
    work(pairs[:1])  # libraries load
    begun = time.perf_counter()
    work(pairs[:SAMPLE])
    size = max(1, round(SAMPLE / (time.perf_counter() - begun)))
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


def timed(parts: list[Pairs]) -> tuple[float, list[list[Continued]]]:
    begun = time.perf_counter()
    found = fan_out(work, parts, Silent(), "forecasting")
    return time.perf_counter() - begun, found


def alike(one: Any, other: Any) -> bool:
    return repr(one) == repr(other)


def main(arguments: list[str]) -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--parts", type=int, default=PARTS)
    asked.add_argument("--workers", type=int, action="append", help="beside so many processes of loky; again for another number")
    given = asked.parse_args(arguments)
    parts = parts_of(pairs_of(SERIES), given.parts)
    over = False
    for workers in given.workers or [2]:
        os.environ["LOKY_MAX_CPU_COUNT"] = str(workers)
        timed(parts[:workers])
        loky, ours = timed(parts)
        with cluster(workers) as address, spread_over({"scheduler": address, "tls": None}):
            timed(parts[:2 * workers])
            dask, theirs = timed(parts)
        ratio = dask / loky
        over |= ratio > BOUND
        print(f"{len(parts):,} parts of {len(parts[0])} series on {workers} workers, {os.cpu_count()} processors: loky {loky:.1f} s "
              f"({loky * workers / len(parts):.2f} s a part and worker), Dask {dask:.1f} s, {ratio:.2f} times (bound {BOUND}); "
              f"the same results: {'yes' if alike(ours, theirs) else 'NO'}", flush=True)
        over |= not alike(ours, theirs)
    return int(over)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
