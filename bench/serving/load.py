"""A window of load on one server: by wrk where it is installed, which costs its core little, else by autocannon."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.serving.node import node
from bench.serving.processes import Cores, cpu
from bench.serving.servers import Server, ask

FOLDER = Path(__file__).resolve().parent
LONGEST = 60  # seconds of a window


@dataclass(frozen=True)
class Window:
    """What a window of load gave. CPU and latencies in seconds; `database` is 0 for SQLite, which lives in the server's process."""

    connections: int
    requests: int
    seconds: float
    bytes: int
    failed: int
    p50: float
    p99: float
    most: float
    server: float
    database: float

    @property
    def cpu(self) -> float:
        """Seconds a request, of server and database."""
        return (self.server + self.database) / self.requests

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def kept(self) -> dict[str, float]:
        figures = {name: value for name, value in asdict(self).items() if name not in ("server", "database")}
        return figures | {"server_cpu": self.server, "database_cpu": self.database, "cpu": self.cpu, "rate": self.rate}


def generator() -> str:
    return "wrk" if shutil.which("wrk") else "autocannon"


def loaded(server: Server, bodies: Path, connections: int, seconds: float, cores: Cores, postmaster: int) -> Window:
    """Longer when nothing was answered: a slow server works on all connections at once, and finishes none for a while.

    Raises SystemExit when a request failed: what failed fast would look like speed.
    """
    ask(server, b'{"query": "{ __typename }"}')  # until it has worked off what the last window left unanswered
    before = cpu(server.pid), cpu(postmaster)
    told = run(server, bodies, connections, seconds, cores)
    after = cpu(server.pid), cpu(postmaster)
    if not told["requests"] and not told["failed"] and seconds < LONGEST:
        return loaded(server, bodies, connections, seconds * 4, cores, postmaster)
    least = least_body(bodies, server.smallest)
    if told["failed"] or not told["requests"] or told["bytes"] < told["requests"] * least:
        raise SystemExit(f"{server.name}, {bodies.stem}: requests failed under load: {told}")
    return Window(connections, int(told["requests"]), told["seconds"], int(told["bytes"]), int(told["failed"]), told["p50"], told["p99"],
                  told["most"], after[0] - before[0], after[1] - before[1] if server.on_postgres else 0.0)


def least_body(bodies: Path, smallest: Mapping[str, int]) -> int:
    """Bytes that an answer has at least: an error has fewer. Each `smallest` was seen while answers were compared."""
    return smallest[bodies.stem.partition(".")[0]] * 9 // 10


def run(server: Server, bodies: Path, connections: int, seconds: float, cores: Cores) -> dict[str, float]:
    if generator() == "wrk":
        headers = ["Content-Type: application/json", "Accept: application/json"]
        headers += [f"Authorization: Bearer {server.token}"] if server.token else []
        named = [part for header in headers for part in ("-H", header)]
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", *named,
                   "-s", str(FOLDER / "load.lua"), server.url, "--", str(bodies)]
    else:
        given = (connections, max(1, round(seconds)), bodies, server.token)
        command = [node(), str(FOLDER / "peers" / "load.mjs"), server.url, *map(str, given)]
    said = subprocess.run([*cores.loading(), *command], check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(said.strip().splitlines()[-1])
    return found
