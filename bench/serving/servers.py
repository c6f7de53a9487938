"""The servers that are compared, each started as its makers advise for production, with its log in a file.

ours          `guanxi serve` with a settings file that names the database and nothing else: sign-in by token, limits, cost, masking, the
              log and the plugins that ship are as users have them.
ours-sqlite   the same on a file of SQLite.
postgraphile  PostGraphile 5 (peers/postgraphile.mjs).
mercurius     mercurius with graphql-jit and hand-written statements, one a level (peers/mercurius.mjs).
strawberry    ordinary Strawberry as its documentation teaches (plain_strawberry.py).

None of the peers checks who calls, whether that one may, or what the request costs.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from bench.serving.database import Databases
from bench.serving.node import PEERS, node
from bench.serving.processes import Cores
from bench.startup import free_port

GUANXI = str(Path(sys.executable).with_name("guanxi"))
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("GUANXI_", "PYTHONDONTWRITEBYTECODE"))}
OURS, OURS_SQLITE, BASE = "ours", "ours-sqlite", "postgraphile"
HOST, PATH = "127.0.0.1", "/graphql"
START_WITHIN = 60.0  # seconds
ROLE = "agent"  # it reads customers and relationships, and may change customers


@dataclass
class Server:
    name: str
    port: int
    pid: int
    log: Path
    token: str = ""
    smallest: dict[str, int] = field(default_factory=dict)  # query -> bytes of the smallest answer that was compared

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}{PATH}"

    @property
    def ours(self) -> bool:
        return self.name in (OURS, OURS_SQLITE)

    @property
    def on_postgres(self) -> bool:
        return self.name != OURS_SQLITE


@dataclass(frozen=True)
class Place:
    """Where servers are started: a folder for their files and logs, the databases, the cores."""

    folder: Path
    databases: Databases
    cores: Cores


def guanxi(folder: Path, *arguments: str) -> str:
    """What the command prints."""
    done = subprocess.run([GUANXI, *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"guanxi {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def migrated(folder: Path) -> Callable[[str], None]:
    def migrate(url: str) -> None:
        guanxi(folder, "migrate", "--config", str(settings(folder, url)))

    return migrate


def settings(folder: Path, url: str) -> Path:
    own = folder / url.partition(":")[0]
    own.mkdir(exist_ok=True)
    path = own / "guanxi.toml"
    path.write_text(f'database_url = "{url}"\n', "utf-8")
    path.chmod(0o600)
    return path


@contextmanager
def running(names: list[str], place: Place) -> Iterator[dict[str, Server]]:
    """They run side by side, but only one is asked at a time; the others sleep."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(served(name, place)) for name in names}


@contextmanager
def served(name: str, place: Place, under: Sequence[str] = ()) -> Iterator[Server]:
    """`under` is a command that runs the server's."""
    port = free_port()
    command, environment, folder, token = STARTS.get(name, of_node)(name, place, port)
    log = place.folder / f"{name}.log"
    with log.open("w") as out:
        whole = [*place.cores.serving(), *under, *command]
        process = subprocess.Popen(whole, cwd=folder, env=ENVIRONMENT | environment, stdout=out, stderr=out)
    server = Server(name, port, process.pid, log, token)
    try:
        wait_until_ready(server, process)
        yield server
    finally:
        # uvicorn ends itself by the signal that it was sent: as after Ctrl-C, a profile can still be written
        process.send_signal(signal.SIGINT if server.ours else signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


Start = tuple[list[str], dict[str, str], Path, str]


def of_ours(name: str, place: Place, port: int) -> Start:
    path = settings(place.folder, place.databases.sqlite if name == OURS_SQLITE else place.databases.postgres)
    token = guanxi(path.parent, "token", "create", "--name", "bench", "--role", ROLE, "--config", str(path)).strip()
    return [GUANXI, "serve", "--config", str(path), "--port", str(port)], {}, path.parent, token


def of_node(name: str, place: Place, port: int) -> Start:
    environment = {"DATABASE_URL": place.databases.postgres, "PORT": str(port), "NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    return [node(), f"{name}.mjs"], environment, PEERS, ""


def of_strawberry(_: str, place: Place, port: int) -> Start:
    command = [sys.executable, "-m", "uvicorn", "bench.serving.plain_strawberry:create_app", "--factory", "--port", str(port),
               "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    return command, {"DATABASE_URL": place.databases.postgres}, PEERS.parents[2], ""


STARTS: dict[str, Callable[[str, Place, int], Start]] = {OURS: of_ours, OURS_SQLITE: of_ours, "strawberry": of_strawberry}
NAMES = (OURS, OURS_SQLITE, BASE, "mercurius", "strawberry")


def wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_WITHIN
    while not answers(server):
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"{server.name} does not answer: {server.log.read_text('utf-8')}")
        time.sleep(0.1)


def answers(server: Server) -> bool:
    try:
        return b"__typename" in ask(server, b'{"query": "{ __typename }"}')
    except OSError:
        return False


def ask(server: Server, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    headers |= {"Authorization": f"Bearer {server.token}"} if server.token else {}
    with closing(HTTPConnection(HOST, server.port, timeout=30)) as connection:
        connection.request("POST", PATH, body, headers)
        return connection.getresponse().read()
