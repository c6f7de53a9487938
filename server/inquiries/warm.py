"""The process that answers inquiries: it stays from one question to the next, and is replaced when it fails."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.runs.processes import exceeded
from server.runs.worker_process import Garbled, WorkerProcess
from server.runs.workers import Workers

READING = 300.0  # seconds for a process to be ready and for data to be read: once it is there, it serves all who ask later
LAST = frozenset({"answer", "failure"})


@dataclass(frozen=True)
class InquiryLimits:
    """What one answer may use, and how many questions may wait while another is answered."""

    seconds: float = 20.0
    memory: int = 4 * 2**30  # bytes
    waiting: int = 16


class Slow(Exception):
    """The time for an answer is over."""


class Large(Exception):
    """The process used more memory than it may."""


@dataclass(eq=False)
class Died(Exception):
    """The process ended without an answer, or said something that is none. `code`: its exit code; `stderr`: what it said aside."""

    code: int | None = None
    stderr: Sequence[str] = ()
    garbled: bool = False


class WarmProcess:
    """One question at a time. Whoever has one calls `end` at last."""

    def __init__(self, workers: Workers, setup: Mapping[str, Any], limits: InquiryLimits):
        self._workers, self._setup, self._limits = workers, setup, limits
        self._worker: WorkerProcess | None = None

    @property
    def alive(self) -> bool:
        return self._worker is not None and self._worker.alive

    async def ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """The last message of the worker about it. Raises `Slow`, `Large` or `Died`; then, and when it is cancelled, the process has
        ended."""
        try:
            worker = await self._ready()
            await worker.tell(question)
            message = await self._watched(worker)
            if message.get("failure", {}).get("code") == "OUT_OF_MEMORY":
                raise Large
        except BaseException:
            await self.end()
            raise
        return message

    async def end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.end()

    async def _ready(self) -> WorkerProcess:
        if self._worker is None or not self._worker.alive:
            await self.end()
            self._worker = await self._workers.take()
            await self._worker.tell({"inquiries": {**self._setup, "memory": self._limits.memory, "seconds": self._limits.seconds}})
        return self._worker

    async def _watched(self, worker: WorkerProcess) -> Mapping[str, Any]:
        hearing = asyncio.create_task(self._heard(worker))
        watching = asyncio.create_task(exceeded(worker.pid, self._limits.memory))
        try:
            await asyncio.wait([hearing, watching], return_when=asyncio.FIRST_COMPLETED)
            if not hearing.done():
                raise Large
            return hearing.result()
        finally:
            for task in (hearing, watching):
                task.cancel()
            await asyncio.gather(hearing, watching, return_exceptions=True)

    async def _heard(self, worker: WorkerProcess) -> Mapping[str, Any]:
        """The clock for the answer starts when its data has been read."""
        try:
            async with asyncio.timeout(READING) as limit:
                while (message := await worker.hear()) is not None:
                    if LAST & message.keys():
                        return message
                    if "answering" in message:
                        limit.reschedule(asyncio.get_running_loop().time() + self._limits.seconds)
        except TimeoutError:
            raise Slow from None
        except Garbled:
            raise Died(garbled=True) from None
        code = await worker.exit_code()
        await self.end()
        raise Died(code, worker.stderr)
