"""A house with a small plugin, on both databases."""

import pytest

from server.database import Database
from tests.schema.analyses.people import House, house


@pytest.fixture
def people(database: Database) -> House:
    return house(database)
