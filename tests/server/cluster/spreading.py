"""A plugin for tests, loaded from this file: it computes parts on other processes, or meets trouble."""

import ctypes
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import strawberry

from guanxi import Analysis, AnalysisRun, Estimate, Progress, Result, RunStart, Snapshot, fan_out, from_summary, hook

REQUIRES_API = ">=1.0,<2"


@strawberry.input(description="What is computed, and what is to go wrong.")
class SpreadRunStart(RunStart):
    parts: int = strawberry.field(default=6, description="How many parts.")
    seconds: float = strawberry.field(default=0, description="How long each takes.")
    trouble: str = strawberry.field(default="", description="What is to go wrong.")
    mark: str = strawberry.field(default="", description="A file that is there once it has gone wrong.")


@strawberry.type(description="A run in parts.")
class SpreadRun(AnalysisRun):
    squares: list[int] | None = from_summary("squares", "The squares.")


def take_all_memory() -> None:
    kept = []
    while True:
        kept.append(bytearray(50_000_000))
        time.sleep(0.05)


TROUBLES = {"segfault": lambda: ctypes.string_at(0), "exit": lambda: os._exit(3), "memory": take_all_memory,
            "sleep": lambda: time.sleep(600)}


@dataclass(frozen=True)
class Part:
    number: int
    seconds: float
    trouble: str
    mark: str


def square(part: Part) -> tuple[int, int]:
    """And the process that computed it."""
    time.sleep(part.seconds)
    if part.trouble == "kill" or (part.trouble == "kill once" and part.number == 2 and not Path(part.mark).exists()):
        Path(part.mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return part.number ** 2, os.getpid()


def compute(snapshot: Snapshot, start: SpreadRunStart, progress: Progress) -> Result:
    progress("counting", 1, 2)
    if start.trouble in TROUBLES:
        TROUBLES[start.trouble]()
    found = fan_out(square, [Part(at, start.seconds, start.trouble, start.mark) for at in range(start.parts)], progress, "squaring")
    if len({process for _, process in found}) > 1:
        progress.warn("by several processes")
    return Result(tables={}, summary={"squares": [value for value, _ in found]})


@hook
def analyses() -> list[Analysis[Any]]:
    return [Analysis(
        name="spread", title="Spread", title_zh="分摊", description="Squares numbers.", version=1, start=SpreadRunStart, run=SpreadRun,
        needs=("customers",), compute=compute, slots=lambda _: ["spread"], estimate=lambda *_: Estimate(rows=1, memory=1, seconds=1),
        minimum_rows=0)]


SOURCE = str(Path(__file__))
