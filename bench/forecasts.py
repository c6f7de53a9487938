"""Forecasts of 10,000 customers, from a snapshot of what they bought to the rows of the result, beside a direct joblib map of the same
fits.

    python -m bench.forecasts [CUSTOMERS]

Both sides are in one process, in turn, and share loky's processes, which are warm. The direct side is given the series, and calls for
each the function that ours calls. Bounds: 1.15 times the processor time of the direct map, and at least 0.9 times the share of all
processors that it keeps busy, which is nearly 1 where nothing else is at work. Where something is, wall time says little.
"""

import datetime
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]  # it brings no types
import pyarrow as pa

from guanxi import Progress
from plugins.forecast.analysis import FORECAST, plan_of
from plugins.forecast.reading import read
from plugins.forecast.series import Series
from plugins.forecast.working import Continued, Plan, continued
from schema.analyses.parameters import read_input
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES

CUSTOMERS, WEEKS, ROUNDS = 10_000, 104, 2
MOST_RATIO, LEAST_USED = 1.15, 0.9
WEEK, MONDAY = 7 * 86_400_000_000, 1_704_099_600_000_000  # microseconds; the first of January 2024, nine o'clock


class Silent:
    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        pass

    def warn(self, text: str) -> None:
        pass


def snapshot(customers: int) -> TakenSnapshot:
    """Everybody buys now and then: in one week of two to ten."""
    chance = np.random.default_rng(1)
    often = chance.uniform(0.1, 0.5, customers)
    buyer, week = np.nonzero(chance.random((customers, WEEKS)) < often[:, None])
    size = len(buyer)
    transactions = pa.table([
        np.arange(1, size + 1), buyer + 1, pa.array(["PURCHASE"] * size), pa.array(MONDAY + week * WEEK, pa.timestamp("us", "UTC")),
        pa.array(["CNY"] * size), np.round(chance.lognormal(3, 1, size), 2)], schema=TABLES["transactions"].schema)
    nobody = TABLES["consents"].schema.empty_table()
    people = pa.table([np.arange(1, customers + 1), pa.array(["PERSON"] * customers),
                       pa.array([MONDAY] * customers, pa.timestamp("us", "UTC"))], schema=TABLES["customers"].schema)
    tables = {"customers": people, "transactions": transactions, "consents": nobody}
    return TakenSnapshot(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), tables, ("customers", "transactions"), None, lambda _: {})


def direct(pairs: list[tuple[Series, Plan]]) -> list[Continued]:
    """joblib decides how many fits make a batch, and gives each process one thread."""
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=-1)(delayed(continued)(one.values, plan) for one, plan in pairs))


def measured(function: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of wall time and of processor time, which loky's processes are asked for, too."""
    begun, before = time.perf_counter(), busy()
    function()
    return time.perf_counter() - begun, busy() - before


def busy() -> float:
    """Processor seconds of this process and of those that it began and that are still there."""
    own = psutil.Process()
    return sum(float(sum(one.cpu_times()[:2])) for one in (own, *own.children(recursive=True)))


def main(arguments: list[str]) -> int:
    customers = int(arguments[0]) if arguments else CUSTOMERS
    taken, progress = snapshot(customers), Silent()
    start = read_input(FORECAST.start, {"by": "CUSTOMER", "horizon": 8, "mostSeries": customers, "seed": 1})
    plan = plan_of(start)
    told: Progress = progress
    series = read(taken, start, told).series
    pairs = [(each, replace(plan, setting=replace(plan.setting, phase=each.first))) for each in series]
    direct(pairs[:200])  # processes begin, and load their libraries
    print(f"{len(series):,} series of customers, {taken.table('transactions').num_rows:,} transactions, {os.cpu_count()} processors")
    ratios, used, processors = [], [], os.cpu_count() or 1
    for _ in range(ROUNDS):
        (ours, ours_busy), (theirs, theirs_busy) = measured(lambda: FORECAST.compute(taken, start, told)), measured(lambda: direct(pairs))
        ratios.append(ours_busy / theirs_busy)
        used.append((ours_busy / ours) / (theirs_busy / theirs))
        for name, wall, spent in (("ours", ours, ours_busy), ("direct", theirs, theirs_busy)):
            print(f"{name}: {wall:.1f} s, {spent:.1f} s of processors, {spent / wall / processors:.0%} of them busy", flush=True)
        print(f"ratio of processor time {ratios[-1]:.2f}, of wall time {ours / theirs:.2f}", flush=True)
    print(f"processor time {min(ratios):.2f} to {max(ratios):.2f} times (bound {MOST_RATIO}); "
          f"processors busy {max(used):.2f} times as much (bound {LEAST_USED})")
    return int(min(ratios) > MOST_RATIO or max(used) < LEAST_USED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
