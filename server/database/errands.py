"""A thread that does one thing after the other for the event loop, because a database's driver would make the loop wait."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any


class Errand:
    """Something that the thread does for the event loop. `over` is set by the thread, also when nobody waits any more."""

    __slots__ = ("answer", "arguments", "does", "over")

    def __init__(self, answer: "asyncio.Future[Any]", does: Callable[..., Any], arguments: tuple[Any, ...]):
        self.answer, self.does, self.arguments, self.over = answer, does, arguments, False


class Errands:
    """One hop to the thread and one back for each errand: a queue that wakes the thread, and a callback that wakes the loop. Whoever has
    one calls `leave` at last."""

    def __init__(self, name: str):
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[Errand | None] = SimpleQueue()
        Thread(target=self._serve, name=name, daemon=True).start()

    def send(self, does: Callable[..., Any], *arguments: Any) -> Errand:
        errand = Errand(self._loop.create_future(), does, arguments)
        self._queue.put(errand)
        return errand

    def leave(self) -> None:
        """The thread ends after what it has to do already."""
        self._queue.put(None)

    # -- in the thread --
    def _serve(self) -> None:
        while (errand := self._queue.get()) is not None:
            tell, what = self._do(errand)
            errand.over = True
            with suppress(RuntimeError):  # the loop has ended, and nobody waits
                self._loop.call_soon_threadsafe(tell, errand.answer, what)
            del errand, what  # or they would stay in memory until the next one comes

    def _do(self, errand: Errand) -> tuple[Callable[["asyncio.Future[Any]", Any], None], Any]:
        try:
            return give, None if errand.answer.cancelled() else errand.does(*errand.arguments)
        except Exception as error:  # noqa: BLE001  (raised where the answer is awaited)
            return fail, error


def give(answer: "asyncio.Future[Any]", what: Any) -> None:
    if not answer.done():
        answer.set_result(what)


def fail(answer: "asyncio.Future[Any]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
