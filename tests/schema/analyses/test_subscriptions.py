"""Waiting for jobs and for what is published, also when another server changes them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from graphql import ExecutionResult
from sqlalchemy import update

from schema.analyses import publishing, queue
from schema.changes.change import change
from schema.context import SYSTEM
from schema.jobs.models import JobRow, JobStatus
from tests.schema.analyses.people import House, catalogue_of, census, finished_run
from tests.schema.querying.asking import EVERYTHING

UPDATED = """subscription($id: ID!) { jobUpdated(id: $id) { id status progress { stage done } warnings
 ... on CensusRun { people resultDigest } } }"""
PUBLISHED = "subscription($kind: String) { analysisRunPublished(kind: $kind) { id published ... on CensusRun { people } } }"
RESULT: dict[str, Any] = {"digest": "dd", "summary": {"people": 5}, "metrics": [], "charts": [], "artifacts": [], "environment": {}}


class Bell:
    """A watch that wakes whoever waits when the test says so, and never by itself."""

    def __init__(self) -> None:
        self.waiting, self.rung = asyncio.Event(), asyncio.Event()

    def announce(self, job: int) -> None:
        self.rung.set()

    async def changed(self, job: int | None, within: float | None = None) -> None:
        self.waiting.set()
        await self.rung.wait()
        self.rung.clear()
        self.waiting.clear()


@pytest.fixture
def bell(people: House) -> Bell:
    people.watch = bell = Bell()
    return bell


@asynccontextmanager
async def subscribed(people: House, query: str, variables: dict[str, Any]) -> AsyncIterator[AsyncIterator[ExecutionResult]]:
    async with people.database.reader() as reader:
        events: Any = await people.schema.subscribe(query, variable_values=variables, context_value=people.context(reader))
        assert hasattr(events, "__anext__"), events
        yield events
        await events.aclose()


async def following(events: AsyncIterator[ExecutionResult]) -> Any:
    event = await asyncio.wait_for(anext(events), 5)
    assert event.errors is None
    return event.data


def ended(people: House, run: int) -> dict[str, Any]:
    done = partial(queue.succeed, run=run, worker="w1", result=RESULT)
    return change(people.database.engine, SYSTEM, "finish", lambda work: {"done": done(work)})


async def test_a_job_is_told_of_until_it_has_ended(people: House, bell: Bell) -> None:
    run = finished_run(people.database, status=JobStatus.RUNNING, worker="w1", finished_at=None, summary=None)
    async with subscribed(people, UPDATED, {"id": f"j_{run}"}) as events:
        first = (await following(events))["jobUpdated"]
        assert first == {"id": f"j_{run}", "status": "RUNNING", "progress": None, "warnings": [], "people": None, "resultDigest": None}
        with people.database.engine.begin() as connection:
            queue.note_progress(connection, run, "w1", "counting", 3, 5)
        bell.announce(run)
        assert (await following(events))["jobUpdated"]["progress"] == {"stage": "counting", "done": 3}
        assert ended(people, run) == {"done": True}
        bell.announce(run)
        last = (await following(events))["jobUpdated"]
        assert (last["status"], last["people"], last["resultDigest"]) == ("SUCCEEDED", 5, "dd")
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(events), 5)


async def test_what_does_not_show_is_not_told(people: House, bell: Bell) -> None:
    """A heartbeat wakes nobody's screen; states that came and went while nobody looked are one event."""
    run = finished_run(people.database, status=JobStatus.RUNNING, worker="w1", finished_at=None)
    async with subscribed(people, UPDATED, {"id": f"j_{run}"}) as events:
        await following(events)
        next_event = asyncio.ensure_future(following(events))
        await asyncio.wait_for(bell.waiting.wait(), 5)
        with people.database.engine.begin() as connection:
            queue.beat(connection, run, "w1")
        bell.announce(run)
        await asyncio.sleep(0.1)
        assert not next_event.done()
        for done in (1, 2, 3):
            with people.database.engine.begin() as connection:
                queue.note_progress(connection, run, "w1", "counting", done)
        bell.announce(run)
        assert (await next_event)["jobUpdated"]["progress"]["done"] == 3


async def test_changes_of_another_server_are_seen_within_seconds(people: House) -> None:
    """Nobody announces them here."""
    run = finished_run(people.database, status=JobStatus.RUNNING, worker="w1", finished_at=None)
    async with subscribed(people, UPDATED, {"id": f"j_{run}"}) as events:
        await following(events)
        with people.database.engine.begin() as connection:
            connection.execute(update(JobRow).where(JobRow.id == run).values(status=JobStatus.CANCELLED))
        assert (await following(events))["jobUpdated"]["status"] == "CANCELLED"


async def test_a_job_that_has_ended_is_told_of_once_and_one_that_is_not_there_never(people: House) -> None:
    run = finished_run(people.database)
    for id_, expected in ((f"j_{run}", ["SUCCEEDED"]), ("j_99999", [])):
        async with subscribed(people, UPDATED, {"id": id_}) as events:
            assert [event.data["jobUpdated"]["status"] async for event in events if event.data] == expected


async def test_ids_and_permissions(people: House) -> None:
    async with people.database.reader() as reader:
        for id_, allowed, code in (("c_1", EVERYTHING, "BAD_USER_INPUT"), ("j_1", EVERYTHING - {"jobs.read"}, "FORBIDDEN")):
            found: Any = await people.schema.subscribe(UPDATED, variable_values={"id": id_}, context_value=people.context(reader, allowed))
            event = await anext(found) if hasattr(found, "__anext__") else found
            assert [(error.extensions or {})["code"] for error in event.errors] == [code]


async def test_no_connection_is_held_while_waiting(people: House, bell: Bell) -> None:
    """There are fewer connections than there may be subscribers."""
    run = finished_run(people.database, status=JobStatus.RUNNING, worker="w1", finished_at=None)
    async with people.database.reader() as reader:
        context = people.context(reader)
        events: Any = await people.schema.subscribe(UPDATED, variable_values={"id": f"j_{run}"}, context_value=context)
        await following(events)
        waiting = asyncio.ensure_future(following(events))
        await asyncio.wait_for(bell.waiting.wait(), 5)
        assert reader._connection is None
        ended(people, run)
        bell.announce(run)
        await waiting
        await events.aclose()


async def test_what_is_published_from_now_on(people: House, bell: Bell) -> None:
    before = finished_run(people.database, publish=True)
    other = finished_run(people.database, kind="astrology", plugin="stars")
    run = finished_run(people.database)
    async with subscribed(people, PUBLISHED, {"kind": "census"}) as events, subscribed(people, PUBLISHED, {}) as all_events:
        waiting = [asyncio.ensure_future(following(one)) for one in (events, all_events)]
        await asyncio.wait_for(bell.waiting.wait(), 5)
        await asyncio.sleep(0.1)
        for number, kind in ((other, "astrology"), (run, "census")):
            catalogue = people.catalogue if kind == "census" else catalogue_of(census(name="astrology"))
            change(people.database.engine, SYSTEM, "publish", partial(publishing.publish, id_=f"j_{number}", catalogue=catalogue))
            bell.announce(number)
            await asyncio.sleep(0.1)
            bell.announce(number)
        assert (await waiting[0])["analysisRunPublished"] == {"id": f"j_{run}", "published": True, "people": 3}
        assert (await waiting[1])["analysisRunPublished"]["id"] == f"j_{other}"
        assert (await following(all_events))["analysisRunPublished"]["id"] == f"j_{run}"
    assert before != run
