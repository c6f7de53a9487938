"""`asking`: a client of the real schema, on SQLite and on PostgreSQL."""

import pytest

from server.database import Database
from tests.schema.customers.asking import Asking


@pytest.fixture
def asking(database: Database) -> Asking:
    return Asking(database)
