"""What tests of runs are set up with: an analysis that only the fake worker knows, queued runs, and a dispatcher."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import strawberry
from sqlalchemy import update
from sqlalchemy.orm import Session

from schema.analyses.contract import Analysis, Estimate
from schema.analyses.queue import Claim
from schema.analyses.starting import RunStart
from schema.errors import ErrorCode, Refused, problem
from schema.extending.catalogue import Catalogue, KnownPlugin, PluginStatus
from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from server.runs.assembly import dispatcher_of, means_of
from server.runs.dispatcher import Dispatcher
from server.runs.hub import Hub
from server.runs.supervision import Means
from server.settings import Settings

FAKE = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))
PATIENCE = 30.0


@strawberry.input(description="What the fake worker is to do.")
class Start(RunStart):
    do: str = strawberry.field(default="", description="What.")


CENSUS: Analysis[Any] = Analysis(
    name="census", title="Census", title_zh="普查", description="Counts.", version=1, start=Start, run=object, needs=("customers",),
    compute=lambda *_: None, slots=lambda _: ["census"],  # type: ignore[arg-type,return-value]  # nobody calls it here
    estimate=lambda *_: Estimate(1, 1, 1), libraries=("numpy", "igraph"))
CATALOGUE = Catalogue((KnownPlugin("people", PluginStatus.ACTIVE, source="people.py", settings={"key": "hidden"}),),
                      {"census": CENSUS}, {"census": "people"})


def children() -> set[psutil.Process]:
    """The processes below this one. Other tests may have some: a test compares with those that were there before."""
    return set(psutil.Process().children(recursive=True))


def compiled(claim: Claim) -> Mapping[str, Any] | None:
    where = claim.parameters.get("where")
    if where == {"kind": "ROBOT"}:
        raise Refused(problem(ErrorCode.INVALID, "filter_empty", path="where"))
    return where and {"sql": "SELECT id FROM customers WHERE kind = ?", "parameters": [where["kind"]]}


def queued(database: Database, do: str, language: str = "en", **parameters: Any) -> int:
    with Session(database.engine) as session, session.begin():
        row = JobRow(kind="census", status=JobStatus.QUEUED, plugin="people", parameters={"do": do} | parameters, language=language)
        session.add(row)
        session.flush()
        return row.id


def row_of(database: Database, run: int) -> JobRow:
    with Session(database.engine) as session:
        return session.get_one(JobRow, run)


def cancel(database: Database, run: int) -> None:
    with Session(database.engine) as session, session.begin():
        session.execute(update(JobRow).where(JobRow.id == run).values(cancel_requested=True))


def means(database: Database, folder: Path, hub: Hub, command: tuple[str, ...] = FAKE, **runs: Any) -> Means:
    settings = Settings(files=folder / "files", runs={"lease": 3, "spare": False} | runs)
    return means_of(settings, database, CATALOGUE, compiled, hub, command)


@asynccontextmanager
async def dispatching(database: Database, folder: Path, hub: Hub | None = None, **runs: Any) -> AsyncIterator[Dispatcher]:
    settings = Settings(runs={"workers": 1} | runs)
    async with dispatcher_of(settings, CATALOGUE, means(database, folder, hub or Hub(), **runs)) as dispatcher:
        yield dispatcher


async def until(holds: Callable[[], Any], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def ended(database: Database, run: int) -> JobRow:
    await until(lambda: row_of(database, run).finished_at)
    return row_of(database, run)
