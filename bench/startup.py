"""What starting costs: importing the application beside importing its frameworks alone, and the time from the command to the first answer.

Imports are compared by CPU seconds of whole processes, the two sides in turn, so that a busy machine hits both. Bounds: 1.5 times the
frameworks; 20 s for the first start with demo data; 5 s for the second, which keeps the data.
"""

import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROUNDS = 7
# Installed packages have their bytecode, so the first, uncounted round must be able to write ours.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
FRAMEWORKS = "import strawberry.asgi, starlette.applications, sqlalchemy.orm"
APPLICATION = "import server.app, schema.roots"
MOST_RATIO, MOST_FIRST, MOST_SECOND = 1.5, 20.0, 5.0


def cpu(code: str) -> float:
    """CPU seconds, user and system, of a fresh Python that runs this."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, env=ENVIRONMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def imports() -> float:
    cpu(FRAMEWORKS), cpu(APPLICATION)  # warms the file cache, and writes our bytecode
    pairs = [(cpu(APPLICATION), cpu(FRAMEWORKS)) for _ in range(ROUNDS)]
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"import: application {ours:.2f} s CPU, frameworks {theirs:.2f} s CPU, "
          f"ratio {statistics.median(ratios):.2f} (min {ratios[0]:.2f}, max {ratios[-1]:.2f}; bound {MOST_RATIO})")
    return statistics.median(ratios)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start(folder: Path) -> float:
    """Wall seconds from `guanxi serve --demo` to the first answer; the server is stopped afterwards."""
    port, began = free_port(), time.monotonic()
    environment = ENVIRONMENT | {"GUANXI_DATABASE_URL": f"sqlite:///{folder}/guanxi.db"}
    with (folder / "log").open("w") as log, subprocess.Popen([sys.executable, "-m", "guanxi", "serve", "--demo", "--port", str(port)],
                                                            stdout=log, stderr=log, env=environment, cwd=folder) as server:
        while not answers(port):
            if server.poll() is not None or time.monotonic() - began > 120:
                raise SystemExit((folder / "log").read_text())
            time.sleep(0.02)
        took = time.monotonic() - began
        server.send_signal(signal.SIGTERM)
        server.wait(15)
    return took


def main() -> int:
    ratio = imports()
    with tempfile.TemporaryDirectory() as name:
        first, second = start(Path(name)), start(Path(name))
    print(f"first start with demo data: {first:.1f} s (bound {MOST_FIRST:g}); second start: {second:.1f} s (bound {MOST_SECOND:g})")
    return int(ratio > MOST_RATIO or first > MOST_FIRST or second > MOST_SECOND)


if __name__ == "__main__":
    sys.exit(main())
