"""Whole processes and what they took: wall time, and the largest memory of whoever computed."""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it brings no types

MARGIN = 0.05  # seconds between two looks at a process's memory


@dataclass(frozen=True)
class Run:
    wall: float  # seconds
    gigabytes: float  # of the worker, resident, at most
    output: str


def timed(command: list[str], folder: Path) -> Run:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GUANXI_")}
    began = time.monotonic()
    with subprocess.Popen([sys.executable, *command], cwd=folder, env=environment | {"PYTHONPATH": str(Path(__file__).parent.parent)},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        watched = Watched(process.pid)
        output, errors = process.communicate()
    wall = time.monotonic() - began
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}: {errors}")
    return Run(wall, watched.stop() / 2**30, output)


class Watched:
    """The largest resident memory that any process below this one, or itself when it has none, had."""

    def __init__(self, pid: int):
        self._pid, self._most, self._over = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(MARGIN):
            try:
                parent = psutil.Process(self._pid)
                self._most = max([self._most, *[one.memory_info().rss for one in parent.children(recursive=True) or [parent]]])
            except psutil.Error:
                return

    def stop(self) -> int:
        self._over.set()
        self._thread.join()
        return self._most


def timed_ours(command: list[str], files: Path, folder: Path) -> Run:
    settings = folder / f"{files.name}.toml"
    settings.write_text(f'files = "{files}"\n', "utf-8")
    return timed([*command, "--config", str(settings)], folder)


@dataclass(frozen=True)
class Compared:
    """The median ratio of wall times, ours to the script, and the most gigabytes that our worker took."""

    ratio: float
    gigabytes: float


def wish(analysis: str, *parameters: str) -> list[str]:
    """What follows `guanxi analyse`; parameters as KEY=VALUE."""
    return [analysis, *[part for one in parameters for part in ("--param", one)]]


def side_by_side(what: str, analyse: list[str], script: list[str], url: str, tables: Sequence[str], folder: Path, rounds: int,
                 bound: float) -> Compared:
    """`analyse`: what follows `guanxi analyse`; `script`: what Python runs, given the number of our run besides. In turn, `rounds` times;
    what either stored in `tables` is gone before the next, and nothing that was read is kept. Prints every round."""
    ours, direct = [], []
    for number in range(rounds):
        files = folder / f"files-{analyse[0]}-{number}"
        ours.append(timed_ours(["-m", "guanxi", "analyse", *analyse, "--database-url", url], files, folder))
        run = json.loads(ours[-1].output)["id"].removeprefix("j_")
        forget(url, tables)
        direct.append(timed([*script, run], folder))
        forget(url, tables)
        print(f"  round {number + 1}: ours {ours[-1].wall:.1f} s, {ours[-1].gigabytes:.2f} GB; the script {direct[-1].wall:.1f} s, "
              f"{direct[-1].gigabytes:.2f} GB, its parts {direct[-1].output.strip()}", flush=True)
    ratios = sorted(one.wall / other.wall for one, other in zip(ours, direct, strict=True))
    found = Compared(statistics.median(ratios), max(one.gigabytes for one in ours))
    print(f"{what}: ours {middle(ours):.1f} s, the script {middle(direct):.1f} s, ratio {found.ratio:.2f} ({ratios[0]:.2f} to "
          f"{ratios[-1]:.2f}; bound {bound}); memory of the worker {found.gigabytes:.2f} GB", flush=True)
    return found


def forget(url: str, tables: Sequence[str]) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(tables)}")
        connection.execute("CHECKPOINT")


def middle(runs: list[Run]) -> float:
    return statistics.median(one.wall for one in runs)
