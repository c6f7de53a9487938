"""The part of an application that takes runs from the queue, has them computed, and looks after those that others have lost."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Sequence
from typing import Self

from schema.context import Watch
from schema.errors import Refused, RequestError
from schema.jobs.models import JobKind
from server import logs
from server.runs.deriving import Derivation
from server.runs.leases import Leases
from server.runs.ledger import DERIVING
from server.runs.supervision import Means, Supervision
from server.runs.workers import Workers

SETTLING = 1.0  # seconds that a server has for its first answers before a spare worker takes processor time
LOOKS = 6  # in a lease, for runs that nobody computes any more
FAREWELL = 3.0  # seconds to end the workers and hand their runs back when the server stops
DERIVATIONS = (JobKind.DERIVE.value,)


class Dispatcher:
    """A context manager: while it is open, runs are computed. `kinds` are the analyses that this application has. Where runs are computed,
    relationships are derived too, one derivation at a time."""

    def __init__(self, means: Means, kinds: Sequence[str], workers: int):
        self._means, self._kinds, self._most = means, tuple(kinds), workers
        self._leases = Leases(means.lease)
        self._stopping = asyncio.Event()
        self._computing: dict[int, asyncio.Task[None]] = {}
        self._deriving: dict[int, asyncio.Task[None]] = {}
        self._background: list[asyncio.Task[None]] = []
        self._away = self._unfit = False

    @property
    def workers(self) -> Workers:
        """Of this machine."""
        return self._means.local_workers

    async def __aenter__(self) -> Self:
        self._background = [asyncio.create_task(self._look_again_and_again()), asyncio.create_task(self._settle())]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends the workers at once; their runs wait for the next server, at no cost in attempts."""
        self._stopping.set()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        if at_work := [*self._computing.values(), *self._deriving.values()]:
            late = (await asyncio.wait(at_work, timeout=FAREWELL))[1]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._means.workers.close()
        await self._means.local_workers.close()

    async def _settle(self) -> None:
        """What is done once, when the server has begun to answer."""
        await asyncio.sleep(SETTLING)
        await self.keep_spare()
        try:
            await self._means.sweeper.sweep_all()
        except RequestError:
            self._say_away()

    async def _look_again_and_again(self) -> None:
        watch: Watch = self._means.watch
        while True:
            changed = asyncio.create_task(watch.changed(None, self._means.lease / LOOKS))  # before looking, so that nothing is missed
            try:
                await self._look()
                self._away = False
            except (RequestError, Refused):  # the database is away, or another server was quicker
                self._say_away()
            except Exception as error:  # noqa: BLE001  logged; the queue must not stand still for it
                logs.report(error, "runs")
            await changed

    def _say_away(self) -> None:
        self._leases.forget()
        if not self._away:
            logging.getLogger("guanxi").warning("the queue of runs cannot be read; trying again")
        self._away = True

    async def _look(self) -> None:
        await self._take()
        await self._take_derivation()
        running = [one for one in await self._means.ledger.running() if one.run not in self._computing and one.run not in self._deriving]
        for lost in self._leases.lost(running, time.monotonic()):
            status = await self._means.ledger.recover(lost)
            if status is not None:
                logging.getLogger("guanxi").warning("run recovered", extra={"run": lost.run, "detail": status.name})

    async def _take(self) -> None:
        while self._kinds and len(self._computing) < self._most and await self._there_is_work():
            claim = await self._means.ledger.claim(secrets.token_hex(16), self._kinds)
            if claim is None:
                return
            self._begin(Supervision(claim, self._means, self._stopping), self._computing)

    async def _there_is_work(self) -> bool:
        return await self._means.ledger.waiting(self._kinds) and await self._fits() and await self._means.engine.ready()

    async def _take_derivation(self) -> None:
        if self._most and not self._deriving and await self._means.ledger.waiting(DERIVATIONS) and await self._fits():
            claim = await self._means.ledger.claim(secrets.token_hex(16), DERIVATIONS, action=DERIVING)
            if claim is not None:
                self._begin(Derivation(claim, self._means, self._stopping), self._deriving)

    async def _fits(self) -> bool:
        """A database that a newer server has migrated meanwhile is left to servers of its version."""
        why = await self._means.ledger.unfit()
        if why is not None and not self._unfit:
            logging.getLogger("guanxi").warning("runs wait for another server", extra={"detail": why})
        self._unfit = why is not None
        return not self._unfit

    def _begin(self, supervision: Supervision, among: dict[int, asyncio.Task[None]]) -> None:
        among[supervision.claim.run] = asyncio.create_task(self._compute(supervision, among))

    async def _compute(self, supervision: Supervision, among: dict[int, asyncio.Task[None]]) -> None:
        claim = supervision.claim
        try:
            await supervision.run()
        except Exception as error:  # noqa: BLE001  logged; the run is recovered when its lease is over
            logs.report(error, "runs", claim.kind)
        finally:
            del among[claim.run]
        if not self._stopping.is_set():
            self._means.watch.announce(claim.run)  # there is room for the next one
            await self.keep_spare()

    async def keep_spare(self) -> None:
        """A process ahead of time, where runs are computed and none is just now."""
        with contextlib.suppress(OSError):  # no process can be had now: the next run tries again, and says so
            if self._kinds and self._most and not self._computing:
                await self._means.workers.keep_spare()
