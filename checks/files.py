"""Rules about files as such: how long, what they must not name, and one that must not exist."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

LONGEST = 400
SOURCES = frozenset({".py", ".js", ".jsx", ".ts", ".tsx", ".mjs"})
BUILT = "server/graphiql/"

# A lock file that names a download host installs on no machine that has another.
LOCKS = re.compile(r"requirements.*\.(lock|txt)|package-lock\.json|\.npmrc|pip\.conf")
HOST_IN_LOCK = re.compile(r"--(extra-)?index-url|--find-links|\"resolved\"|\bregistry\s*=|^[^#\"]*://", re.MULTILINE)
REGISTRY = re.compile(r"\b(pypi|registry\.npmjs|files\.pythonhosted|deb\.debian|security\.debian)\.org\b")
MACHINE_PATH = re.compile(r"(?<![\w./-])/(work|tmp)/")


def complaints(root: Path) -> list[str]:
    """What is wrong with the files that git keeps, or would keep, under `root`."""
    return [f"{name}: {text}" for name in tracked(root) for text in _of_file(root / name, name)]


def tracked(root: Path) -> list[str]:
    """Paths of the files git keeps, and of new ones it does not ignore; folders that are a repository of their own are left out."""
    command = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in set(listed.split("\0")) if name and (root / name).is_file())


def _of_file(path: Path, name: str) -> Iterator[str]:
    if name == "alembic/__init__.py":
        yield "would shadow the library of the same name; remove it"
    text = _text(path)
    if text is None:
        return
    if path.suffix in SOURCES and not name.startswith(BUILT) and (lines := text.count("\n")) > LONGEST:
        yield f"{lines} lines; split it at {LONGEST}"
    if LOCKS.fullmatch(path.name) and HOST_IN_LOCK.search(text):
        yield "names a download host; make it again (`make lock`, or npm with omit-lockfile-registry-resolved)"
    if found := REGISTRY.search(text):
        yield f"names the package registry {found.group()}"
    if not name.startswith(BUILT) and (found := MACHINE_PATH.search(text)):
        yield f"names a folder of one machine: {found.group()}"


def _text(path: Path) -> str | None:
    """The file's text, or None for what is not text: an image, an archive, a table in another encoding."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
