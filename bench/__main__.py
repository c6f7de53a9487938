"""`python -m bench [NAME ...]`: each benchmark in a process of its own, so that none warms or burdens the next.

A benchmark is a module of this folder that runs as `python -m bench.NAME`; it prints what it measured and exits with 1 when
a number is over its bound.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def names(package: str = "bench") -> list[str]:
    """The benchmarks in a folder. A module whose name begins with an underscore serves others."""
    return sorted(path.stem for path in FOLDER.parent.joinpath(*package.split(".")).glob("[!_]*.py"))


def main(wanted: list[str], package: str = "bench") -> int:
    """Run the wanted benchmarks of a package, or all. Exit code 1 when one is over its bound, 2 when there is no such benchmark."""
    known = names(package)
    if unknown := sorted(set(wanted) - set(known)):
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    missed = [name for name in wanted or known if not _run(f"{package}.{name}")]
    print(f"Over their bound: {', '.join(missed)}" if missed else "All within their bounds.")
    return int(bool(missed))


def _run(name: str) -> bool:
    print(f"== {name}", flush=True)
    return subprocess.run([sys.executable, "-m", name], cwd=FOLDER.parent, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
