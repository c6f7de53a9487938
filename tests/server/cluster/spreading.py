"""A plugin for tests, loaded from this file: it computes parts on other processes, draws a chart, writes rows, or meets trouble."""

import ctypes
import os
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

import strawberry
from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guanxi import Analysis, AnalysisRun, Estimate, Progress, Result, RunStart, Snapshot, fan_out, from_summary, hook

REQUIRES_API = ">=1.0,<2"


@strawberry.input(description="What is computed, and what is to go wrong.")
class SpreadRunStart(RunStart):
    parts: int = strawberry.field(default=4, description="How many parts.")
    seconds: float = strawberry.field(default=0, description="How long each takes.")
    trouble: str = strawberry.field(default="", description="What is to go wrong.")
    mark: str = strawberry.field(default="", description="A file that is there once it has gone wrong.")


@strawberry.type(description="A run in parts.")
class SpreadRun(AnalysisRun):
    squares: list[int] | None = from_summary("squares", "The squares.")
    processes: int | None = from_summary("processes", "By how many processes they were computed.")


def take_all_memory() -> None:
    kept = []
    while True:
        kept.append(bytearray(50_000_000))
        time.sleep(0.05)


TROUBLES = {"segfault": lambda: ctypes.string_at(0), "exit": lambda: os._exit(3), "memory": take_all_memory,
            "sleep": lambda: time.sleep(600)}


def square(number: int, seconds: float = 0, trouble: str = "", mark: str = "") -> tuple[int, int]:
    time.sleep(seconds)
    if trouble == "kill" or (trouble == "kill once" and number == 2 and not Path(mark).exists()):
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number, os.getpid()
