"""A whole application in this process, with the plugins that a test names and a small data set, asked without a socket."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.testing.choosing import only
from guanxi.testing.clock import Clock, stopped
from guanxi.testing.computing import dispatching
from guanxi.testing.data import SHOP, DataSet
from guanxi.testing.storing import store
from plugins.manager import Plugins
from schema.context import Caller
from schema.errors import RequestError
from schema.extending.catalogue import PluginStatus
from schema.jobs.models import JobRow, JobStatus
from schema.permissions import PERMISSIONS
from server import migrations
from server.application import Application, assemble, owners
from server.database import Database, open_database
from server.exchange import Exchange
from server.files.signing import FileAddresses
from server.graphql.context import RequestContext
from server.graphql.execution import Execution
from server.graphql.failures import Rejected
from server.graphql.requests import Asked
from server.runs.hub import Hub
from server.settings import Runs, Settings

EVERYTHING = frozenset(PERMISSIONS)
PATIENCE = 120.0  # seconds that a run may take on the small data sets
START = """mutation Start($input: {type}!) {{ {name}(input: $input) {{ run {{ id }} userErrors {{ code message path }} }} }}"""
PUBLISH = "mutation Publish($id: ID!) { analysisRunPublish(input: {id: $id}) { userErrors { code message } } }"


class Refused(AssertionError):
    """A query that a test takes to succeed, and that has errors: `errors` as clients get them."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]):
        super().__init__("; ".join(f"{error.get('message')} ({error.get('extensions', {}).get('code')}, at {error.get('path')})"
                                   for error in errors))
        self.errors = errors


class NotServing(AssertionError):
    """A plugin that was named and does not serve; the text says why."""


@dataclass(frozen=True)
class Answer:
    data: Any
    errors: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Run:
    """A run that has ended. `error` is its code and message, None when it succeeded."""

    id: str
    status: str
    error: tuple[str, str] | None
    digest: str | None
    summary: Mapping[str, Any]
    metrics: Sequence[Mapping[str, Any]]
    warnings: Sequence[str]
    charts: Sequence[str]
    parameters: Mapping[str, Any]


@dataclass
class Counting:
    """A reader that notes what is sent."""

    reader: Any
    sent: list[str]

    async def __aenter__(self) -> Self:
        await self.reader.__aenter__()
        return self

    async def __aexit__(self, *failure: Any) -> None:
        await self.reader.__aexit__(*failure)

    async def fetch(self, sql: str, parameters: Any) -> Any:
        self.sent.append(sql)
        return await self.reader.fetch(sql, parameters)

    def single(self) -> None:
        self.reader.single()

    async def renew(self) -> None:
        await self.reader.renew()


