"""A signed-in client of the sample application."""

from collections.abc import AsyncIterator

import httpx
import pytest

from server.database import Database
from tests.server.sample import add_token, serving


@pytest.fixture
async def client(sqlite_database: Database) -> AsyncIterator[httpx.AsyncClient]:
    _, token = add_token(sqlite_database)
    async with serving(sqlite_database) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
