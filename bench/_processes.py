"""Whole processes and what they took: wall time, and the largest memory of whoever computed."""

import os
import statistics
import subprocess
import sys
import threading
import time
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


def middle(runs: list[Run]) -> float:
    return statistics.median(one.wall for one in runs)
