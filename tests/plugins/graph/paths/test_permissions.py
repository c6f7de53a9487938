"""Who may ask for paths, and what they cost."""

import pytest

from plugins.manager import Choices, Plugins
from schema.compose import Schema
from server.application import compose_all
from server.database import Database
from tests.schema.querying.asking import EVERYTHING, Asker

PATH = '{ shortestPath(input: {fromId: "c_1", toId: "c_2"}) { found } viewer { language } }'


@pytest.fixture(scope="module")
def schema() -> Schema:
    return compose_all(Plugins(Choices()), "sqlite").schema


@pytest.mark.parametrize("lacking", ["customers.read", "relationships.read"])
async def test_both_customers_and_relationships_must_be_seen(sqlite_database: Database, schema: Schema, lacking: str) -> None:
    answer = await Asker(sqlite_database, schema).ask(PATH, allowed=EVERYTHING - {lacking})
    assert answer.refusals == [("FORBIDDEN", ["shortestPath"])]
    assert lacking in answer.errors[0].message
    assert answer.data == {"shortestPath": None, "viewer": {"language": "en"}}


def test_it_costs_as_much_as_a_computation(schema: Schema) -> None:
    assert "): CustomerPath @cost(weight: 30, " in schema.as_str()