@dataclass
class Server:
    """Made by `opened`. `statements` are those that reading the last answer took, in order."""

    database: Database
    application: Application
    execution: Execution
    clock: Clock
    statements: list[str] = field(default_factory=list)

    @property
    def schema(self) -> str:
        """What can be asked, as SDL."""
        return self.application.schema.as_str()

    async def answer(self, text: str, variables: Mapping[str, Any] | None = None, *, permissions: Sequence[str] | None = None,
                     language: str = "en") -> Answer:
        """Data and errors, as a client gets them. `permissions`: what the caller may do; left out, everything."""
        allowed = EVERYTHING if permissions is None else frozenset(permissions)
        exchange = Exchange("testing", language, Caller("staff:1", allowed, staff_id=1))
        try:
            ready = self.execution.ready(Asked(text, dict(variables or {}), None, {}), exchange, "POST")
            context: RequestContext = self.execution.context(exchange)
            self.statements.clear()
            context.reader = Counting(context.reader, self.statements)  # type: ignore[assignment]  # it does what a reader does
            found: Any = orjson.loads(orjson.dumps(await self.execution.execute(ready, context, exchange)))
        except Rejected as rejected:
            return Answer(None, [{"message": error.message, "extensions": {"code": rejected.code}}
                                 for error in rejected.errors])
        except RequestError as refused:
            return Answer(None, [{"message": str(refused), "extensions": dict(refused.extensions or {})}])
        return Answer(found.get("data"), found.get("errors") or ())

    async def query(self, text: str, variables: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """The data of an answer without errors. Raises `Refused`."""
        answer = await self.answer(text, variables, **more)
        if answer.errors:
            raise Refused(answer.errors)
        return answer.data

    async def start(self, analysis: str, parameters: Mapping[str, Any], *, language: str = "en") -> Mapping[str, Any]:
        """What the start mutation says: `run` is null and `userErrors` tell why when it is refused."""
        name = f"{analysis}RunStart"
        mutation = self.application.schema._schema.mutation_type  # noqa: SLF001  Strawberry has no other way to it
        if mutation is None or name not in mutation.fields:
            known = ", ".join(sorted(self.application.catalogue.analyses)) or "none"
            raise NotServing(f"There is no analysis {analysis}; there are: {known}.")
        type_ = str(mutation.fields[name].args["input"].type).rstrip("!")
        data = await self.query(START.format(type=type_, name=name), {"input": dict(parameters)}, language=language)
        found: Mapping[str, Any] = data[name]
        return found

    async def run(self, analysis: str, *, publish: bool = True, language: str = "en", **parameters: Any) -> Run:
        """Has an analysis computed by a process of its own, as a server would, and publishes the run if it succeeds."""
        started = await self.start(analysis, parameters, language=language)
        if started["userErrors"]:
            raise Refused([{"message": f"{one['message']} at {one['path']}", "extensions": {"code": one["code"]}}
                           for one in started["userErrors"]])
        row = await self._ended(int(started["run"]["id"].removeprefix("j_")))
        if publish and row.status is JobStatus.SUCCEEDED and row.slots:
            said = (await self.query(PUBLISH, {"id": started["run"]["id"]}))["analysisRunPublish"]["userErrors"]
            if said:
                raise Refused([{"message": one["message"], "extensions": {"code": one["code"]}} for one in said])
        return told(row)

    async def _ended(self, number: int) -> JobRow:
        async with asyncio.timeout(PATIENCE):
            while True:
                with Session(self.database.engine) as session:
                    row = session.scalars(select(JobRow).where(JobRow.id == number)).one()
                if row.finished_at is not None:
                    return row
                await asyncio.sleep(0.02)


def told(row: JobRow) -> Run:
    error = None if row.status is JobStatus.SUCCEEDED else (str(row.error_code), str(row.error_message))
    return Run(f"j_{row.id}", row.status.name, error, row.result_digest, row.summary or {}, row.metrics or (), row.warnings or (),
               [chart["name"] for chart in row.charts or ()], row.parameters or {})


@asynccontextmanager
async def opened(plugins: Sequence[str], folder: Path, data: DataSet = SHOP, settings: Mapping[str, Mapping[str, Any]] | None = None,
                 template: Path | None = None) -> AsyncIterator[Server]:
    """An application with exactly these plugins (names of installed ones, files or modules) on a database of its own in `folder`.

    `settings`: a section for each plugin, by its name. `template`: a migrated SQLite file to begin with. Raises `NotServing`.
    """
    chosen = Plugins(only(plugins, settings or {}))
    file = folder / "guanxi.db"
    if template is not None:
        shutil.copyfile(template, file)
    with stopped(data.seen, folder / "now") as clock:
        database = open_database(f"sqlite:///{file}")
        try:
            migrations.upgrade(database)
            for owner in owners(chosen).values():
                migrations.upgrade(database, owner)
            store(database, data)
            application = assemble(chosen, database)
            check_serving(application)
            async with serving(application, database, folder, clock) as server:
                yield server
        finally:
            await database.close()


@asynccontextmanager
async def serving(application: Application, database: Database, folder: Path, clock: Clock) -> AsyncIterator[Server]:
    given = Settings(files=folder / "files", runs=Runs(spare=False, seconds=PATIENCE))
    files, hub = FileAddresses(given.files_folder, given.files_minutes), Hub()
    execution = Execution(application.schema, database, files, given, application.catalogue, hub)
    async with dispatching(given, application, database, hub, folder / "now") as execution.inquiries:
        yield Server(database, application, execution, clock)


def check_serving(application: Application) -> None:
    for one in application.catalogue.plugins:
        if one.status not in (PluginStatus.ACTIVE, PluginStatus.DISABLED):
            raise NotServing(f"The plugin {one.name} does not serve ({one.status.name}). {one.reason}")
