"""An application on a PostgreSQL of its own, with the karate club in it, whose runs are computed here or on a cluster."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from plugins.manager import Choices, Plugins
from schema.changes.change import change
from schema.context import SYSTEM
from schema.jobs.models import JobRow, JobStatus
from server import migrations
from server.application import assemble, owners
from server.database import open_database
from server.runs.assembly import dispatcher_of, means_of
from server.runs.dispatcher import Dispatcher
from server.runs.hub import Hub
from server.runs.selecting import Selections
from server.settings import Settings
from tests.plugins.graph.office import settle
from tests.server.cluster import spreading
from tests.server.cluster.parts import Cluster
from tests.server.runs.house import cancel, row_of, until

OTHERS = ("forecast", "propensity", "recommend", "rules", "satisfaction", "segmentation", "value")
CHOICES = Choices(load=[spreading.SOURCE], disabled=OTHERS)
PLUGINS = {"spread": "spreading", "graphMetrics": "graph"}
PATIENCE = 120.0


def furnished(url: str) -> None:
    """The tables of the plugins, and the club."""
    database = open_database(url)
    for owner in owners(Plugins(CHOICES)).values():
        migrations.upgrade(database, owner)
    change(database.engine, SYSTEM, "settle", settle, key="settle")
    database.engine.dispose()


def dask(cluster: Cluster) -> dict[str, Any]:
    files = vars(cluster.certificates) if cluster.certificates else {}
    return {"engine": "dask", "dask": {"scheduler": cluster.address, **files}}


@dataclass
class Office:
    database: Any
    dispatcher: Dispatcher
    files: Path

    def start(self, kind: str, **parameters: Any) -> int:
        with Session(self.database.engine) as session, session.begin():
            row = JobRow(kind=kind, status=JobStatus.QUEUED, plugin=PLUGINS[kind], parameters=parameters, language="en")
            session.add(row)
            session.flush()
            return row.id

    def again(self, run: int) -> int:
        """The same on the same data."""
        before = self.row(run)
        with Session(self.database.engine) as session, session.begin():
            row = JobRow(kind=before.kind, status=JobStatus.QUEUED, plugin=before.plugin, parameters=before.parameters, language="en",
                         rerun_of_id=run, details={"sameData": True})
            session.add(row)
            session.flush()
            return row.id

    def row(self, run: int) -> JobRow:
        return row_of(self.database, run)

    async def ended(self, run: int) -> JobRow:
        await self.until(run, lambda row: row.finished_at)
        return self.row(run)

    async def until(self, run: int, holds: Any) -> None:
        await until(lambda: holds(self.row(run)), PATIENCE)

    async def computed(self, kind: str, **parameters: Any) -> JobRow:
        return await self.ended(self.start(kind, **parameters))

    def cancel(self, run: int) -> None:
        cancel(self.database, run)


@asynccontextmanager
async def opened(url: str, folder: Path, **runs: Any) -> AsyncIterator[Office]:
    """`runs`: settings of that section."""
    database = open_database(url)
    application, hub = assemble(Plugins(CHOICES), database), Hub()
    settings = Settings(database_url=url, files=folder, runs={"workers": 1, "spare": False} | runs)
    selections = Selections(application.schema, application.catalogue, "GBP")
    means = means_of(settings, database, application.catalogue, selections, hub)
    async with dispatcher_of(settings, application.catalogue, means) as dispatcher:
        yield Office(database, dispatcher, settings.files_folder)
    await database.close()
