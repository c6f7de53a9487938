"""Deriving relationships from lines of transactions by the million, by a server of its own.

    python -m bench.scale.deriving [LINES [sqlite|postgresql|both [EVIDENCE [MOST]]]]      200000, both, 4 and 200 when none are named

EVIDENCE products have to be shared, of those that MOST customers bought at most.

The server is asked as a client would ask it, and its job is followed to the end; then it is asked again, which changes nothing. Printed are
seconds, CPU and the most memory of the server, and of the processes of PostgreSQL: for these what is theirs alone, which leaves out the
buffers that all share. Bound: 6 GB for each of the two.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]  # it brings no types

from bench.scale._purchases import fill_postgres, fill_sqlite
from tests.databases import migrated_postgres, migrated_sqlite, postgres_server

LINES, EVIDENCE, MOST_CUSTOMERS = 200_000, "4", "200"
MOST_GIGABYTES = 6.0
MARGIN = 0.2  # seconds between two looks
DERIVE = """mutation($evidence: Int!, $most: Int!) {
  relationshipsDerive(input: {source: SHARED_TRANSACTIONS, window: {}, kind: "co_purchase", weighting: JACCARD, minimumEvidence: $evidence,
                              maximumCustomersPerProduct: $most}) { job { id status } userErrors { message } } }"""
JOB = """query($id: ID!) { job(id: $id) { status progress { stage done total } error { code message }
  ... on DeriveJob { created updated ended unchanged warnings } } }"""


@dataclass
class Watched:
    """CPU seconds and the most memory, of one process or of all below it."""

    pid: int
    below: bool
    most: int = 0
    cpu: dict[int, float] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self.over.wait(MARGIN):
            self._look()

    def _look(self) -> None:
        memory = 0
        try:
            looked_at = psutil.Process(self.pid).children(recursive=True) if self.below else [psutil.Process(self.pid)]
        except psutil.Error:  # it has ended
            return
        for one in looked_at:
            try:
                times = one.cpu_times()
                self.cpu[one.pid] = times.user + times.system
                memory += one.memory_full_info().uss if self.below else one.memory_info().rss
            except psutil.Error:
                continue
        self.most = max(self.most, memory)

    def stop(self) -> "Watched":
        self.over.set()
        self._thread.join()
        return self


class Server:
    def __init__(self, folder: Path, url: str):
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("GUANXI_")} | {
            "GUANXI_DATABASE_URL": url, "GUANXI_FILES": str(folder / "files"), "GUANXI_RUNS__SECONDS": "86400",
            "GUANXI_RUNS__SPARE": "false",
            "PYTHONPATH": str(Path(__file__).parents[2])}
        self._folder = folder
        self.token = self._command("token", "create", "--name", "bench", "--role", "admin").strip()
        self.process = subprocess.Popen([sys.executable, "-m", "guanxi", "serve", "--port", "0"], cwd=folder, env=self._environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout
        found = re.search(r"http://\S+/graphql", self.process.stdout.readline())
        assert found
        self._address = found[0]

    def _command(self, *arguments: str) -> str:
        return subprocess.run([sys.executable, "-m", "guanxi", *arguments], cwd=self._folder, env=self._environment, check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def ask(self, query: str, **variables: Any) -> Any:
        answer = httpx.post(self._address, json={"query": query, "variables": variables}, timeout=120,
                            headers={"Authorization": f"Bearer {self.token}"}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def derived(server: Server, wanted: dict[str, int]) -> dict[str, Any]:
    """The job at its end, with the seconds that each stage took and how long the longest answer was waited for."""
    began = time.monotonic()
    payload = server.ask(DERIVE, **wanted)["relationshipsDerive"]
    assert not payload["userErrors"], payload
    answered, longest, stages = time.monotonic() - began, 0.0, dict[str, float]()
    while True:
        asked = time.monotonic()
        job = server.ask(JOB, id=payload["job"]["id"])["job"]
        longest = max(longest, time.monotonic() - asked)
        if job["status"] not in ("QUEUED", "RUNNING"):
            break
        stage = (job["progress"] or {"stage": "waiting"})["stage"]
        stages[stage] = round(time.monotonic() - began, 1)
        time.sleep(0.2)
    assert job["status"] == "SUCCEEDED", job
    return {"first answer": round(answered, 2), "was": payload["job"]["status"], "seconds": round(time.monotonic() - began, 1),
            "stage until": stages, "longest answer": round(longest, 2),
            **{name: job[name] for name in ("created", "updated", "ended", "unchanged")}}


def measure(name: str, folder: Path, url: str, wanted: dict[str, int], database: int | None) -> bool:
    server, kept = Server(folder, url), True
    try:
        for time_ in ("first time", "again"):
            watched = [Watched(server.process.pid, below=False), *([Watched(database, below=True)] if database else [])]
            found = derived(server, wanted)
            print(f"{name}, {time_}: {json.dumps(found)}", flush=True)
            for who, one in zip(("server", "PostgreSQL"), watched, strict=False):
                one.stop()
                kept = kept and one.most <= MOST_GIGABYTES * 2**30
                print(f"  {who}: CPU {sum(one.cpu.values()):.1f} s in its life, at most {one.most / 2**30:.2f} GB", flush=True)
    finally:
        server.stop()
    return kept


def on_sqlite(folder: Path, lines: int, wanted: dict[str, int]) -> bool:
    path = migrated_sqlite(folder / "bench.db")
    began = time.monotonic()
    fill_sqlite(str(path), lines)
    print(f"SQLite: {lines:,} lines made in {time.monotonic() - began:.0f} s, {path.stat().st_size / 2**30:.2f} GB", flush=True)
    return measure("SQLite", folder, f"sqlite:///{path}", wanted, None)


def on_postgres(folder: Path, lines: int, wanted: dict[str, int]) -> bool:
    with postgres_server() as server, migrated_postgres(server) as postgres:
        url = postgres.create()
        began = time.monotonic()
        fill_postgres(url, lines)
        print(f"PostgreSQL: {lines:,} lines made in {time.monotonic() - began:.0f} s", flush=True)
        kept = measure("PostgreSQL", folder, url, wanted, postmaster(url))
        postgres.drop(url)
    return kept


def postmaster(url: str) -> int:
    """The process that all others of the database are children of."""
    import psycopg

    with psycopg.connect(url) as connection:
        return int(psutil.Process(connection.info.backend_pid).ppid())


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def main(arguments: list[str]) -> int:
    lines = int(arguments[0]) if arguments else LINES
    where = arguments[1] if arguments[1:] else "both"
    evidence, most = [*arguments[2:4], *[EVIDENCE, MOST_CUSTOMERS][len(arguments[2:4]):]]
    kept = []
    for name, run in (("sqlite", on_sqlite), ("postgresql", on_postgres)):
        if where in (name, "both"):
            with folder() as place:
                kept.append(run(place, lines, {"evidence": int(evidence), "most": int(most)}))
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
