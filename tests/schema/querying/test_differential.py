"""Whatever is asked, SQLite and PostgreSQL answer with the same bytes."""

from typing import Any

import pytest

from schema.compose import Schema
from tests.conftest import opened
from tests.schema.querying.asking import Asker
from tests.schema.querying.queries import ALL, WHOLE, Q


@pytest.mark.parametrize(("queries", "language", "currency"), [(ALL, "en", "GBP"), (WHOLE, "zh", "CNY")])
async def test_both_databases_answer_the_same(askers: dict[str, Asker], queries: list[Q], language: str, currency: str) -> None:
    for query, variables in queries:
        sqlite = await askers["sqlite"].ask(query, variables, language=language, currency=currency)
        postgres = await askers["postgresql"].ask(query, variables, language=language, currency=currency)
        assert sqlite.errors == [], (query, variables)
        assert sqlite.bytes() == postgres.bytes(), (query, variables)


@pytest.mark.mariadb
@pytest.mark.parametrize(("queries", "language", "currency"), [(ALL, "en", "GBP"), (WHOLE, "zh", "CNY")])
async def test_mariadb_answers_the_same(askers: dict[str, Asker], mariadb_world_url: str, schemas: dict[str, Schema], queries: list[Q],
                                        language: str, currency: str) -> None:
    async with opened(mariadb_world_url) as database:
        mariadb = Asker(database, schemas["mariadb"])
        for query, variables in queries:
            sqlite = await askers["sqlite"].ask(query, variables, language=language, currency=currency)
            assert sqlite.bytes() == (await mariadb.ask(query, variables, language=language, currency=currency)).bytes(), (query, variables)


def asked_for(value: Any) -> int:
    """How many values an answer holds that are neither null nor empty nor 0."""
    if isinstance(value, dict | list):
        return sum(map(asked_for, value.values() if isinstance(value, dict) else value))
    return bool(value)


async def test_the_queries_find_something(askers: dict[str, Asker]) -> None:
    empty = [(query, variables) for query, variables in ALL if not asked_for(await askers["sqlite"].data(query, variables))]
    assert [variables for _, variables in empty] == [
        {}, {"id": "c_999999"}, {"id": "at_1"}, {"r": {"email": "nobody@example.test"}}, {"w": {"id": {"in": []}}}]
