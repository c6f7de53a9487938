"""Which runs are published, and which were computed from data that has been changed since: one statement for all runs of an answer."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, func, select

from schema.analyses.models import PublishedRunRow
from schema.changes.models import DataVersionRow
from schema.context import Context
from schema.jobs.models import JobRow
from schema.querying.databases import speech_of
from schema.querying.reading import Question, question
from schema.rows import text


@cache
def slots_of(dialect: str) -> Question:
    runs = PublishedRunRow.run_id.in_(speech_of(dialect).members("runs", BigInteger()))
    return question(select(PublishedRunRow.run_id, PublishedRunRow.slot).where(runs).order_by(PublishedRunRow.slot), dialect)


async def published_slots(context: Context, runs: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {run: [] for run in runs}
    for run, slot in await slots_of(context.dialect).ask(context, {"runs": runs}):
        found[run].append(slot)
    return found


async def published(context: Context, runs: Sequence[int]) -> dict[int, bool]:
    return {run: bool(slots) for run, slots in (await published_slots(context, runs)).items()}


@cache
def snapshots_of(dialect: str) -> Question:
    members = speech_of(dialect).members("runs", BigInteger())
    return question(select(JobRow.id, JobRow.snapshot).where(JobRow.id.in_(members)), dialect)


@cache
def newest_versions(dialect: str) -> Question:
    """The data version of each kind; each is the end of an index, found without reading the others."""
    kinds = speech_of(dialect).members("kinds", text()).subquery("kinds")
    newest = select(func.max(DataVersionRow.id)).where(DataVersionRow.kind == kinds.c.value).scalar_subquery()
    return question(select(kinds.c.value, newest), dialect)


async def stale(context: Context, runs: Sequence[int]) -> dict[int, bool]:
    """A run that has read nothing yet is not stale."""
    read = {run: (snapshot or {}).get("versions", {}) for run, snapshot in await snapshots_of(context.dialect).ask(context, {"runs": runs})}
    newest = await _newest(context, {kind for versions in read.values() for kind in versions})
    return {run: any(newest[kind] > version for kind, version in versions.items()) for run, versions in read.items()}


async def _newest(context: Context, kinds: set[str]) -> Mapping[str, int]:
    """Every part of an answer is compared with the same versions: they are asked for once."""
    known: dict[str, int] = context.loaders.setdefault("data versions", {})
    if unknown := sorted(kinds - known.keys()):
        found: list[tuple[Any, ...]] = await newest_versions(context.dialect).ask(context, {"kinds": unknown})
        known |= {kind: version or 0 for kind, version in found}
    return known
