"""One worker: a process of its own that speaks in JSON lines, and that can be ended with everything it started."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Self

import orjson

from server.runs.processes import kill

WORKER = (sys.executable, "-P", "-m", "server.worker")  # -P: a file in the current folder must not pass for a library
LONGEST_LINE = 8 * 2**20  # bytes
MOST_OUTPUT = 64 * 2**20  # bytes that a worker may say in all to what it was told last
STDERR_KEPT, STDERR_LINES = 64 * 2**10, 200
RELAY = (sys.executable, "-P", "-m", "server.cluster.relay")  # stands for a worker on a Dask cluster
FAREWELL = 3.0  # seconds that a worker has to end by itself after its last word
RECALL = 14.0  # seconds that a relay has until it knows that nobody computes for it any more

# What a worker sees of the server's environment. Its settings, which hold secrets, come by standard input instead.
KEPT = frozenset({"PATH", "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT", "LD_LIBRARY_PATH", "LD_PRELOAD"})
KEPT_PREFIXES = ("LC_", "PYTHON", "XDG_", "JOBLIB_", "LOKY_", "DASK_")
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
              "VECLIB_MAXIMUM_THREADS")

# Arrow's allocator would lay its hands on a gigabyte at once, which counts as used where memory is limited.
AS_NEEDED = {"MIMALLOC_ARENA_EAGER_COMMIT": "0"}


class Garbled(Exception):
    """The worker said something that is no message."""


def environment(server: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in server.items() if name in KEPT or name.startswith(KEPT_PREFIXES)}
    return kept | dict.fromkeys(ONE_THREAD, "1") | AS_NEEDED | {"MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"}


class WorkerProcess:
    """Made by `start`. Whoever has one calls `end` at last."""

    def __init__(self, process: Process, patience: float = 0.0):
        self._process, self._patience = process, patience
        self._said = 0
        self._tail = b""
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, preload: Sequence[str], command: Sequence[str] = WORKER) -> Self:
        """It begins to import the modules to preload at once."""
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True,
                                                       env=environment(os.environ), limit=LONGEST_LINE)
        worker = cls(process, RECALL if tuple(command) == RELAY else 0.0)
        await worker.tell({"preload": list(preload)})
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def stderr(self) -> list[str]:
        """The last lines of what it said aside: a traceback, what a plugin printed. They may quote anybody."""
        return self._tail.decode("utf-8", "replace").splitlines()[-STDERR_LINES:]

    async def tell(self, message: Mapping[str, Any]) -> None:
        """A worker that is gone is found out by listening to it, not here."""
        assert self._process.stdin
        self._said = 0
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(orjson.dumps(message) + b"\n")
            await self._process.stdin.drain()

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """Ends when the worker closes its output. Raises `Garbled`."""
        while (message := await self.hear()) is not None:
            yield message

    async def hear(self) -> dict[str, Any] | None:
        """The next message; None when the worker has closed its output. Raises `Garbled` for anything but bounded lines of JSON
        objects."""
        assert self._process.stdout
        line = await self._line(self._process.stdout)
        if not line:
            return None
        try:
            message = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise Garbled from None
        if not isinstance(message, dict):
            raise Garbled
        return message

    async def _line(self, stdout: asyncio.StreamReader) -> bytes:
        try:
            line = await stdout.readline()
        except ValueError:  # longer than the limit
            raise Garbled from None
        self._said += len(line)
        if self._said > MOST_OUTPUT:
            raise Garbled
        return line

    async def exit_code(self) -> int | None:
        """Below zero: minus the number of the signal that ended it. None: it does not end by itself."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._process.wait(), FAREWELL)
        return None

    async def end(self, *, kindly: bool = False) -> None:
        """Ends it and everything that it started, at once when it is cancelled. `kindly`: it has had its last word and may tidy up behind
        itself."""
        try:
            if kindly:
                await self.exit_code()
            if self._patience:
                await self._recall()
        finally:
            await self._kill()

    async def _kill(self) -> None:
        assert self._process.stdin
        kill(self.pid, alive=self.alive)
        self._process.stdin.close()
        with contextlib.suppress(TimeoutError):  # somebody who escaped may hold a pipe open
            async with asyncio.timeout(FAREWELL):
                await asyncio.gather(self._process.wait(), self._drain(), asyncio.wait([self._listening]))
        self._listening.cancel()

    async def _recall(self) -> None:
        """A relay ends in good order when nobody computes for it any more. What one that was killed has left elsewhere ends by itself."""
        assert self._process.stdin
        self._process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await asyncio.gather(self._process.wait(), self._drain())
                if self._process.returncode:
                    await asyncio.sleep(self._patience)

    async def _drain(self) -> None:
        """What nobody wants to read any more would keep the pipe open."""
        assert self._process.stdout
        while await self._process.stdout.read(65_536):
            pass

    async def _listen(self) -> None:
        assert self._process.stderr
        while chunk := await self._process.stderr.read(65_536):
            self._tail = (self._tail + chunk)[-STDERR_KEPT:]
