"""Scores for the demo: what each analysis that ships finds in it, computed as any run is and published."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select

from schema import ids
from schema.jobs.models import JobRow, JobStatus
from schema.staff.models import DepartmentRow
from server.database import Database
from server.demo.staff import DEPARTMENTS
from server.demo.surveys import evaluation
from server.runs.asking import Unanswered
from server.runs.following import Following, Wish
from server.runs.hub import Hub

if TYPE_CHECKING:
    from server.application import Application
    from server.settings import Settings

Report = Callable[[str], None]
MEASURED = "  The demo is measured."


@dataclass(frozen=True)
class Measurement:
    """A run, and what is said of it: `told` has names of its fields, which are numbers. `found` gives parameters that only the database
    knows, such as ids."""

    analysis: str
    parameters: Mapping[str, Any]
    told: str
    found: Callable[[Database], Mapping[str, Any]] = lambda _: {}

    def wish(self, database: Database) -> Wish:
        return Wish(self.analysis, {"label": "Demo", **self.parameters, **self.found(database)}, publish=True)


# Every relationship counts once: weights that staff noted and weights that were derived are of different kinds. So there is no strength.
METRICS = ("DEGREE", "PAGE_RANK", "HITS", "BETWEENNESS", "CLOSENESS", "CORE", "CLUSTERING", "COMPONENT", "COMMUNITY", "NEIGHBOUR_MEANS",
           "BALANCE", "RISK_EXPOSURE")
NO_GOODS = ("POST", "DOT", "C2", "M", "D", "BANK CHARGES", "AMAZONFEE")
NOTED = ("competes", "conflict", "employs", "family", "knows", "parent_company", "partner", "refers", "supplies")
BUYING = ("behaviour.daysSincePurchase", "behaviour.purchaseCount", "behaviour.purchaseTotal")
MEASUREMENTS = (
    Measurement("graphMetrics", {"metrics": list(METRICS), "graph": {"useWeights": False}, "seed": 1},
                "{nodeCount:,} customers measured, {communityCount:,} communities of them found"),
    Measurement("potentialPartners", {"seed": 1}, "{pairCount:,} proposals of partners for {customerCount:,} customers"),
    Measurement("ruleMining", {"minimumSupport": 0.015, "minimumConfidence": 0.3, "minimumLift": 1.5, "maxPValue": 0.01,
                               "pruneRedundant": True},
                "{ruleCount:,} rules of what is bought together, out of {basketCount:,} baskets"),
    # Postage and the like are no goods. Ties that were derived from purchases would tell the same twice.
    Measurement("recommendation", {"leaveOutSkus": list(NO_GOODS), "relations": {"kinds": list(NOTED)}},
                "{productCount:,} recommendations of products, {customerCount:,} of customers"),
    Measurement("segmentation", {"seed": 1, "features": list(BUYING), "window": {"to": "2011-12-10T00:00:00Z"}, "scaling": "LOG",
                                 "algorithm": {"kMeans": {"kRange": [3, 8]}}},
                "{memberCount:,} customers in {clusterCount:,} clusters of alike buyers"),
    Measurement("rfm", {}, "{scoredCount:,} customers scored by what they bought; {unscoredCount:,} bought nothing"),
    Measurement("lifetimeValue", {"purchaseModel": "MBG_NBD"}, "{scoredCount:,} lifetime values and churn risks"),
    Measurement("propensity", {"seed": 1}, "{scoredCount:,} probabilities of buying within {windowDays} days"),
    Measurement("nextPurchase", {"seed": 1}, "{datedCount:,} dates of next purchases"),
    Measurement("forecast", {"grain": "DAY", "seed": 1}, "{horizon:,} days of sales forecast"),
    Measurement("satisfaction", {}, "{responses:,} responses to a survey evaluated, of {customerCount:,} customers", evaluation),
)


async def measure(settings: "Settings", database: Database, application: "Application", report: Report) -> None:
    """Once for a database that holds the demo, by the server that is at work on it. What stands in the way of one is told, and the others
    are done."""
    missing = [one for one in MEASUREMENTS if await asyncio.to_thread(is_wanted, database, one.analysis)]
    if not missing:
        return
    report("Measuring the demo beside serving it; scores appear one after the other.")
    problems: list[str] = []
    for one in missing:
        problems += list(hindrances(application, one.analysis)) or await ask_for(settings, database, application, one, report)
    report(f"  The demo lacks scores. {' '.join(dict.fromkeys(problems))}" if problems else MEASURED)


def is_wanted(database: Database, analysis: str) -> bool:
    ours = exists().where(DepartmentRow.key == DEPARTMENTS[0][0])
    done = exists().where(JobRow.kind == analysis, JobRow.status == JobStatus.SUCCEEDED)
    with database.engine.connect() as connection:
        return bool(connection.scalar(select(ours & ~done)))


def hindrances(application: "Application", analysis: str) -> Iterator[str]:
    owner = application.catalogue.owners.get(analysis)
    if owner is None:
        yield f"The plugin that brings {analysis} does not serve: “guanxi plugins list” says why."
    else:
        yield from (problem.text for problem in application.plugins.check(owner))


async def ask_for(settings: "Settings", database: Database, application: "Application", wanted: Measurement, report: Report) -> list[str]:
    """Why it did not succeed; empty when it did. A run that an earlier start left in the queue is followed instead of a new one."""
    wish = await asyncio.to_thread(wanted.wish, database)
    following = Following(settings, database, application.schema, application.catalogue, wish, Hub())
    try:
        run = await asyncio.to_thread(left_over, database, wanted.analysis) or (await following.start())["run"]["id"]
        await following.follow(run, lambda *_: None)
        outcome = await following.outcome(run)
    except Unanswered as refused:
        return [str(refused)]
    if not outcome.problems:
        report(f"  {wanted.told.format_map(outcome.shown)}")
    return outcome.problems


def left_over(database: Database, analysis: str) -> str | None:
    waiting = select(JobRow.id).where(JobRow.kind == analysis, JobRow.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
    with database.engine.connect() as connection:
        number = connection.scalar(waiting.order_by(JobRow.id).limit(1))
    return None if number is None else ids.encode("j", number)
