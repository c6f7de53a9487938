"""Reading and writing on both databases, and what stays true while it happens."""

import asyncio
import datetime
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import psycopg
import pymysql
import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from schema.changes.change import Change
from schema.commerce.models import ProductRow
from schema.context import SYSTEM
from schema.errors import Refused, RequestError
from server import migrations
from server.database import Database, open_database
from server.database.database import SERVER_READERS, SQLITE_READERS
from tests.databases import counted

NAMES = ["b", "B", "a", "Ä", "ä", "王伟", "李娜", "Z", "é", "_", " a", "-", "😀", "ﬀ", "ab", "aB", "A"]
FOREVER = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
    "mariadb": "SELECT count(*) FROM seq_1_to_1000000000 AS one, seq_1_to_1000000000 AS other",
}
OTHERS = "datname = current_database() AND pid <> pg_backend_pid()"


def add_products(*names: str) -> Any:
    def perform(work: Change) -> dict[str, Any]:
        work.session.add_all(ProductRow(sku=name, name=name) for name in names)
        return {"created": len(names)}

    return perform


async def add(database: Database, *names: str) -> None:
    await database.writer.change(SYSTEM, "productsAdd", add_products(*names))


COUNT = "SELECT count(*) FROM products"


async def test_a_reader_reads(database: Database) -> None:
    sql = database.marked('SELECT "key", name_zh FROM roles WHERE id > ? AND "key" = ?')
    async with database.reader() as reader:
        assert await reader.fetch(sql, (0, "admin")) == [("admin", "管理员")]
        assert await reader.fetch("SELECT 1 WHERE 1 = 0", ()) == []


async def test_a_reader_sees_one_moment_until_it_is_renewed(database: Database) -> None:
    async with database.reader() as reader:
        assert await reader.fetch(COUNT, ()) == [(0,)]
        await add(database, "tea")
        assert await reader.fetch(COUNT, ()) == [(0,)]
        await reader.renew()
        assert await reader.fetch(COUNT, ()) == [(1,)]


async def test_a_reader_that_reads_nothing_takes_no_connection(database: Database) -> None:
    async with database.reader() as reader:
        await reader.renew()
    assert database._readers._idle == []


async def test_a_reader_cannot_write(database: Database) -> None:
    async with database.reader() as reader:
        with pytest.raises((sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction, pymysql.err.OperationalError)):
            await reader.fetch("DELETE FROM roles", ())
    async with database.reader() as reader:
        assert await reader.fetch("SELECT count(*) FROM roles", ()) == [(4,)]


async def test_a_wrong_statement_is_the_drivers_error(database: Database) -> None:
    async with database.reader() as reader:
        with pytest.raises((sqlite3.OperationalError, psycopg.errors.UndefinedColumn, pymysql.err.OperationalError)):
            await reader.fetch("SELECT no_such_column FROM roles", ())


async def test_statements_at_the_same_time_take_turns(database: Database) -> None:
    async with database.reader() as reader:
        answers = await asyncio.gather(*(reader.fetch(f"SELECT {n}", ()) for n in range(20)))
    assert answers == [[(n,)] for n in range(20)]


async def test_more_readers_than_connections_wait(database: Database) -> None:
    most = SQLITE_READERS if database.dialect == "sqlite" else SERVER_READERS
    at_once = most_at_once = 0

    async def read() -> None:
        nonlocal at_once, most_at_once
        async with database.reader() as reader:
            await reader.fetch(COUNT, ())
            at_once += 1
            most_at_once = max(most_at_once, at_once)
            await asyncio.sleep(0.2)  # longer than all connections together take to be made
            at_once -= 1

    await asyncio.gather(*(read() for _ in range(3 * most)))
    assert most_at_once == most


async def test_names_sort_by_their_bytes(database: Database) -> None:
    await add(database, *NAMES)
    async with database.reader() as reader:
        found = await reader.fetch("SELECT name FROM products ORDER BY name", ())
    assert [name for name, in found] == sorted(NAMES, key=str.encode)


async def test_postgresql_gives_whole_numbers_moments_in_utc_and_python_objects(postgres_database: Database) -> None:
    async with postgres_database.reader() as reader:
        number, moment, json = (await reader.fetch("SELECT 9007199254740993::bigint, '2011-12-09 12:50:00+08'::timestamptz, permissions "
                                                   "FROM roles WHERE key = 'reader'", ()))[0]
    assert (number, moment.utcoffset(), json[0]) == (9007199254740993, datetime.timedelta(0), "customers.read")
    assert moment == datetime.datetime(2011, 12, 9, 4, 50, tzinfo=datetime.UTC)


async def test_the_event_loop_runs_on_while_a_statement_runs(sqlite_database: Database) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) FROM n"
    async with sqlite_database.reader() as reader:
        started = time.monotonic()
        running = asyncio.create_task(reader.fetch(slow, ()))
        longest = ticks = 0.0
        while not running.done():
            before = time.monotonic()
            await asyncio.sleep(0.001)
            longest, ticks = max(longest, time.monotonic() - before), ticks + 1
        assert await running == [(3000000,)]
    assert ticks > 20
    assert longest < (time.monotonic() - started) / 4


@asynccontextmanager
async def by_asyncio() -> AsyncIterator[None]:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            yield


@asynccontextmanager
async def by_anyio() -> AsyncIterator[None]:
    """Cancels over and over, as Starlette's task groups do."""
    with anyio.move_on_after(0.05) as scope:
        yield
    assert scope.cancelled_caught


