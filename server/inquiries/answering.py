"""Answering the inquiries of one application, one after the other; those who come while many wait are sent away."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from schema.compose import Schema
from schema.context import Caller
from schema.customers.types import Customer
from schema.errors import RequestError
from schema.extending.catalogue import Catalogue
from schema.inquiries.contract import Question
from server.inquiries.answers import answer_of, refusal_of
from server.inquiries.tidying import tidy_again_and_again
from server.inquiries.warm import Died, InquiryLimits, Large, Slow, WarmProcess
from server.runs.task import sources_of

T = TypeVar("T")


class Answering:
    """What `schema.context.Inquiries` promises, while it is open as a context manager. `refill` is called when a process was taken."""

    def __init__(self, schema: Schema, catalogue: Catalogue, reporting_currency: str, process: WarmProcess,
                 limits: InquiryLimits, files: Path, refill: Callable[[], Coroutine[Any, Any, None]]):
        self._schema, self._catalogue, self._currency = schema, catalogue, reporting_currency
        self._process, self._limits, self._files, self._refill = process, limits, files, refill
        self._turn, self._waiting = asyncio.Lock(), 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        self._begin(tidy_again_and_again(self._files))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._process.end()

    async def answer(self, question: Question, caller: Caller, language: str) -> Any:
        message = self._message(question, caller, language)
        if (self._turn.locked() or self._waiting) and self._waiting >= self._limits.waiting:
            raise RequestError("BUSY", "inquiry_busy", waiting=self._limits.waiting)
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        if self._closed:
            self._turn.release()
            raise RequestError("UNAVAILABLE", "inquiry_no_server")
        # Who asked may go away meanwhile: what was read for them serves the next one.
        work = self._begin(self._in_turn(message))
        try:
            return answer_of(await asyncio.shield(work), question)
        except (Slow, Large, Died) as ending:
            raise refusal_of(ending, question, self._limits, language) from None
        except asyncio.CancelledError:
            if work.cancelled() and self._closed:
                raise RequestError("UNAVAILABLE", "inquiry_no_server") from None
            raise

    async def _in_turn(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        cold = not self._process.alive
        try:
            return await self._process.ask(message)
        finally:
            self._turn.release()
            if cold and not self._closed:
                self._begin(self._refill())

    def _begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _message(self, question: Question, caller: Caller, language: str) -> dict[str, Any]:
        """Raises FORBIDDEN and BAD_USER_INPUT for a filter as a list does."""
        plugin = self._catalogue.plugin(question.plugin)
        if plugin is None or (question.plugin, question.inquiry) not in self._catalogue.inquiries:
            raise LookupError(f"the plugin {question.plugin} has no inquiry {question.inquiry}")
        where = None
        if question.where is not None:
            assert isinstance(self._schema, Schema)
            sql, parameters = self._schema.select_ids(Customer, question.where, caller.permissions, self._currency)
            where = {"sql": sql, "parameters": parameters}
        return {"plugin": plugin.name, "source": plugin.source, "version": plugin.version, "settings": plugin.settings,
                "inquiry": question.inquiry, "given": question.given, "where": where,
                "features": sources_of(self._catalogue, question.features),
                "as_of": question.as_of.isoformat() if question.as_of else None, "language": language}
