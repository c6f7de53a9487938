"""Taking away what inquiries left: pictures and files are fetched soon, or never."""

import asyncio
import time
from pathlib import Path

from server.files.paths import INQUIRIES

KEPT = 24 * 3600.0  # seconds since a file was last asked for
EVERY = 3600.0


def tidy(files: Path) -> None:
    for path in (files / INQUIRIES).glob("*"):
        try:
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink()
        except FileNotFoundError:  # another server tidies too
            continue


async def tidy_again_and_again(files: Path) -> None:
    while True:
        await asyncio.to_thread(tidy, files)
        await asyncio.sleep(EVERY)
