"""What workers of Dask are asked about the machines that they are on. They import this and little else."""

import os
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path


def sees(files: Path, probe: Mapping[str, str]) -> bool:
    """Whether this folder is the one in which somebody has just written `probe`: the `name` of a file, and its `text`."""
    try:
        return (files / probe["name"]).read_text("ascii") == probe["text"] and os.access(files, os.W_OK)
    except (OSError, UnicodeDecodeError):
        return False


def mark_of(source: str) -> str | None:
    """Of a plugin's file, what tells its versions apart; of a module, that it is there. None: it is not."""
    if source.endswith(".py"):
        path = Path(source)
        return sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    return "there" if find_spec(source.partition(":")[0].partition(".")[0]) else None
