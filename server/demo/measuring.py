"""Scores for the demo: who counts in its network, who belongs together and who might, and who buys alike; computed as any run is, and
published."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select

from schema.jobs.models import JobRow, JobStatus
from schema.staff.models import DepartmentRow
from server.database import Database, open_database
from server.demo.staff import DEPARTMENTS
from server.runs.asking import Unanswered
from server.runs.one import OneRun, Outcome, Wish

if TYPE_CHECKING:
    from server.application import Application
    from server.settings import Settings

Report = Callable[[str], None]


@dataclass(frozen=True)
class Measurement:
    """A run, and what is said of it: `told` has names of its fields, which are numbers."""

    analysis: str
    parameters: Mapping[str, Any]
    told: str

    @property
    def wish(self) -> Wish:
        return Wish(self.analysis, {"label": "Demo", "seed": 1, **self.parameters}, publish=True)


# Every relationship counts once: weights that staff noted and weights that were derived are of different kinds. So there is no strength.
METRICS = ("DEGREE", "PAGE_RANK", "HITS", "BETWEENNESS", "CLOSENESS", "CORE", "CLUSTERING", "COMPONENT", "COMMUNITY", "NEIGHBOUR_MEANS",
           "BALANCE", "RISK_EXPOSURE")
BUYING = ("behaviour.daysSincePurchase", "behaviour.purchaseCount", "behaviour.purchaseTotal")
MEASUREMENTS = (
    Measurement("graphMetrics", {"metrics": list(METRICS), "graph": {"useWeights": False}},
                "{nodeCount:,} customers measured, {communityCount:,} communities of them found"),
    Measurement("potentialPartners", {}, "{pairCount:,} proposals of partners for {customerCount:,} customers"),
    Measurement("segmentation", {"features": list(BUYING), "window": {"to": "2011-12-10T00:00:00Z"}, "scaling": "LOG",
                                 "algorithm": {"kMeans": {"kRange": [3, 8]}}},
                "{memberCount:,} customers in {clusterCount:,} clusters of alike buyers"),
)


def measure(settings: "Settings", database: Database, application: "Application", report: Report) -> None:
    """Once for a database that holds the demo. Whatever stands in the way is told, and the demo goes without scores.

    Raises KeyboardInterrupt when a run was interrupted.
    """
    missing = [one for one in MEASUREMENTS if is_wanted(database, one.analysis)]
    if not missing:
        return
    problems = list(hindrances(application, [one.analysis for one in missing]))
    if not problems:
        report("Measuring the network of relationships in a process of its own …")
        problems = [problem for one in missing for problem in compute(settings, database, application, one, report)]
    if problems:
        report(f"  The demo has no scores yet. {' '.join(problems)}")


def is_wanted(database: Database, analysis: str) -> bool:
    ours = exists().where(DepartmentRow.key == DEPARTMENTS[0][0])
    done = exists().where(JobRow.kind == analysis, JobRow.status == JobStatus.SUCCEEDED)
    with database.engine.connect() as connection:
        return bool(connection.scalar(select(ours & ~done)))


def hindrances(application: "Application", analyses: Sequence[str]) -> Iterator[str]:
    owners = application.catalogue.owners
    if nobodys := [one for one in analyses if one not in owners]:
        yield f"The plugin that brings {' and '.join(nobodys)} does not serve: “guanxi plugins list” says why."
    for plugin in sorted({owners[one] for one in analyses if one in owners}):
        yield from (problem.text for problem in application.plugins.check(plugin))


def compute(settings: "Settings", database: Database, application: "Application", wanted: Measurement, report: Report) -> list[str]:
    """Why it did not succeed; empty when it did."""
    try:
        outcome = asyncio.run(run(settings, database, application, wanted.wish))
    except Unanswered as refused:
        return [str(refused)]
    if outcome.interrupted:
        raise KeyboardInterrupt
    if not outcome.problems:
        report(f"  {wanted.told.format_map(outcome.shown)}")
    return outcome.problems


async def run(settings: "Settings", database: Database, application: "Application", wish: Wish) -> Outcome:
    """With readers of its own: those of `database` belong to the server."""
    own = open_database(database.address.url.render_as_string(hide_password=False))
    try:
        return await OneRun(settings, own, application.schema, application.catalogue, wish).compute(lambda *_: None)
    finally:
        await own.close()
