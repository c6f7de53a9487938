"""One derivation of relationships, from the moment it is ours to its end. The database works, in a thread that waits for it."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Coroutine, Mapping
from typing import Any

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from schema.errors import ErrorCode, Refused
from schema.messages import say
from schema.relationships import background
from server.database.engines import ASIDE
from server.database.problems import is_full, is_overtaken, is_unusable
from server.runs.endings import Ending, Failed, Lost
from server.runs.supervision import Supervision

TRIES = 30  # of the last step: an import, or a derivation of the same kind, may hold the database for a while
AGAIN = 0.5  # seconds between two calls to a statement to stop


class Unwanted(Exception):
    """Nobody wants it any more: it was cancelled, took too long, or the server stops."""


class Derivation(Supervision):
    """Ends as `Lost` when it is done: its end is written with its relationships."""

    _working: "asyncio.Future[Ending] | None" = None
    _driver: Any = None  # the database's own connection while statements run on it

    def _ways(self) -> list[Coroutine[Any, Any, Ending]]:
        return [self._compute(), self._hold(), self._write_notes(), self._watch_time(), self._watch_server()]

    async def _compute(self) -> Ending:
        self._unwanted, self._loop = threading.Event(), asyncio.get_running_loop()
        self._working = asyncio.ensure_future(to_thread.run_sync(self._derive, limiter=CapacityLimiter(1)))
        return await asyncio.shield(self._working)

    async def _end_worker(self, *, kindly: bool) -> None:
        """A statement that runs is broken off. What it has done is rolled back, unless all was done already."""
        if self._working is None:
            return
        self._unwanted.set()
        while not self._working.done():
            await to_thread.run_sync(self._break_off)
            await asyncio.wait([self._working], timeout=AGAIN)
        self._working.exception()  # whoever wanted to know has heard of it

    def _break_off(self) -> None:
        driver, engine = self._driver, self._means.database_engine
        with contextlib.suppress(Exception):  # it may be closed just now
            if isinstance(driver, sqlite3.Connection):
                driver.interrupt()
            elif driver is not None and engine.dialect.name == "mariadb":
                with engine.connect() as another:
                    another.exec_driver_sql(f"KILL QUERY {driver.thread_id()}")
            elif driver is not None:
                driver.cancel_safe(timeout=AGAIN)

    # -- in the thread --
    def _derive(self) -> Ending:
        """Raises what nobody expected."""
        language = self.claim.language
        try:
            with self._means.database_engine.connect() as connection:
                self._driver = connection.connection.driver_connection
                connection.detach()  # it is closed at the end, and its temporary tables with it
                self._work(connection)
        except (background.NotOurs, Unwanted):
            return Lost()
        except Refused as refused:
            code = refused.problems[0].code.name
            return Failed(code, " ".join(problem.text(language) for problem in refused.problems))
        except DBAPIError as error:
            if self._unwanted.is_set():
                return Lost()
            if is_full(error.orig):
                return Failed("STORAGE_FULL", say("run_storage_full", language))
            if is_unusable(error.orig) or is_overtaken(error.orig):
                return Failed("UNAVAILABLE", say("unavailable", language))
            raise
        finally:
            self._driver = None
        return Lost()

    def _work(self, connection: Connection) -> None:
        wanted = background.wanted_by(self.claim.parameters)
        connection.execution_options(**{ASIDE: True})
        staged = background.stage(connection, wanted, self.claim.language, self._told)
        connection.execution_options(**{ASIDE: False})
        for attempt in range(1, TRIES + 1):
            try:
                background.conclude(connection, self.claim.run, self.claim.worker, wanted, staged, self._told)
                return
            except Refused as refused:
                if refused.problems[0].code is not ErrorCode.CONFLICT or attempt == TRIES:
                    raise
            except DBAPIError as error:
                if self._unwanted.is_set() or connection.invalidated or attempt == TRIES or not may_pass(error):
                    raise

    def _told(self, stage: str, done: int = 0, total: int | None = None) -> None:
        if self._unwanted.is_set():
            raise Unwanted
        message: Mapping[str, Any] = {"progress": {"stage": stage, "done": done, "total": total}}
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._notebook.hear, message)


def may_pass(error: DBAPIError) -> bool:
    return not is_full(error.orig) and (is_unusable(error.orig) or is_overtaken(error.orig))
