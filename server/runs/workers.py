"""Worker processes of one application: a new one for each run, and one ahead of time that has imported the libraries already."""

import asyncio
from collections.abc import Sequence

from server.runs.worker_process import WORKER, WorkerProcess


class Workers:
    def __init__(self, preload: Sequence[str], *, spare: bool, command: Sequence[str] = WORKER):
        self._preload, self._keeps_spare, self._command = tuple(preload), spare, tuple(command)
        self._spare: WorkerProcess | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    async def take(self) -> WorkerProcess:
        """The spare one, imported or still importing, if it lives, else a new one. Whoever takes it ends it."""
        spare, self._spare = self._spare, None
        if spare is not None:
            if spare.alive:
                return spare
            await spare.end()
        return await WorkerProcess.start(self._preload, self._command)

    async def keep_spare(self) -> None:
        """Between runs, so that it takes no processor from one that computes."""
        async with self._starting:
            if self._keeps_spare and self._spare is None and not self._closed:
                self._spare = await WorkerProcess.start(self._preload, self._command)

    async def close(self) -> None:
        """No spare one is kept from now on."""
        async with self._starting:
            self._closed = True
            spare, self._spare = self._spare, None
        if spare is not None:
            await spare.end()
