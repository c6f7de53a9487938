"""Who waits for changes of jobs is woken by those who make them, within one process."""

import asyncio
import contextlib

PATIENCE = 1.0  # seconds after which whoever waits looks for himself: another server may have changed the job


class Hub:
    """A `schema.context.Watch`, one for each application."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[int | None, set[asyncio.Future[None]]] = {}

    def announce(self, job: int) -> None:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(self._wake, job)

    async def changed(self, job: int | None) -> None:
        self._loop = asyncio.get_running_loop()
        waiter = self._loop.create_future()
        waiters = self._waiting.setdefault(job, set())
        waiters.add(waiter)
        try:
            await asyncio.wait([waiter], timeout=PATIENCE)
        finally:
            waiters.discard(waiter)
            if not waiters and self._waiting.get(job) is waiters:
                del self._waiting[job]

    def _wake(self, job: int) -> None:
        for key in (job, None):
            for waiter in self._waiting.get(key, ()):
                if not waiter.done():
                    waiter.set_result(None)
