"""Several processes that answer on one socket: started together, watched, replaced one by one, and ended together.

Every process is a whole server. They know of each other by the database alone, as servers on different machines do.
"""

import asyncio
import logging
import os
import signal
import threading
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

READY = "ready"  # the line that a process says once it answers
READY_WITHIN = 60.0  # seconds
ENDED_WITHIN = 12.0  # seconds; a server ends itself within ten
PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two starts in place of one that died

logger = logging.getLogger("guanxi")


class NotStarted(Exception):
    """A process did not come to answer; it has told why on standard error."""


@dataclass(frozen=True)
class Launch:
    """How a process is started. `files`: the numbers of open files that it gets."""

    command: Sequence[str]
    environment: Mapping[str, str]
    files: Sequence[int]


class Child:
    """A process that answers. It ends itself when its standard input does, so it never outlives this one."""

    def __init__(self, process: Process, told: Callable[[str], None]):
        self.process = process
        self._told = told
        self._telling: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, launch: Launch, told: Callable[[str], None]) -> Self:
        """Returns once it answers. Raises `NotStarted`."""
        process = await asyncio.create_subprocess_exec(*launch.command, stdin=PIPE, stdout=PIPE, env=launch.environment,
                                                       pass_fds=launch.files, start_new_session=True)
        child = cls(process, told)
        if await child._answers():
            child._telling = asyncio.create_task(child._tell())
            return child
        await child.end()
        raise NotStarted

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(READY_WITHIN):
                return await self._line() == READY
        except TimeoutError:
            return False
        except asyncio.CancelledError:  # nobody else knows of the process
            self.process.kill()
            raise

    async def ended(self) -> int:
        return await self.process.wait()

    async def end(self) -> None:
        """In good order: what it is at is finished. Else within seconds."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            async with asyncio.timeout(ENDED_WITHIN):
                await self.process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()
        if self._telling is not None:
            await self._telling

    async def _tell(self) -> None:
        while line := await self._line():
            self._told(line)

    async def _line(self) -> str:
        assert self.process.stdout
        return (await self.process.stdout.readline()).decode("utf-8", "replace").rstrip("\n")


class Supervisor:
    """`launches`: how the process in each place is started. `told` hears what the processes say to users."""

    def __init__(self, launches: Sequence[Launch], told: Callable[[str], None]):
        self._launches, self._told = launches, told
        self._children: list[Child | None] = [None] * len(launches)
        self._stop, self._replace = asyncio.Event(), asyncio.Event()

    async def run(self, ready: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT. SIGHUP replaces every process, the new one answering before the old one ends. Raises
        `NotStarted` when not all of them come to answer at first."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._replace.set)
        keeping: list[asyncio.Task[None]] = []
        try:
            await self._start_all()
            ready()
            keeping = [asyncio.create_task(self._keep(place)) for place in range(len(self._children))]
            keeping.append(asyncio.create_task(self._replace_when_asked()))
            await self._stop.wait()
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)
            await asyncio.gather(*(child.end() for child in self._children if child is not None))

    async def _start_all(self) -> None:
        starting = (self._start(place) for place in range(len(self._children)))
        results = await asyncio.gather(*starting, return_exceptions=True)
        self._children = [None if isinstance(one, BaseException) else one for one in results]
        if failures := [one for one in results if isinstance(one, BaseException)]:
            raise failures[0]

    async def _start(self, place: int) -> Child:
        return await Child.start(self._launches[place], self._told)

    async def _keep(self, place: int) -> None:
        """There is a process in this place, for as long as it is wanted."""
        pause = PAUSE
        while True:
            child = self._children[place]
            if child is not None:
                code = await child.ended()
                if self._children[place] is not child:  # it was replaced
                    pause = PAUSE
                    continue
                logger.warning("a server process ended by itself; another one is started", extra={"detail": f"exit code {code}"})
            try:
                self._children[place] = await self._start(place)
            except NotStarted:
                self._children[place] = None
                logger.warning("a server process could not be started; trying again", extra={"detail": f"in {pause:g} s"})
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _replace_when_asked(self) -> None:
        while True:
            await self._replace.wait()
            self._replace.clear()
            logger.info("replacing the server processes")
            for place, old in enumerate(self._children):
                if not await self._replace_one(place, old):
                    break

    async def _replace_one(self, place: int, old: Child | None) -> bool:
        try:
            fresh = await self._start(place)
        except NotStarted:
            logger.warning("a new server process does not come to answer; those that do stay")
            return False
        self._children[place] = fresh
        if old is not None:
            await old.end()
        return True


def end_with_parent() -> None:
    """In a child: when whoever started it is gone, it ends in good order."""
    def watch() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent").start()

