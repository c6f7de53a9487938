"""A run whose results were removed answers nobody: whoever names it is told so, instead of finding nothing."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select

from schema.context import Context
from schema.errors import RequestError
from schema.ids import encode
from schema.jobs.models import JobRow, JobStatus
from schema.querying.databases import speech_of
from schema.querying.statement import Statement, finish


async def fetch(context: Context, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement. Raises RUN_EXPIRED when it is to answer from such a run; a statement that names no run costs nothing
    more."""
    given = statement.bind(values)
    for place in statement.runs:
        if given[place] is not None:
            await refuse_expired(context, given[place])
    return await context.reader.fetch(statement.sql, given)


async def refuse_expired(context: Context, run: int) -> None:
    """Asked once in a request of each run."""
    known: dict[int, bool] = context.loaders.setdefault("expired runs", {})
    if run not in known:
        look = looking(context.dialect)
        known[run] = bool(await context.reader.fetch(look.sql, look.bind({"run": run})))
    if known[run]:
        raise RequestError("RUN_EXPIRED", "run_expired", id=encode("j", run))


@cache
def looking(dialect: str) -> Statement:
    query = select(JobRow.id).where(JobRow.id == bindparam("run"), JobRow.status == JobStatus.EXPIRED)
    return finish(query, speech_of(dialect).dialect)
