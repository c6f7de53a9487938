"""Keeping a file that callers may fetch."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any


def keep_file(folder: Path, name: str, data: bytes) -> dict[str, Any]:
    """Whole under its name or not at all, and on the disk when this returns. Its `bytes` and `sha256`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}.{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / name)
    finally:
        draft.unlink(missing_ok=True)
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
