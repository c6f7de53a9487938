"""schema.graphql is what the code prints for the core and the plugins that ship, so that a reader of a change sees what it does to the
contract."""

import difflib
import os
import subprocess
import sys
from pathlib import Path


def complaints(root: Path) -> list[str]:
    """The difference between schema.graphql under `root` and what `guanxi schema` prints, in diff's words."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("GUANXI_")}
    printed = subprocess.run([sys.executable, "-m", "guanxi", "schema"], cwd=root, env=bare, check=False, capture_output=True, text=True)
    if printed.returncode != 0 or printed.stderr:
        return [f"`guanxi schema` failed:\n{printed.stderr}"]
    return difference((root / "schema.graphql").read_text(encoding="utf-8"), printed.stdout)


def difference(committed: str, printed: str) -> list[str]:
    """Nothing when both are the same; else what to do, and the first 40 lines of the difference."""
    lines = difflib.unified_diff(committed.splitlines(), printed.splitlines(), "schema.graphql", "guanxi schema", lineterm="", n=1)
    changed = list(lines)
    return ["schema.graphql is not current; run `make schema` and commit it", *changed[:40]] if changed else []
