"""Work that takes too long is stopped, by one timer for all of it."""

import asyncio
import time

import pytest

from server.deadlines import Deadlines


async def sleeping(deadlines: Deadlines, seconds: float) -> float | None:
    """None when it was stopped; else how long it took."""
    started = time.monotonic()
    try:
        with deadlines.limited():
            await asyncio.sleep(seconds)
    except TimeoutError:
        return None
    return time.monotonic() - started


async def test_only_what_is_late_is_stopped_and_on_time() -> None:
    deadlines = Deadlines(0.2)
    started = time.monotonic()
    first = asyncio.gather(*(sleeping(deadlines, seconds) for seconds in (0.0, 30.0, 0.05)))
    await asyncio.sleep(0.1)
    later = asyncio.create_task(sleeping(deadlines, 30.0))
    assert [took is None for took in await first] == [False, True, False]
    assert 0.19 <= time.monotonic() - started < 0.29
    assert await later is None
    assert 0.29 <= time.monotonic() - started < 1
    assert await sleeping(deadlines, 0.01) is not None
    assert await sleeping(deadlines, 30.0) is None


async def test_who_is_cancelled_is_not_late() -> None:
    task = asyncio.create_task(sleeping(Deadlines(0.05), 30.0))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_is_late_and_cancelled_is_cancelled() -> None:
    async def cancelled_at_the_end() -> None:
        with deadlines.limited():
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                task.cancel()
                raise

    deadlines = Deadlines(0.02)
    task = asyncio.create_task(cancelled_at_the_end())
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_task_goes_on_after_it_was_stopped() -> None:
    deadlines = Deadlines(0.02)
    assert [await sleeping(deadlines, 30.0) for _ in range(3)] == [None] * 3
    current = asyncio.current_task()
    assert current is not None
    assert current.cancelling() == 0


async def test_an_error_of_the_work_itself_is_its_own() -> None:
    with pytest.raises(ValueError, match="mine"), Deadlines(1).limited():
        raise ValueError("mine")
