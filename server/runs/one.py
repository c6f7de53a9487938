"""One run from the command line: asked for as a client would, computed in this process unless a server takes it first, and followed."""

import asyncio
import secrets
import signal
from typing import TYPE_CHECKING

from schema import ids
from schema.compose import Schema
from schema.extending.catalogue import Catalogue
from server.database import Database
from server.runs.assembly import means_of
from server.runs.endings import Interrupted, Waiting
from server.runs.following import Following, Outcome, Told, Wish
from server.runs.hub import Hub
from server.runs.selecting import Selections
from server.runs.supervision import Supervision

if TYPE_CHECKING:
    from server.settings import Settings

KNOCK_EVERY = 1.0  # seconds, where a cluster is away


class OneRun:
    def __init__(self, settings: "Settings", database: Database, schema: Schema, catalogue: Catalogue, wish: Wish):
        self._wish, hub = wish, Hub()
        self._following = Following(settings, database, schema, catalogue, wish, hub)
        self._means = means_of(settings, database, catalogue, Selections(schema, catalogue, settings.reporting_currency), hub)
        self._interrupted, self._over = asyncio.Event(), asyncio.Event()

    async def compute(self, told: Told) -> Outcome:
        """Raises `Unanswered` when the run cannot be started."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._interrupted.set)
        if self._wish.parameters.get("estimateOnly"):
            return Outcome((await self._following.start())["estimate"])
        await self._means.workers.keep_spare()  # it imports its libraries while the run is asked for
        try:
            return await self._computed((await self._following.start())["run"]["id"], told)
        finally:
            await self._means.workers.close()

    async def _computed(self, run: str, told: Told) -> Outcome:
        computing, cancelling = asyncio.create_task(self._compute_here(run)), asyncio.create_task(self._cancel_when_interrupted(run))
        try:
            await self._following.follow(run, told)
            self._over.set()
            await computing  # it tidies up behind the worker
        finally:
            cancelling.cancel()
        return await self._following.outcome(run, interrupted=self._interrupted.is_set())

    async def _compute_here(self, run: str) -> None:
        number = ids.number(run, "j", "Job")
        while True:
            while not await self._means.engine.ready():
                if self._over.is_set():  # it was cancelled while it waited
                    return
                await asyncio.sleep(KNOCK_EVERY)
            claim = await self._means.ledger.claim(secrets.token_hex(16), [self._wish.analysis], number)
            if claim is None:  # it has ended, or a server was quicker
                return
            ending = await Supervision(claim, self._means, asyncio.Event()).run()
            if not isinstance(ending, Waiting | Interrupted):
                return

    async def _cancel_when_interrupted(self, run: str) -> None:
        await self._interrupted.wait()
        await self._following.cancel(run)
