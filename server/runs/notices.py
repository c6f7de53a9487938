"""What other processes do to jobs, as PostgreSQL tells it: a connection that listens, and passes every notice on to those who wait.

The notices come from triggers (migration 0007), so that nobody who changes a job, in whatever program, can forget to tell.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from schema.jobs.notices import CHANNEL
from server.database import Database
from server.runs.hub import Hub

if TYPE_CHECKING:
    import psycopg

LONGEST_PAUSE = 15.0  # seconds between two tries to listen again
ALIVE_EVERY = 10.0  # seconds of silence after which the connection is tried: a cut network says nothing


@asynccontextmanager
async def noticed(database: Database, hub: Hub) -> AsyncIterator[None]:
    """While the block lasts, `hub` hears of what others do. Other databases than PostgreSQL tell nobody: there it goes on looking."""
    listening = asyncio.create_task(_listen(database, hub)) if database.dialect == "postgresql" else None
    try:
        yield
    finally:
        if listening is not None:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


async def _listen(database: Database, hub: Hub) -> None:
    """For as long as it is wanted: a lost connection is made again, and what was missed is looked up by those who wait."""
    import psycopg

    pause = 1.0
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(database.address.conninfo, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                hub.told(of_everything=True)
                hub.wake_all()
                pause = 1.0
                await _pass_on(connection, hub)
        except (psycopg.Error, TimeoutError):
            logging.getLogger("guanxi").warning("the database no longer tells of jobs; looking every second, and trying again")
        finally:
            hub.told(of_everything=False)
        hub.wake_all()
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _pass_on(connection: "psycopg.AsyncConnection[tuple[object, ...]]", hub: Hub) -> None:
    """Until the connection is lost, which raises."""
    while True:
        async for notice in connection.notifies(timeout=ALIVE_EVERY):
            if notice.payload.isdecimal():
                hub.wake(int(notice.payload))
        async with asyncio.timeout(ALIVE_EVERY):
            await connection.execute("SELECT 1")
