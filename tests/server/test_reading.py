"""What readers rely on beyond single statements: transactions that cost nothing, statements that stay prepared, and their ends."""

import asyncio
import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from schema.errors import RequestError
from server.database import Database, postgres_reading
from tests.server.test_database import COUNT, FOREVER, OTHERS, add, by_anyio, by_asyncio

STATES = f"SELECT state, xact_start FROM pg_stat_activity WHERE {OTHERS} AND application_name = 'guanxi'"


def command(database: Database, sql: str) -> list[tuple[Any, ...]]:
    """By another connection."""
    with psycopg.connect(database.address.conninfo, autocommit=True, application_name="other") as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


async def until(holds: Callable[[], Any]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not happen within 5 s")


async def test_a_single_statement_holds_no_connection_and_no_moment(database: Database) -> None:
    async with database.reader() as reader:
        reader.single()
        assert await reader.fetch(COUNT, ()) == [(0,)]
        assert len(database._readers._idle) == 1
        await add(database, "tea")
        assert await reader.fetch(COUNT, ()) == [(1,)]


async def test_a_renewed_reader_sees_one_moment_again(database: Database) -> None:
    async with database.reader() as reader:
        reader.single()
        await reader.renew()
        assert await reader.fetch(COUNT, ()) == [(0,)]
        await add(database, "tea")
        assert await reader.fetch(COUNT, ()) == [(0,)]


async def test_single_statements_at_the_same_time_take_turns(database: Database) -> None:
    async with database.reader() as reader:
        reader.single()
        assert await asyncio.gather(*(reader.fetch(f"SELECT {n}", ()) for n in range(20))) == [[(n,)] for n in range(20)]


@pytest.mark.parametrize("cancelled", [by_asyncio, by_anyio])
async def test_a_cancelled_single_statement_is_stopped(database: Database, cancelled: Any) -> None:
    for _ in range(12):  # more often than there are connections
        async with cancelled(), database.reader() as reader:
            reader.single()
            await reader.fetch(FOREVER[database.dialect], ())
    async with asyncio.timeout(5):
        await asyncio.gather(*database._readers._ending)
        async with database.reader() as reader:
            assert await reader.fetch(COUNT, ()) == [(0,)]
    if database.dialect == "postgresql":
        assert {state for state, _ in command(database, STATES)} == {"idle"}


async def test_what_follows_a_cancelled_statement_in_its_transaction_is_skipped(postgres_database: Database) -> None:
    async with postgres_database.reader() as reader:
        async with by_asyncio():
            await reader.fetch(FOREVER["postgresql"], ())
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            await reader.fetch(COUNT, ())
        await reader.renew()
        assert await reader.fetch(COUNT, ()) == [(0,)]


async def test_what_follows_a_wrong_statement_in_its_transaction_is_skipped(postgres_database: Database) -> None:
    async with postgres_database.reader() as reader:
        for wrong in ("SELECT no_such_column FROM roles", "SELECT 1 / (count(*) - 4) FROM roles"):  # while preparing, while running
            await reader.fetch(COUNT, ())
            with pytest.raises(psycopg.Error):
                await reader.fetch(wrong, ())
            with pytest.raises(psycopg.errors.InFailedSqlTransaction):
                await reader.fetch(COUNT, ())
            await reader.renew()
        assert await reader.fetch(COUNT, ()) == [(0,)]
    assert len(postgres_database._readers._idle) == 1


async def test_no_transaction_outlives_its_reader(postgres_database: Database) -> None:
    async with postgres_database.reader() as reader:
        await reader.fetch(COUNT, ())
        assert [began for _, began in command(postgres_database, STATES)].count(None) == 1  # that of the writer
    await until(lambda: set(command(postgres_database, STATES)) == {("idle", None)})


async def test_a_statement_cannot_begin_a_transaction_for_those_that_follow(postgres_database: Database) -> None:
    async with postgres_database.reader() as reader:
        await reader.fetch("BEGIN", ())
    connection: Any = postgres_database._readers._idle[0]
    await until(lambda: connection._pipeline.lost)
    async with postgres_database.reader() as reader:
        assert await reader.fetch(COUNT, ()) == [(0,)]


async def test_values_come_back_as_they_were_given(postgres_database: Database) -> None:
    given = {"bigint": 2**62, "text": "王伟 'x' %s $1 \\", "bytea": bytes(range(256)), "boolean": False, "float8": 0.1 + 0.2,
             "numeric": Decimal("12.50"), "date": datetime.date(2024, 2, 29), "bigint[]": [3, -1, 2**40],
             "timestamptz": datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=datetime.UTC), "text[]": ["a,b", '"', "", "NULL"]}
    async with postgres_database.reader() as reader:
        for type_, value in given.items():
            sql = f"SELECT $1::{type_}, NULL::{type_}"
            assert await reader.fetch(sql, (value,)) == [(value, None)]
            assert await reader.fetch(sql, (None,)) == [(None, None)]
        assert await reader.fetch("SELECT cardinality($1::bigint[])", ([],)) == [(0,)]


