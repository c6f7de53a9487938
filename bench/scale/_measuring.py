"""What a command and the database behind it take."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it brings no types
import psycopg

from bench.serving.processes import cpu, resident_tree

MARGIN = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Measured:
    wall: float  # seconds
    cpu: float  # seconds, of the command's processes
    database: float  # seconds of CPU, of all processes of the database
    gigabytes: float  # resident, of the command's processes together, at most

    def __str__(self) -> str:
        return f"{self.wall:8.1f} s  CPU {self.cpu:8.1f} s  database {self.database:8.1f} s  {self.gigabytes:5.2f} GB"


class Measuring:
    """On one database, from a folder of its own."""

    def __init__(self, url: str, folder: Path):
        self.url, self.folder = url, folder
        with psycopg.connect(url) as connection:
            self.postmaster: int = psutil.Process(connection.info.backend_pid).ppid()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GUANXI_")}
        self.environment = kept | {"GUANXI_DATABASE_URL": url}

    def command(self, *arguments: str) -> Measured:
        """Raises RuntimeError, with what it said, when it fails."""
        with (self.folder / "said").open("w+") as said, self.watched() as result:
            process = subprocess.Popen([sys.executable, "-m", "guanxi", *arguments], cwd=self.folder, env=self.environment, stdout=said,
                                       stderr=said)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            if process.returncode:
                raise RuntimeError(f"{arguments}: {said.read()[-2000:]}")
        return result(usage.ru_utime + usage.ru_stime)

    def database_gigabytes(self) -> float:
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            assert row
            return float(row[0]) / 2**30

    @contextmanager
    def watched(self) -> Iterator[Callable[[float], Measured]]:
        """What is called at last with the CPU seconds of the processes makes the result."""
        most, over = [0], threading.Event()
        me = psutil.Process()

        def look() -> None:
            while not over.wait(MARGIN):
                for child in me.children():
                    with suppress(psutil.Error):  # it has just ended
                        if child.pid != self.postmaster and self.postmaster not in (one.pid for one in child.children()):
                            most[0] = max(most[0], resident_tree(child.pid))

        began, busy = time.monotonic(), cpu(self.postmaster)
        thread = threading.Thread(target=look)
        thread.start()
        took: list[float] = []
        try:
            yield lambda seconds: Measured(took[0], seconds, took[1], most[0] / 2**30)
        finally:
            over.set()
            thread.join()
            took += [time.monotonic() - began, cpu(self.postmaster) - busy]
