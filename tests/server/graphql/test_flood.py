"""A client who never sends the same document twice, and one whose variables make a known document dear."""

import httpx
import pytest

from schema.compose import Schema
from schema.querying import operations
from schema.roots import core
from server.database import Database
from server.graphql import documents
from tests.server.sample import add_token, serving

DOCUMENTS = 600  # more than are kept


@pytest.mark.one_road
async def test_distinct_documents_leave_a_bounded_rest(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = made(monkeypatch)
    schema = Schema(core(), "sqlite")
    async with serving(sqlite_database, schema) as client:
        sign_in(client, sqlite_database)
        for number in range(DOCUMENTS):
            answer = await client.post("/graphql", json={"query": f"{{ a{number}: serviceLevels {{ id key name }} }}"})
            assert "errors" not in answer.json()
    found, = kept
    assert len(found._kept) == documents.KEPT < DOCUMENTS
    assert found._tokens == sum(tokens for _, tokens in found._kept.values()) <= documents.KEPT_TOKENS
    planned = schema.roads.operations
    assert len(planned.kept) == operations.KEPT_OPERATIONS < DOCUMENTS
    assert planned._characters == sum(len(text) for text, _ in planned.kept)
    assert all(len(one.plans) == 1 for one in planned.kept.values())


async def test_long_documents_leave_no_more(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "KEPT_CHARACTERS", 20_000)
    schema = Schema(core(), "sqlite")
    async with serving(sqlite_database, schema) as client:
        sign_in(client, sqlite_database)
        for number in range(12):
            fields = " ".join(f"a{number}x{i}: key" for i in range(20))
            answer = await client.post("/graphql", json={"query": f"{{ serviceLevels {{ {fields} }} }}{'#' * 4_000}\n"})
            assert "errors" not in answer.json()
    assert 0 < len(schema.roads.operations.kept) < 6
    assert schema.roads.operations._characters <= 20_000


async def test_what_the_variables_cost_is_looked_at_each_time(sqlite_database: Database) -> None:
    query = "query($n: Int!) { customers(first: $n) { nodes { relationships(first: $n) { nodes { id kind { key } } } } } }"
    async with serving(sqlite_database, Schema(core(), "sqlite")) as client:
        sign_in(client, sqlite_database)
        for size, codes in ((5, []), (1000, ["COST_EXCEEDED"]), (5, []), (1000, ["COST_EXCEEDED"])):
            answer = (await client.post("/graphql", json={"query": query, "variables": {"n": size}})).json()
            assert [error["extensions"]["code"] for error in answer.get("errors", [])] == codes


def made(monkeypatch: pytest.MonkeyPatch) -> list[documents.Documents]:
    """The stores of documents that are made from now on."""
    found: list[documents.Documents] = []
    begin = documents.Documents.__init__

    def beginning(self: documents.Documents, *given: object) -> None:
        begin(self, *given)  # type: ignore[arg-type]  # whatever it is given
        found.append(self)

    monkeypatch.setattr(documents.Documents, "__init__", beginning)
    return found


def sign_in(client: httpx.AsyncClient, database: Database) -> None:
    client.headers["Authorization"] = f"Bearer {add_token(database)[1]}"
