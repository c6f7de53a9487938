"""A run as whoever asked for it sees it: asked for as a client would, followed to its end, published, told of. Others compute it."""

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
from server.runs.hub import Hub
from server.runs.limits import limits_of

if TYPE_CHECKING:
    from server.settings import Settings

OPERATOR = Caller("system", frozenset(PERMISSIONS))  # whoever can run a command owns the database already
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


class Following:
    """`hub` hears of changes within this process; what others do is seen within a second."""

    def __init__(self, settings: "Settings", database: Database, schema: Schema, catalogue: Catalogue, wish: Wish, hub: Hub):
        self._settings, self._database, self._schema, self._catalogue, self._wish = settings, database, schema, catalogue, wish
        self._hub = hub
        self._asking = Asking(schema, database, self._context)

    def _context(self, reader: Any) -> Context:
        return Context(reader, self._database.writer, OPERATOR, self._wish.language, "command", self._settings.reporting_currency,
                       self._database.dialect, self._catalogue, self._hub, limits=limits_of(self._settings))

    async def start(self) -> dict[str, Any]:
        """The payload of the start mutation. Raises `Unanswered` when the run cannot be started."""
        start: Any = self._catalogue.analyses[self._wish.analysis].start
        mutation = (f"mutation($input: {start.__strawberry_definition__.name}!) {{ answer: {self._wish.analysis}RunStart(input: $input) {{ "
                    "run { id } estimate { rows memoryBytes seconds withinLimits } userErrors { message path } } }")
        return await self._asking.mutate(mutation, {"input": dict(self._wish.parameters)})

    async def follow(self, run: str, told: Told) -> None:
        """Until it has ended."""
        while (standing := await self._standing(run))["status"] not in ENDED:
            if progress := standing["progress"]:
                told(progress["stage"], progress["done"], progress["total"])
            await self._hub.changed(ids.number(run, "j", "Job"))

    async def cancel(self, run: str) -> None:
        await self._asking.mutate("mutation($id: ID!) { answer: jobCancel(input: {id: $id}) { userErrors { message path } } }", {"id": run})

    async def outcome(self, run: str, *, interrupted: bool = False) -> Outcome:
        """Of a run that has ended; it is published when that was wished and it succeeded."""
        status = (await self._standing(run))["status"]
        problems = await self._publish(run) if self._wish.publish and status == "SUCCEEDED" else []
        type_ = self._catalogue.analyses[self._wish.analysis].run.__name__
        fields = fields_of(self._schema, type_)
        shown = await self._asking.query(f"query($id: ID!) {{ answer: job(id: $id) {{ ... on {type_} {{ {fields} }} }} }}", {"id": run})
        if status != "SUCCEEDED":
            error = shown["error"]
            problems = [error["message"] if error else f"The run is {status}."]
        return Outcome(shown, problems, interrupted and status == "CANCELLED")

    async def _standing(self, run: str) -> dict[str, Any]:
        return await self._asking.query("query($id: ID!) { answer: job(id: $id) { status progress { stage done total } } }", {"id": run})

    async def _publish(self, run: str) -> list[str]:
        mutation = "mutation($id: ID!) { answer: analysisRunPublish(input: {id: $id}) { userErrors { message path } } }"
        try:
            await self._asking.mutate(mutation, {"id": run})
        except Unanswered as refused:
            return [str(refused)]
        return []
