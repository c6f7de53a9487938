"""A plugin for tests, loaded from this file: it counts customers, after whatever trouble is asked for."""

import ctypes
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import strawberry

from guanxi import Analysis, AnalysisRun, Customer, Estimate, Progress, Result, RunStart, Snapshot, from_summary, hook, selection

REQUIRES_API = ">=1.0,<2"


@strawberry.input(description="What is to go wrong.")
class TroubleRunStart(RunStart):
    where: Mapping[str, Any] | None = selection(lambda: Customer, "Only these customers.")
    trouble: str = strawberry.field(default="", description="What is to go wrong.")
    seconds: float = strawberry.field(default=0, description="How long to take.")
    names: list[str] = strawberry.field(default_factory=list, description="Texts to give back.")
    table: str = strawberry.field(default="", description="A table to write to, which is not the plugin's.")

    def __post_init__(self) -> None:
        if self.seconds < 0:
            raise ValueError("seconds must be 0 or more.")


@strawberry.type(description="A run that met trouble.")
class TroubleRun(AnalysisRun):
    count: int | None = from_summary("count", "How many customers there are.")
    names: list[str] | None = from_summary("names", "The texts.")


def take_all_memory() -> None:
    kept = []
    while True:
        kept.append(bytearray(50_000_000))


def fail() -> None:
    raise RuntimeError("王伟 13800138000")


TROUBLES = {"segfault": lambda: ctypes.string_at(0), "exit": lambda: os._exit(3), "memory": take_all_memory, "raise": fail,
            "print": lambda: print("{not a message}"), "sleep": lambda: time.sleep(600)}


def compute(snapshot: Snapshot, start: TroubleRunStart, progress: Progress) -> Result:
    import pyarrow as pa

    progress("counting", 1, 2)
    if start.trouble:
        TROUBLES[start.trouble]()
    ends = time.monotonic() + start.seconds
    while time.monotonic() < ends:
        progress("counting", 1, 2)
        time.sleep(0.05)
    tables = {start.table: pa.table({"run_id": [1], "customer_id": [1], "name": ["Mallory"]})} if start.table else {}
    return Result(tables=tables, summary={"count": snapshot.table("customers").num_rows, "names": list(start.names)})


@hook
def analyses() -> list[Analysis[Any]]:
    return [Analysis(
        name="trouble", title="Trouble", title_zh="麻烦", description="Counts customers.", version=1, start=TroubleRunStart, run=TroubleRun,
        needs=("customers",), compute=compute, slots=lambda _: ["trouble"], estimate=lambda *_: Estimate(rows=1, memory=1, seconds=1),
        minimum_rows=0)]


SOURCE = str(Path(__file__))
