"""What the runs of one application are computed with, put together from its settings and its plugins."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import strawberry

from plugins.manager import installed
from schema.context import Watch
from schema.extending.catalogue import Catalogue
from server.database import Database
from server.runs.dispatcher import Dispatcher
from server.runs.engines import cluster_of, engine_of
from server.runs.ledger import Ledger
from server.runs.limits import limits_of
from server.runs.selecting import Selecting, Selections
from server.runs.supervision import Means
from server.runs.sweeping import Sweeper
from server.runs.task import Elsewhere, Tasks
from server.runs.worker_process import RELAY, WORKER
from server.runs.workers import Workers

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve


def means_of(settings: "Settings", database: Database, catalogue: Catalogue, selecting: Selecting, watch: Watch,
             command: Sequence[str] = WORKER) -> Means:
    """`command` starts a worker of this machine."""
    limits, files = limits_of(settings), settings.files_folder
    libraries = sorted({name for analysis in catalogue.analyses.values() for name in analysis.libraries})
    local, cluster = Workers(libraries, spare=settings.runs.spare, command=command), cluster_of(settings)
    return Means(
        ledger=Ledger(database, watch), workers=Workers(libraries, spare=settings.runs.spare, command=RELAY) if cluster else local,
        watch=watch, limits=limits, lease=settings.runs.lease, sweeper=Sweeper(database.engine, catalogue, files),
        task=Tasks(catalogue, database.address, files, limits.memory, int(settings.retention.snapshots), selecting,
                   Elsewhere(cluster, distributions(catalogue)) if cluster else None),
        engine=engine_of(settings), local_workers=local, database_engine=database.engine)


def distributions(catalogue: Catalogue) -> dict[str, str]:
    """That plugins were installed with, by their names."""
    found = {(one.name, one.source): one.origin for one in installed()}
    return {one.name: found[one.name, one.source] for one in catalogue.plugins if (one.name, one.source) in found}


def runs_of(settings: "Settings", database: Database, schema: strawberry.Schema, catalogue: Catalogue, watch: Watch) -> Dispatcher:
    """What computes the runs of a server while it is open."""
    selections = Selections(schema, catalogue, settings.reporting_currency)
    return dispatcher_of(settings, catalogue, means_of(settings, database, catalogue, selections, watch))


def dispatcher_of(settings: "Settings", catalogue: Catalogue, means: Means) -> Dispatcher:
    return Dispatcher(means, sorted(catalogue.analyses), settings.runs.workers)
