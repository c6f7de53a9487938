"""A server removes the results of old runs by itself, once a day. Of several servers on one database, one does it each day."""

import asyncio
import datetime
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from schema.analyses.pruning import Choice
from schema.changes.change import Change
from schema.context import SYSTEM
from schema.errors import Refused, RequestError
from schema.extending.catalogue import Catalogue
from schema.rows import utc_now
from server import logs
from server.database import Database
from server.database.in_thread import in_thread
from server.runs.pruning import Pruned, Pruner, within_reach
from server.runs.sweeping import Sweeper

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve

SETTLING = 60.0  # seconds that a server has for its first answers
BETWEEN = 3600.0  # seconds between two looks at the calendar


class Retention:
    """`days` and `keep` are those of the settings."""

    def __init__(self, database: Database, catalogue: Catalogue, pruner: Pruner, days: int, keep: int):
        self._database, self._catalogue, self._pruner = database, catalogue, pruner
        self._days, self._keep = days, keep
        self._stopping = threading.Event()

    async def day_by_day(self) -> None:
        await asyncio.sleep(SETTLING)
        while True:
            try:
                await self.attend_to(utc_now())
            except (RequestError, Refused):  # the database is away: in an hour, then
                pass
            except Exception as error:  # noqa: BLE001  logged; another day may be better
                logs.report(error, "retention")
            await asyncio.sleep(BETWEEN)

    async def attend_to(self, now: datetime.datetime) -> Pruned | None:
        """None: this day has been attended to, or somebody is at it."""
        if not await self._is_ours(now.date()):
            return None
        choice = Choice(now - datetime.timedelta(days=self._days), self._keep, within_reach(self._catalogue))
        pruned = await in_thread(lambda: self._pruner.prune_all(choice, lambda: not self._stopping.is_set()))
        if pruned != Pruned():
            told = f"{pruned.runs} runs, {pruned.rows} rows, {pruned.bytes} bytes"
            logging.getLogger("guanxi").info("results of old runs removed", extra={"detail": told})
        return pruned

    def stop(self) -> None:
        """What is removed just now is; the rest waits for another day."""
        self._stopping.set()

    async def _is_ours(self, day: datetime.date) -> bool:
        """The day is taken in the database, as a request is that may be carried out only once."""
        taken: list[bool] = []

        def take(_: Change) -> dict[str, str]:
            taken.append(True)
            return {}

        await self._database.writer.change(SYSTEM, "runsPrune", take, key=day.isoformat())
        return bool(taken)


@asynccontextmanager
async def retention_of(settings: "Settings", database: Database, catalogue: Catalogue) -> AsyncIterator[None]:
    """Nothing is removed by itself unless `retention.days` says when."""
    chosen = settings.retention
    if chosen.days is None:
        yield
        return
    pruner = Pruner(database.engine, Sweeper(database.engine, catalogue, settings.files_folder))
    retention = Retention(database, catalogue, pruner, chosen.days, chosen.keep)
    task = asyncio.create_task(retention.day_by_day())
    try:
        yield
    finally:
        retention.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
