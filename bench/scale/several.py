"""Several servers on one PostgreSQL: how many more requests two and four processes answer than one, and what ten that are idle ask of it.

    python -m bench.scale.several [ROUNDS]       5 when none is named

Needs wrk, PostgreSQL, which the tests bring along, and root for control groups: every server process may use a sixth of a core, so that
neither database nor load generator is the limit on a small machine; without, the ratio is printed and no bound is held to it. The question
is a page of 50 customers by PageRank. Bounds: two answer 1.7 times the requests a second, and an idle server takes less than 2 ms of the
database's time a second.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]  # it brings no types

from bench.scale import _company, _paging
from bench.scale._measuring import Measuring
from bench.scale._quota import Quota
from bench.serving.processes import cpu
from tests.databases import migrated_postgres, postgres_server

CUSTOMERS, ROUNDS = 10_000, 5
CONNECTIONS, SECONDS = 32, 5
SHARE = 0.16  # of a core, for each server process
PROCESSES = (1, 2, 4)
IDLE, WATCHED = 10, 30.0  # servers, seconds
LEAST_RATIO, MOST_IDLE = 1.7, 0.002
LOAD = Path(__file__).parent.parent / "serving" / "load.lua"


@dataclass(frozen=True)
class Server:
    process: "subprocess.Popen[str]"
    address: str

    @property
    def answering(self) -> list[int]:
        """The processes that answer."""
        found = []
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it has just ended
                found += [child.pid] if "--place" in child.cmdline() else []
        return found or [self.process.pid]


@contextmanager
def serving(measuring: Measuring, *arguments: str) -> Iterator[Server]:
    environment = measuring.environment | {"GUANXI_RUNS__WORKERS": "0", "GUANXI_LOG__LEVEL": "error"}
    command = [sys.executable, "-m", "guanxi", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(command, cwd=measuring.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout
        yield Server(process, process.stdout.readline().split()[-1])
    finally:
        process.terminate()
        process.wait()


def write_bodies(measuring: Measuring, server: Server, token: str) -> Path:
    """Pages from different places, as a client sends them: a line each."""
    path, after = measuring.folder / "bodies", None
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client, path.open("w") as file:
        for _ in range(100):
            body = {"query": _paging.QUERY, "variables": {"after": after}}
            file.write(json.dumps(body) + "\n")
            after = client.post(server.address, json=body).json()["data"]["customers"]["pageInfo"]["endCursor"]
    return path


def rate(server: Server, bodies: Path, token: str) -> float:
    """Requests a second. Raises RuntimeError when one failed."""
    headers = ("Content-Type: application/json", f"Authorization: Bearer {token}")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *(part for one in headers for part in ("-H", one)), "-s", str(LOAD),
               server.address, "--", str(bodies)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1])
    if told["failed"]:
        raise RuntimeError(f"requests failed: {told}")
    return float(told["requests"] / told["seconds"])


def compare(measuring: Measuring, rounds: int) -> float:
    """How many times the requests a second of one process two answer."""
    token, limited = _paging.token(measuring), Quota.is_possible()
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(measuring, "--workers", str(number))) for number in PROCESSES]
        bodies = write_bodies(measuring, servers[0], token)
        for server in servers:
            rate(server, bodies, token)  # until statements are prepared
            for pid in server.answering if limited else ():
                stack.enter_context(Quota(pid, SHARE))
        found = [[rate(server, bodies, token) for server in servers] for _ in range(rounds)]
    share = f"each with {SHARE:.0%} of a core" if limited else "without control groups, on shared cores: no bound"
    print(f"one process {statistics.median(one for one, *_ in found):,.0f} requests a second, {share}", flush=True)
    medians = []
    for place, number in list(enumerate(PROCESSES))[1:]:
        ratios = sorted(row[place] / row[0] for row in found)
        medians.append(statistics.median(ratios))
        print(f"{number} processes {statistics.median(row[place] for row in found):,.0f}: {medians[-1]:.2f} times ({ratios[0]:.2f} to "
              f"{ratios[-1]:.2f})", flush=True)
    return medians[0] if limited else LEAST_RATIO


def idle(measuring: Measuring) -> float:
    """Seconds of the database's CPU that an idle server takes in a second."""
    with ExitStack() as servers:
        for _ in range(IDLE):
            servers.enter_context(serving(measuring))
        time.sleep(10)
        before, own = cpu(measuring.postmaster), statements(measuring)
        time.sleep(WATCHED)
        busy, asked = cpu(measuring.postmaster) - before, statements(measuring) - own
    each = busy / WATCHED / IDLE
    print(f"{IDLE} idle servers: {asked / WATCHED:.1f} transactions a second, {busy / WATCHED * 100:.2f} % of a core of the database; "
          f"{each * 1000:.2f} ms of a second for each (bound {MOST_IDLE * 1000:g})", flush=True)
    return each


def statements(measuring: Measuring) -> int:
    import psycopg

    with psycopg.connect(measuring.url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_clear_snapshot()")
        row = connection.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()").fetchone()
    return int(row[0]) if row else 0


def main(arguments: list[str]) -> int:
    rounds = int(arguments[0]) if arguments else ROUNDS
    with tempfile.TemporaryDirectory() as name, postgres_server() as server, migrated_postgres(server) as postgres:
        measuring = Measuring(postgres.create(), Path(name))
        measuring.command("migrate")
        for target, write in (("customers", _company.write_customers), ("relationships", _relationships)):
            write(Path(name) / f"{target}.csv", CUSTOMERS)
            measuring.command("import", target, f"{target}.csv", *(["--set", "kind=trust"] if target == "relationships" else []))
        measuring.command("analyse", "graphMetrics", "--param", 'metrics=["PAGE_RANK"]', "--param", "graph={}", "--publish")
        ratio, each = compare(measuring, rounds), idle(measuring)
    return int(ratio < LEAST_RATIO or each > MOST_IDLE)


def _relationships(path: Path, customers: int) -> None:
    _company.write_relationships(path, customers, customers * 10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
