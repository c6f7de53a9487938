"""Who waits for changes of jobs is woken by those who make them."""

import asyncio
import contextlib

PATIENCE = 1.0  # seconds after which whoever waits looks for himself: another process may have changed the job
TOLD_PATIENCE = 15.0  # the same where the database tells of every change


class Hub:
    """A `schema.context.Watch`, one for each application. It hears of changes within this process, and of all others when somebody
    who is told of them (see notices.py) passes them on."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[int | None, set[asyncio.Future[None]]] = {}
        self._patience = PATIENCE

    def announce(self, job: int) -> None:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(self.wake, job)

    async def changed(self, job: int | None, within: float | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        waiter = self._loop.create_future()
        waiters = self._waiting.setdefault(job, set())
        waiters.add(waiter)
        try:
            await asyncio.wait([waiter], timeout=self._patience if within is None else min(within, self._patience))
        finally:
            waiters.discard(waiter)
            if not waiters and self._waiting.get(job) is waiters:
                del self._waiting[job]

    def wake(self, job: int) -> None:
        """Those who wait for this job, and those who wait for any. Within the loop's thread only."""
        for key in (job, None):
            self._wake(key)

    def wake_all(self) -> None:
        """Everybody: nobody knows what was missed."""
        for key in tuple(self._waiting):
            self._wake(key)

    def told(self, of_everything: bool) -> None:
        """Whether changes made by others are passed on from now on: then nobody has to look every second."""
        self._patience = TOLD_PATIENCE if of_everything else PATIENCE

    def _wake(self, key: int | None) -> None:
        for waiter in self._waiting.get(key, ()):
            if not waiter.done():
                waiter.set_result(None)
