"""Root fields about analyses, their runs, and the plugins that bring them."""

import strawberry
from sqlalchemy import ColumnElement, FromClause

from schema.analyses.kinds import AnalysisKind
from schema.analyses.plugins import Plugin, shown
from schema.analyses.types import AnalysisRunConnection
from schema.context import Context
from schema.jobs.models import JobRow
from schema.querying.answering import raw
from schema.querying.declare import many


def is_run(row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.plugin.is_not(None)
    return found


async def kinds(context: Context) -> list[AnalysisKind]:
    return [AnalysisKind(key=name) for name in sorted(context.catalogue.analyses)]


async def plugins(context: Context) -> list[Plugin]:
    return [shown(one) for one in context.catalogue.plugins]


@strawberry.type
class AnalysisQueries:
    analysis_runs: AnalysisRunConnection | None = many(None, "Runs of analyses, newest first.", within=is_run,
                                                       default_order=[(JobRow.created_at, True)])
    analysis_kinds: list[AnalysisKind] | None = raw(kinds, "What can be computed here.", requires=["jobs.read"])
    plugins: list[Plugin] | None = raw(plugins, "The plugins that were found, in the order they are asked, and how they stand.",
                                       requires=["plugins.read"])
