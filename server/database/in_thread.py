"""Work on the database in a thread that is waited for even when the caller is cancelled: its connection goes back to an open pool."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

AT_MOST = 5.0  # seconds to wait for the thread of a cancelled caller: a database that is away must not hold up the end of a server
T = TypeVar("T")


async def in_thread(work: Callable[[], T], limiter: CapacityLimiter | None = None) -> T:
    """What `work` returns. Short work: nothing interrupts it."""
    running = asyncio.ensure_future(to_thread.run_sync(work, limiter=limiter))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        done, _ = await asyncio.wait([running], timeout=AT_MOST)
        for one in done:
            one.exception()  # nobody is left to hear of it
        raise