async def test_parameters_larger_than_the_sockets_buffers_are_sent(postgres_database: Database) -> None:
    many = list(range(10**6))
    async with asyncio.timeout(20), postgres_database.reader() as reader:
        assert await reader.fetch("SELECT count(*), max(n) FROM unnest($1::bigint[]) AS n", (many,)) == [(10**6, 10**6 - 1)]
        found = await reader.fetch("SELECT n, repeat('x', 100) FROM unnest($1::bigint[]) AS n ORDER BY n", (many[:100_000],))
    assert [number for number, _ in found] == many[:100_000]


@pytest.fixture
def forgetful(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(postgres_reading, "PREPARED", 3)
    return postgres_database


async def test_no_more_statements_stay_prepared_than_are_kept(forgetful: Database) -> None:
    async with forgetful.reader() as reader:
        for n in range(20):
            assert await reader.fetch(f"SELECT {n % 7}", ()) == [(n % 7,)]
        assert await reader.fetch("SELECT count(*) FROM pg_prepared_statements", ()) == [(3,)]


EVERYTHING = "SELECT * FROM changing"


@pytest.mark.parametrize("change", ["ADD more text", "ALTER id TYPE text", "DROP name"])
async def test_a_migration_while_serving_is_noticed(postgres_database: Database, change: str) -> None:
    command(postgres_database, "CREATE TABLE changing (id int, name text)")
    command(postgres_database, "INSERT INTO changing VALUES (1, 'tea')")
    async with postgres_database.reader() as first, postgres_database.reader() as second:
        for reader in (first, second):  # two connections know the statement
            assert await reader.fetch(EVERYTHING, ()) == [(1, "tea")]
    command(postgres_database, f"ALTER TABLE changing {change}")
    expected = command(postgres_database, EVERYTHING)
    for single in (True, False):
        async with postgres_database.reader() as first, postgres_database.reader() as second:
            for reader in (first, second):
                if single:
                    reader.single()
                assert await reader.fetch(EVERYTHING, ()) == expected


async def test_a_migration_within_an_answer_ends_the_answer(postgres_database: Database) -> None:
    command(postgres_database, "CREATE TABLE changing (id int)")
    async with postgres_database.reader() as reader:
        await reader.fetch(EVERYTHING, ())
        await reader.renew()
        await reader.fetch(COUNT, ())
        command(postgres_database, "ALTER TABLE changing ALTER id TYPE text")
        with pytest.raises(RequestError) as caught:
            await reader.fetch(EVERYTHING, ())
        assert caught.value.extensions == {"code": "UNAVAILABLE"}
    async with postgres_database.reader() as reader:
        assert await reader.fetch(EVERYTHING, ()) == []
