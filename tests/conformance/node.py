"""Running Node in this folder, with the packages that package-lock.json names."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
BUILD = FOLDER / "build"  # what the tools write; git ignores it
SECONDS = 300
MISSING = "Node 20.19 or newer with npm is not installed; set GUANXI_REQUIRE_NODE=1 to make this a failure"


@dataclass(frozen=True)
class Server:
    """A running server as Node's scripts see it."""

    url: str
    token: str


def run_against(server: Server, *command: str) -> str:
    """What a command prints that asks this server."""
    return run(*command, GUANXI_URL=server.url, GUANXI_TOKEN=server.token)


def require_node() -> None:
    """Skips without Node, or fails where that is not allowed."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        (pytest.fail if os.environ.get("GUANXI_REQUIRE_NODE") == "1" else pytest.skip)(MISSING)


@contextmanager
def alone() -> Iterator[None]:
    """No other process is in here meanwhile."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install_packages() -> None:
    """`npm ci`, unless it was done for this lock file."""
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    stamp = FOLDER / "node_modules" / ".installed"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(wanted, encoding="utf-8")


def run(*command: str, **environment: str) -> str:
    """What the command prints. Fails with all its output when it fails."""
    settings = {**os.environ, **environment}
    done = subprocess.run(command, cwd=FOLDER, env=settings, check=False, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode != 0:
        pytest.fail(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}", pytrace=False)
    return done.stdout


def tool(name: str, *arguments: str) -> str:
    """What a command of an installed package prints."""
    return run(str(FOLDER / "node_modules" / ".bin" / name), *arguments)
