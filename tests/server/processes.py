"""`guanxi` as users run it: a process of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

GUANXI = str(Path(sys.executable).with_name("guanxi"))
START_WITHIN, MEASURED_WITHIN = 60.0, 300.0  # seconds; the machine may be busy


def environment(**more: str) -> dict[str, str]:
    """Without the settings of whoever runs the tests; and with bytecode, which installed programs have."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("GUANXI_", "PYTHONDONTWRITEBYTECODE"))} | more


def guanxi(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([GUANXI, *arguments], cwd=folder, env=environment(**more), capture_output=True, text=True,
                          timeout=START_WITHIN, check=False)


@dataclass
class Serving:
    process: subprocess.Popen[str]
    address: str
    link: str
    log: Path
    said: str = ""

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


@contextmanager
def served(folder: Path, *arguments: str, until: str = "sign-in", **more: str) -> Iterator[Serving]:
    """A server on a free port, ended behind the test. It is there when it has said `until`."""
    log = folder / "serve.log"
    with log.open("w") as errors:
        command = [GUANXI, "serve", "--port", "0", *arguments]
        process = subprocess.Popen(command, cwd=folder, env=environment(**more), stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        said = said_until(until, process, log)
        address, link = re.search(r"(http://\S+)/graphql", said), re.search(r"http://\S+/sign-in\S+", said)
        assert address, said
        assert link, said
        yield Serving(process, address[1], link[0], log, said)
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def said_until(text: str, process: "subprocess.Popen[str]", log: Path) -> str:
    assert process.stdout
    said, until = "", time.monotonic() + MEASURED_WITHIN
    while text not in said and "The demo lacks" not in said:
        line = process.stdout.readline()
        said += line
        assert line, f"the server ended: {said}{log.read_text()}"
        assert time.monotonic() < until, said
    return said
