"""Importing all of Online Retail: `guanxi import` beside a direct script for this one file, and beside the bare bulk load.

    python -m bench.importing FILE [sqlite|postgresql]      or GUANXI_ONLINE_RETAIL=FILE python -m bench.importing

Each run is a process of its own on a fresh migrated database; the best of three counts. CPU is the process's own, user and system
together, from start to end; on PostgreSQL the server works besides, which only the wall clock shows. "bare load" is what the direct
script spends inside `executemany` or COPY alone. Fails when the import takes more than twice the script's CPU or 500 MB.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from tests.databases import migrated_postgres, migrated_sqlite, postgres_server

ROUNDS = 3
MOST_RATIO, MOST_MEGABYTES = 2.0, 500


@dataclass(frozen=True)
class Run:
    cpu: float  # seconds
    wall: float  # seconds
    megabytes: float  # at most, resident
    output: str


def run(*command: str) -> Run:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GUANXI_")}
    with tempfile.TemporaryFile() as out:
        started = time.monotonic()
        process = subprocess.Popen([sys.executable, *command], stdout=out, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - started
        out.seek(0)
        output = out.read().decode()
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}: {output}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, output)


def measure(name: str, fresh: Callable[[], str], file: str) -> bool:
    """Print a table for one database; whether the import kept its bounds."""
    ours, again, direct = [], [], []
    for _ in range(ROUNDS):
        url = fresh()
        ours.append(run("-m", "guanxi", "import", "--preset", "online-retail", file, "--database-url", url))
        again.append(run("-m", "guanxi", "import", "--preset", "online-retail", file, "--database-url", url))
        direct.append(run("-m", "bench._direct_import", plain(fresh()), file))
    loads = [json.loads(one.output)["load"] for one in direct]
    best = min(one.cpu for one in direct)
    print(f"\n{name:12} {'CPU s':>8} {'wall s':>8} {'MB':>6} {'to direct':>10} {'to bare':>8}")
    for label, runs in (("guanxi", ours), ("second time", again), ("direct", direct)):
        quickest = min(runs, key=lambda one: one.cpu)
        print(f"{label:12} {quickest.cpu:8.2f} {quickest.wall:8.2f} {quickest.megabytes:6.0f} {quickest.cpu / best:10.2f} "
              f"{quickest.cpu / min(loads):8.2f}")
    print(f"{'bare load':12} {min(loads):8.2f} {'':8} {'':6} {min(loads) / best:10.2f} {1:8.2f}")
    print(ours[0].output.strip(), again[0].output.strip(), sep="\n")
    return min(one.cpu for one in ours) <= MOST_RATIO * best and max(one.megabytes for one in ours) <= MOST_MEGABYTES


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False) if url.startswith("postgresql") else url


@contextmanager
def sqlite_databases() -> Iterator[Callable[[], str]]:
    with tempfile.TemporaryDirectory() as folder:
        numbers = iter(range(1_000))
        yield lambda: f"sqlite:///{migrated_sqlite(Path(folder) / f'{next(numbers)}.db')}"


@contextmanager
def postgres_databases() -> Iterator[Callable[[], str]]:
    with postgres_server() as server, migrated_postgres(server) as postgres:
        yield postgres.create


def main(arguments: list[str]) -> int:
    file = arguments[0] if arguments else os.environ.get("GUANXI_ONLINE_RETAIL")
    if not file or not Path(file).is_file():
        print("Left out: name the file of Online Retail (UCI, 541,909 rows), which is not part of the repository, as an argument or in "
              "GUANXI_ONLINE_RETAIL.")
        return 0
    kept = []
    for name, databases in (("SQLite", sqlite_databases), ("PostgreSQL", postgres_databases)):
        if name.lower() in (arguments[1:] or [name.lower()]):
            with databases() as fresh:
                kept.append(measure(name, fresh, file))
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