@pytest.mark.parametrize("cancelled", [by_asyncio, by_anyio])
async def test_a_cancelled_statement_is_stopped_and_its_connection_is_clean(database: Database, cancelled: Any) -> None:
    for _ in range(12):  # more often than there are connections
        async with cancelled(), database.reader() as reader:
            await reader.fetch(FOREVER[database.dialect], ())
    async with asyncio.timeout(5):
        await asyncio.gather(*database._readers._ending)
        async with database.reader() as reader:
            assert await reader.fetch(COUNT, ()) == [(0,)]
    if database.dialect == "postgresql":
        async with asyncio.timeout(5), database.reader() as reader:
            while await reader.fetch(f"SELECT query FROM pg_stat_activity WHERE {OTHERS} AND state = 'active'", ()):
                await asyncio.sleep(0.05)
                await reader.renew()


async def test_a_statement_cancelled_before_it_begins_never_runs(sqlite_database: Database) -> None:
    async with sqlite_database.reader() as reader:
        await reader.fetch(COUNT, ())
        running = asyncio.create_task(reader.fetch(FOREVER["sqlite"], ()))
        await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    async with asyncio.timeout(5):
        await sqlite_database.close()


async def test_a_connection_that_died_while_idle_is_replaced(postgres_database: Database) -> None:
    async with postgres_database.reader() as reader:
        await reader.fetch(COUNT, ())
    await asyncio.gather(*postgres_database._readers._ending)
    terminate_others(postgres_database)
    async with postgres_database.reader() as reader:
        assert await reader.fetch(COUNT, ()) == [(0,)]


async def test_a_connection_that_dies_within_an_answer_ends_the_answer(postgres_database: Database) -> None:
    async with postgres_database.reader() as reader:
        await reader.fetch(COUNT, ())
        terminate_others(postgres_database)
        with pytest.raises(RequestError) as caught:
            await reader.fetch(COUNT, ())
        assert caught.value.extensions == {"code": "UNAVAILABLE"}
    async with postgres_database.reader() as reader:
        assert await reader.fetch(COUNT, ()) == [(0,)]


def terminate_others(database: Database) -> None:
    with psycopg.connect(database.address.conninfo, autocommit=True) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHERS}")


async def test_changes_at_the_same_time_all_happen(database: Database) -> None:
    await asyncio.gather(*(add(database, f"tea {n}") for n in range(30)))
    async with database.reader() as reader:
        assert await reader.fetch(COUNT, ()) == [(30,)]


async def test_a_refused_change_is_told(database: Database) -> None:
    await add(database, "tea")

    def perform(work: Change) -> dict[str, Any]:
        raise Refused

    with pytest.raises(Refused):
        await database.writer.change(SYSTEM, "productsAdd", perform)


@pytest.fixture
def impatient(sqlite_database: Database) -> Database:
    """Waits 50 ms for a lock instead of 10 s."""
    sqlite_database.engine.dispose()
    event.listen(sqlite_database.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 50"))
    return sqlite_database


async def test_a_locked_file_is_unavailable_for_writers_and_open_to_readers(impatient: Database) -> None:
    other = sqlite3.connect(impatient.address.path or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RequestError) as caught:
        await add(impatient, "tea")
    assert caught.value.extensions == {"code": "UNAVAILABLE"}
    async with impatient.reader() as reader:
        assert await reader.fetch(COUNT, ()) == [(0,)]
    other.close()
    await add(impatient, "tea")


async def test_a_deadlock_is_a_conflict(postgres_database: Database) -> None:
    await add(postgres_database, "tea", "coffee")
    both_hold_one = asyncio.Barrier(2)
    loop = asyncio.get_running_loop()

    def crosswise(first: str, second: str) -> Any:
        def perform(work: Change) -> dict[str, Any]:
            connection = work.session.connection()
            connection.exec_driver_sql(f"UPDATE products SET name = 'x' WHERE sku = '{first}'")
            asyncio.run_coroutine_threadsafe(both_hold_one.wait(), loop).result()
            connection.exec_driver_sql(f"UPDATE products SET name = 'x' WHERE sku = '{second}'")
            return {}

        return perform

    changes = (postgres_database.writer.change(SYSTEM, "x", crosswise(*order)) for order in (("tea", "coffee"), ("coffee", "tea")))
    answers = await asyncio.gather(*changes, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "dict"]


async def test_references_are_kept(database: Database) -> None:
    with pytest.raises(DBAPIError), database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO customer_tags (customer_id, name) VALUES (404, 'vip')")


async def test_sqlite_keeps_what_it_acknowledged(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        settings = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_statements_are_counted(database: Database) -> None:
    with counted(database) as count:
        async with database.reader() as reader:
            await reader.fetch(COUNT, ())
        with database.engine.begin() as connection:
            connection.exec_driver_sql(COUNT)
    assert (count.reads, count.writes) == ([COUNT], [COUNT])


async def test_readiness_tells_what_is_missing(database: Database) -> None:
    assert await database.ready() is None
    migrations.downgrade(database, "0001")
    assert "`guanxi migrate`" in str(await database.ready())
    migrations.downgrade(database, "base")
    assert "`guanxi migrate`" in str(await database.ready())


async def test_a_file_is_made_when_it_is_missing(tmp_path: Any) -> None:
    database = open_database(f"sqlite:///{tmp_path}/new.db")
    assert "`guanxi migrate`" in str(await database.ready())
    await database.close()
