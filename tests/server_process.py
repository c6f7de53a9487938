"""The real server in a process of its own, for tests that talk to it as strangers do."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+(?=/graphql)")
GUANXI = (sys.executable, "-m", "guanxi")


@dataclass(frozen=True)
class RunningServer:
    """`url` has no slash at its end; `token` is an API token for it."""

    url: str
    token: str


@contextmanager
def running_server(database_url: str, folder: Path, role: str = "admin") -> Iterator[RunningServer]:
    """`guanxi serve` on a migrated database and a free port; its output goes to `folder`."""
    environment = environment_for(database_url)
    command = [*GUANXI, "token", "create", "--name", "test", "--role", role]
    token = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout.strip()
    output = folder / "server.txt"
    with output.open("w") as sink:
        process = subprocess.Popen([*GUANXI, "serve", "--port", "0"], cwd=folder, env=environment, stdout=sink, stderr=subprocess.STDOUT)
    try:
        yield RunningServer(wait_until_ready(process, output), token)
    finally:
        process.terminate()
        process.wait(timeout=15)


def environment_for(database_url: str) -> dict[str, str]:
    """This process's environment, without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUANXI_")}
    return {**kept, "GUANXI_DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"}


def wait_until_ready(process: "subprocess.Popen[bytes]", output: Path, seconds: float = 60) -> str:
    """The address that the server prints, once /readyz answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        address = ADDRESS.search(output.read_text(encoding="utf-8"))
        if address and is_ready(address.group()):
            return address.group()
        time.sleep(0.05)
    pytest.fail(f"the server was not ready in {seconds:g} s; it said:\n{output.read_text(encoding='utf-8')}")


def is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
