"""What tests of inquiries are set up with: the plugin that asks, and what answers it, on a database of one's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugins.manager import Choices, Plugins
from schema.context import Caller
from schema.extending.composing import compose
from schema.inquiries.contract import Question
from schema.permissions import PERMISSIONS
from schema.roots import core
from server.database import Database, open_database
from server.inquiries.answering import Answering
from server.inquiries.assembly import inquiries_of
from server.runs.assembly import runs_of
from server.runs.hub import Hub
from server.settings import Settings
from tests.plugins.fakes import SHIPPED
from tests.server.inquiries import curious

EVERYBODY = Caller("staff:1", frozenset(PERMISSIONS), staff_id=1)


@dataclass(frozen=True)
class House:
    answering: Answering
    files: Path

    async def ask(self, inquiry: str = "size", *, where: Any = None, as_of: Any = None, caller: Caller = EVERYBODY, language: str = "en",
                  **given: Any) -> Any:
        return await self.answering.answer(Question(curious.PLUGIN, inquiry, given, where, as_of), caller, language)


@asynccontextmanager
async def house(url: str, folder: Path, **limits: Any) -> AsyncIterator[House]:
    plugins = Plugins(Choices(load=[curious.SOURCE], disabled=SHIPPED))
    settings = Settings(files=folder / "files", runs={"spare": False}, inquiries=limits)
    database: Database = open_database(url)
    schema, refused = compose(core(), plugins.contributions, database.dialect)
    assert refused == {}
    async with (runs_of(settings, database, schema, plugins.catalogue(), Hub()) as runs,
                inquiries_of(settings, database, schema, plugins.catalogue(), runs) as answering):
        yield House(answering, folder / "files")
    await database.close()
