"""A process with its descendants: what memory they use, and ending them all."""

import asyncio
import contextlib
import os
import signal

import psutil  # type: ignore[import-untyped]  # it brings no types

EVERY = 0.25  # seconds; between two looks RLIMIT_DATA, which the worker sets itself, holds each process


def memory_of(pid: int) -> int:
    """Bytes of resident memory of the whole tree. What its processes share, such as a mapped snapshot, counts once."""
    private, shared = 0, 0
    for process in tree(pid):
        try:
            found = process.memory_info()
        except psutil.Error:  # it has just ended
            continue
        common = getattr(found, "shared", 0)  # Linux tells
        private += found.rss - common
        shared = max(shared, common)
    return private + shared


def tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


async def exceeded(pid: int, most: int) -> None:
    """Returns when the tree uses more than `most` bytes."""
    while True:
        if await asyncio.to_thread(memory_of, pid) > most:
            return
        await asyncio.sleep(EVERY)


def kill(leader: int, *, alive: bool) -> None:
    """The leader's whole group, which outlives it when it has started processes, and descendants that left the group. Once the leader
    is no longer `alive`, its number may be another's."""
    descendants = tree(leader) if alive else []
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
    for process in descendants:
        with contextlib.suppress(psutil.Error):
            process.kill()
