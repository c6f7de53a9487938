"""What computes the runs and answers the inquiries of a server under test: real processes, by its clock."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from schema.context import Inquiries
from server.application import Application
from server.database import Database
from server.inquiries.assembly import inquiries_of
from server.runs.assembly import dispatcher_of, means_of
from server.runs.hub import Hub
from server.runs.selecting import Selections
from server.settings import Settings


@asynccontextmanager
async def dispatching(settings: Settings, application: Application, database: Database, hub: Hub, clock: Path) -> AsyncIterator[Inquiries]:
    catalogue, schema = application.catalogue, application.schema
    selections = Selections(schema, catalogue, settings.reporting_currency)
    worker = (sys.executable, "-P", "-m", "guanxi.testing.worker", str(clock))
    means = means_of(settings, database, catalogue, selections, hub, worker)
    async with (dispatcher_of(settings, catalogue, means) as runs,
                inquiries_of(settings, database, schema, catalogue, runs) as inquiries):
        yield inquiries
