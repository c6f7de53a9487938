"""schema.graphql is what the code prints, so that a reader of a change sees what it does to the contract."""

import difflib
import subprocess
import sys
from pathlib import Path


def complaints(root: Path) -> list[str]:
    """The difference between schema.graphql under `root` and what `guanxi schema` prints, in diff's words."""
    printed = subprocess.run([sys.executable, "-m", "guanxi", "schema"], cwd=root, check=False, capture_output=True, text=True)
    if printed.returncode != 0:
        return [f"`guanxi schema` failed:\n{printed.stderr}"]
    return difference((root / "schema.graphql").read_text(encoding="utf-8"), printed.stdout)


def difference(committed: str, printed: str) -> list[str]:
    """Nothing when both are the same; else what to do, and the first 40 lines of the difference."""
    lines = difflib.unified_diff(committed.splitlines(), printed.splitlines(), "schema.graphql", "guanxi schema", lineterm="", n=1)
    changed = list(lines)
    return ["schema.graphql is not current; run `make schema` and commit it", *changed[:40]] if changed else []
