"""Waiting for changes of jobs: woken by any thread, never longer than a second, nothing left behind."""

import asyncio
import threading
import time
from contextlib import suppress

from server.runs.hub import PATIENCE, Hub


async def waited(hub: Hub, job: int | None) -> float:
    began = time.monotonic()
    await hub.changed(job)
    return time.monotonic() - began


async def test_those_who_wait_for_the_job_or_for_any_are_woken_at_once() -> None:
    hub = Hub()
    waiting = [asyncio.create_task(waited(hub, job)) for job in (1, None, 2)]
    await asyncio.sleep(0.05)
    threading.Thread(target=hub.announce, args=(1,)).start()
    for_it, for_any, for_another = await asyncio.gather(*waiting)
    assert for_it < PATIENCE / 2
    assert for_any < PATIENCE / 2
    assert for_another >= PATIENCE * 0.9


async def test_who_gives_up_leaves_nothing_behind() -> None:
    hub = Hub()
    waiting = [asyncio.create_task(hub.changed(job)) for job in range(1000)]
    await asyncio.sleep(0)
    assert len(hub._waiting) == 1000
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert hub._waiting == {}


def test_announcing_to_nobody_is_no_fault() -> None:
    hub = Hub()
    hub.announce(1)

    async def wait_a_little() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(hub.changed(1), 0.01)

    asyncio.run(wait_a_little())
    hub.announce(1)  # its loop is closed
