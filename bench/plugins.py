"""What plugins cost: making one and passing its tests, starting with ten installed ones, and composing twenty.

Bounds: 60 s of machine time (CPU seconds of all processes) from `guanxi plugins new` to a passing generated plugin; 0.5 s CPU that ten
installed plugins, all of them allowed, with a table, an analysis and a field each, add to the start, with and without in turn; 2 s
CPU to compose twenty beside those that ship.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.template import make

MOST_NEW, MOST_START, MOST_COMPOSE = 60.0, 0.5, 2.0
ROUNDS = 5
STARTING = """
from pathlib import Path
from plugins.manager import Choices, Plugins
from server.application import compose_all
import server.app, server.settings
print(len(compose_all(Plugins(Choices(allow={allow!r})), "sqlite").plugins.serving))
"""
COMPOSING = """
import time
from plugins.manager import Choices, Plugins
from server.application import compose_all
compose_all(Plugins(Choices()), "sqlite")
plugins = Plugins(Choices(allow={allow!r}))
began = time.process_time()
compose_all(plugins, "sqlite")
print(time.process_time() - began, len(plugins.serving))
"""


def names(count: int) -> list[str]:
    return [f"overdue{chr(97 + number)}" for number in range(count)]


def environment(site: Path | None = None) -> dict[str, str]:
    """Installed packages have their bytecode."""
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
    return own | ({"PYTHONPATH": str(site)} if site else {})


def run(*command: str, site: Path | None = None, cwd: Path | None = None) -> tuple[float, str]:
    """CPU seconds of a process and its children, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, cwd=cwd, env=environment(site))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


@contextmanager
def installed(folder: Path, count: int) -> Iterator[Path]:
    """So many plugins as `guanxi plugins new` makes them, with entry points, in a folder of their own."""
    site = folder / "site"
    for name in names(count):
        make(name, folder / name)
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(site))
    run(*pip, *(str(folder / name) for name in names(count)))
    yield site


def make_one(folder: Path) -> float:
    took, _ = run("-m", "guanxi", "plugins", "new", "overdue", "--folder", str(folder / "new"))
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(folder / "own"))
    took += run(*pip, str(folder / "new"))[0]
    tests, said = run("-m", "pytest", "-q", "-p", "no:cacheprovider", site=folder / "own", cwd=folder / "new")
    print(f"making a plugin, installing it and passing its tests: {took + tests:.1f} s CPU (bound {MOST_NEW:g}); "
          f"pytest: {said.strip().splitlines()[-1]}")
    return took + tests


def start_with_ten(site: Path) -> float:
    with_ten = STARTING.format(allow=names(10))
    run("-c", with_ten, site=site), run("-c", STARTING.format(allow=[]))  # warms the file cache, and writes our bytecode
    pairs = [(run("-c", with_ten, site=site)[0], run("-c", STARTING.format(allow=[]))[0]) for _ in range(ROUNDS)]
    added = sorted(more - less for more, less in pairs)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"starting with ten installed plugins {ours:.2f} s CPU, without {theirs:.2f} s CPU: they add {statistics.median(added):.2f} s "
          f"(min {added[0]:.2f}, max {added[-1]:.2f}; bound {MOST_START})")
    return statistics.median(added)


def compose_twenty(site: Path) -> float:
    found = [run("-c", COMPOSING.format(allow=names(20)), site=site)[1].split() for _ in range(ROUNDS)]
    took = statistics.median(float(seconds) for seconds, _ in found)
    print(f"composing twenty plugins and those that ship ({found[0][1]} in all): {took:.2f} s CPU (bound {MOST_COMPOSE:g})")
    return took


def main() -> int:
    with tempfile.TemporaryDirectory() as name, installed(Path(name), 20) as site:
        found = (make_one(Path(name)), start_with_ten(site), compose_twenty(site))
    return int(any(took > most for took, most in zip(found, (MOST_NEW, MOST_START, MOST_COMPOSE), strict=True)))


if __name__ == "__main__":
    sys.exit(main())
