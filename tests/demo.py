"""A database with the demo in it, its network measured by a real worker, and questions to the application that serves it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plugins.manager import Choices, Plugins
from schema.context import Caller, Context
from schema.inquiries.contract import Question
from schema.permissions import PERMISSIONS
from server import demo
from server.application import Application, assemble, compose_all
from server.database import Database, open_database
from server.inquiries.assembly import inquiries_of
from server.runs.assembly import runs_of
from server.runs.hub import Hub
from server.settings import Runs, Settings
from server.upgrading import upgrade_plugins


def fill(url: str, folder: Path, **choices: Any) -> list[str]:
    """Load the demo, and measure it; what was said meanwhile. Charts and snapshots go into `folder`."""
    said: list[str] = []
    database = open_database(url)
    plugins = Plugins(Choices(**choices))
    assert all(well for well, _ in upgrade_plugins(database, plugins))
    demo.load(database, said.append)
    asyncio.run(measured(Settings(files=folder), database, assemble(plugins, database), said.append))
    database.engine.dispose()
    return said


async def measured(settings: Settings, database: Database, one: Application, report: Callable[[str], None]) -> None:
    """As a server does beside serving."""
    async with runs_of(settings, database, one.schema, one.catalogue, Hub()):
        await demo.measure(settings, database, one, report)
    await database.close()


@cache
def application(dialect: str) -> Application:
    return compose_all(Plugins(Choices()), dialect)


@dataclass
class WhenNeeded:
    """A warm process answers inquiries as in a server; it is started by the first one, and ends with the request."""

    database: Database
    stack: AsyncExitStack
    answering: Any = None

    async def answer(self, question: Question, caller: Caller, language: str) -> Any:
        if self.answering is None:
            self.answering = await self.stack.enter_async_context(answering(self.database))
        return await self.answering.answer(question, caller, language)


@asynccontextmanager
async def answering(database: Database) -> AsyncIterator[Any]:
    one = application(database.dialect)
    with TemporaryDirectory() as folder:
        settings = Settings(files=Path(folder), runs=Runs(spare=False))
        async with (runs_of(settings, database, one.schema, one.catalogue, Hub()) as runs,
                    inquiries_of(settings, database, one.schema, one.catalogue, runs) as found):
            yield found


def context(database: Database, reader: Any, language: str = "zh") -> Context:
    """Of somebody who may do everything."""
    caller = Caller("staff:1", frozenset(PERMISSIONS), staff_id=1)
    return Context(reader, database.writer, caller, language, dialect=database.dialect, catalogue=application(database.dialect).catalogue)


async def ask(database: Database, query: str, language: str = "zh", **variables: Any) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        asking = context(database, await stack.enter_async_context(database.reader()), language)
        asking.inquiries = WhenNeeded(database, stack)
        result = await application(database.dialect).schema.execute(query, variable_values=variables, context_value=asking)
    assert not result.errors
    assert result.data
    return result.data


async def events_of(database: Database, subscription: str, **variables: Any) -> list[dict[str, Any]]:
    """All events of a subscription that ends by itself."""
    found = []
    async with database.reader() as reader:
        schema = application(database.dialect).schema
        events: Any = await schema.subscribe(subscription, variable_values=variables, context_value=context(database, reader))
        assert hasattr(events, "__aiter__"), events
        async for event in events:
            assert not event.errors
            found.append(event.data)
    return found
