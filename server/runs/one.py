"""One run from the command line: asked for as a client would, computed in this process unless a server takes it first, and followed."""

import asyncio
import secrets
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schema import ids
from schema.compose import Schema
from schema.context import Caller, Context
from schema.extending.catalogue import Catalogue
from schema.permissions import PERMISSIONS
from server.database import Database
from server.runs.asking import Asking, Unanswered, fields_of
from server.runs.assembly import means_of
from server.runs.hub import Hub
from server.runs.limits import limits_of
from server.runs.selecting import Selections
from server.runs.supervision import Supervision

if TYPE_CHECKING:
    from server.settings import Settings

OPERATOR = Caller("system", frozenset(PERMISSIONS))  # whoever can run the command owns the database already
ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"})
Told = Callable[[str, int, int | None], None]  # a stage, how much of it is done, of how much


@dataclass(frozen=True)
class Wish:
    """`parameters`: the input of the start mutation, as JSON."""

    analysis: str
    parameters: Mapping[str, Any]
    publish: bool = False
    language: str = "en"


@dataclass(frozen=True)
class Outcome:
    """`shown`: the run, or what it would need, as JSON. `problems`: why it did not succeed."""

    shown: Mapping[str, Any]
    problems: list[str] = field(default_factory=list)
    interrupted: bool = False


class OneRun:
    def __init__(self, settings: "Settings", database: Database, schema: Schema, catalogue: Catalogue, wish: Wish):
        self._settings, self._database, self._schema, self._catalogue, self._wish = settings, database, schema, catalogue, wish
        self._hub = Hub()
        self._asking = Asking(schema, database, self._context)
        self._means = means_of(settings, database, catalogue, Selections(schema, catalogue, settings.reporting_currency), self._hub)
        self._interrupted = asyncio.Event()

    async def compute(self, told: Told) -> Outcome:
        """Raises `Unanswered` when the run cannot be started."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._interrupted.set)
        if self._wish.parameters.get("estimateOnly"):
            return Outcome((await self._start())["estimate"])
        await self._means.workers.keep_spare()  # it imports its libraries while the run is asked for
        try:
            return await self._computed((await self._start())["run"]["id"], told)
        finally:
            await self._means.workers.close()

    async def _computed(self, run: str, told: Told) -> Outcome:
        computing, cancelling = asyncio.create_task(self._compute_here(run)), asyncio.create_task(self._cancel_when_interrupted(run))
        try:
            await self._follow(run, told)
            await computing  # it tidies up behind the worker
        finally:
            cancelling.cancel()
        return await self._outcome(run)

    # -- asking --
    def _context(self, reader: Any) -> Context:
        return Context(reader, self._database.writer, OPERATOR, self._wish.language, "command", self._settings.reporting_currency,
                       self._database.dialect, self._catalogue, self._hub, limits=limits_of(self._settings))

    async def _start(self) -> dict[str, Any]:
        start: Any = self._catalogue.analyses[self._wish.analysis].start
        mutation = (f"mutation($input: {start.__strawberry_definition__.name}!) {{ answer: {self._wish.analysis}RunStart(input: $input) {{ "
                    "run { id } estimate { rows memoryBytes seconds withinLimits } userErrors { message path } } }")
        return await self._asking.mutate(mutation, {"input": dict(self._wish.parameters)})

    async def _standing(self, run: str) -> dict[str, Any]:
        return await self._asking.query("query($id: ID!) { answer: job(id: $id) { status progress { stage done total } } }", {"id": run})

    # -- computing --
    async def _compute_here(self, run: str) -> None:
        number = ids.number(run, "j", "Job")
        claim = await self._means.ledger.claim(secrets.token_hex(16), [self._wish.analysis], number)
        if claim is not None:  # else a server was quicker
            await Supervision(claim, self._means, asyncio.Event()).run()

    async def _follow(self, run: str, told: Told) -> None:
        while (standing := await self._standing(run))["status"] not in ENDED:
            if progress := standing["progress"]:
                told(progress["stage"], progress["done"], progress["total"])
            await self._hub.changed(ids.number(run, "j", "Job"))

    async def _cancel_when_interrupted(self, run: str) -> None:
        await self._interrupted.wait()
        await self._asking.mutate("mutation($id: ID!) { answer: jobCancel(input: {id: $id}) { userErrors { message path } } }", {"id": run})

    # -- telling --
    async def _outcome(self, run: str) -> Outcome:
        status = (await self._standing(run))["status"]
        problems = await self._publish(run) if self._wish.publish and status == "SUCCEEDED" else []
        type_ = self._catalogue.analyses[self._wish.analysis].run.__name__
        fields = fields_of(self._schema, type_)
        shown = await self._asking.query(f"query($id: ID!) {{ answer: job(id: $id) {{ ... on {type_} {{ {fields} }} }} }}", {"id": run})
        if status != "SUCCEEDED":
            error = shown["error"]
            problems = [error["message"] if error else f"The run is {status}."]
        return Outcome(shown, problems, self._interrupted.is_set() and status == "CANCELLED")

    async def _publish(self, run: str) -> list[str]:
        mutation = "mutation($id: ID!) { answer: analysisRunPublish(input: {id: $id}) { userErrors { message path } } }"
        try:
            await self._asking.mutate(mutation, {"id": run})
        except Unanswered as refused:
            return [str(refused)]
        return []
