"""The databases' own word on how they answer: by the keys and indexes that were made for it, without sorting whole tables."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from schema.compose import Schema
from server.database import Database, open_database
from server.database.readers import PooledReader
from tests.conftest import opened
from tests.databases import Postgres, copied_sqlite
from tests.roads import one_road
from tests.schema.querying.asking import Asker

# Enough rows for a planner to prefer an index: 5,000 customers, 15,000 relationships, 50,000 transactions.
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
FILLING = (
    (5_000, """INSERT INTO customers (id, kind, name, search_name, revision, created_at, updated_at)
     SELECT i, 'PERSON', '王伟 ' || i, '王伟 ' || i, 1, {moment}, {moment} FROM n"""),
    (5_000, """INSERT INTO name_grams (gram, customer_id)
     SELECT CASE WHEN i % 500 = 0 THEN '王伟' ELSE '李' || i END, i FROM n"""),
    (15_000, """INSERT INTO relationships
     (id, from_id, to_id, kind_id, directed, sign, weight, revision, origin, recorded_at)
     SELECT i, 1 + i % 2499, 2500 + i % 2498, 1, {true}, 'POSITIVE', i % 100, 1, 'MANUAL', {moment} FROM n"""),
    (15_000, """INSERT INTO relationship_ends (customer_id, relationship_id, other_id, direction)
     SELECT 1 + i % 2499, i, 2500 + i % 2498, 'OUT' FROM n"""),
    (50_000, """INSERT INTO transactions
     (id, kind, customer_id, occurred_at, total_amount, total_currency, source, external_id)
     SELECT i, 'PURCHASE', 1 + i % 2499, {moment}, i, 'GBP', 'shop', CAST(i AS VARCHAR) FROM n"""),
)


def fill(database: Database) -> None:
    sqlite = database.dialect == "sqlite"
    moment = "strftime('%Y-%m-%dT%H:%M:00+00:00', '2024-01-01', i || ' minutes')"
    if not sqlite:
        moment = "'2024-01-01'::timestamptz + i * interval '1 minute'"
    with database.engine.begin() as connection:
        for count, insertion in FILLING:
            insert, select = insertion.split("SELECT", 1)
            sql = f"{insert} {NUMBERS.format(count=count)} SELECT {select}".format(moment=moment, true="1" if sqlite else "true")
            connection.exec_driver_sql(sql.replace("%", "%%") if not sqlite else sql)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if sqlite else "VACUUM ANALYZE")


@pytest.fixture(scope="module")
def large_urls(postgres: Postgres, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    urls = {"sqlite": copied_sqlite(sqlite_template, tmp_path_factory.mktemp("large")), "postgresql": postgres.create()}
    for url in urls.values():
        database = open_database(url)
        fill(database)
        database.engine.dispose()
    yield urls
    postgres.drop(urls["postgresql"])


@pytest.fixture(params=["sqlite", "postgresql"])
async def large(request: pytest.FixtureRequest, large_urls: dict[str, str], schemas: dict[str, Schema],
                anyio_backend: str) -> AsyncIterator[Asker]:
    async with opened(large_urls[request.param]) as database:
        yield Asker(database, schemas[request.param])


async def plans(asker: Asker, query: str, variables: dict[str, Any] | None = None) -> list[str]:
    """The plan of each statement that the query sends."""
    sent: list[tuple[str, Any]] = []
    fetch = PooledReader.fetch

    async def keeping(reader: PooledReader, sql: str, parameters: Any) -> Any:
        sent.append((sql, parameters))
        return await fetch(reader, sql, parameters)

    with pytest.MonkeyPatch.context() as patch, one_road():
        patch.setattr(PooledReader, "fetch", keeping)
        await asker.data(query, variables)
    explain = "EXPLAIN QUERY PLAN " if asker.database.dialect == "sqlite" else "EXPLAIN "
    async with asker.database.reader() as reader:
        return ["\n".join(str(row[-1]) for row in await reader.fetch(explain + sql, parameters)) for sql, parameters in sent]


async def check(asker: Asker, query: str, variables: dict[str, Any] | None, statement: int, lite: str, server: str) -> None:
    """The statement is answered by what is named, and no table is read or sorted as a whole."""
    plan = (await plans(asker, query, variables))[statement]
    chosen = plan.partition("SCAN p\n")[0]  # SQLite sorts the page once more after joining to it
    assert (lite if asker.database.dialect == "sqlite" else server) in chosen, plan
    assert "Seq Scan" not in plan
    assert "SCAN t\n" not in plan


LISTS = [
    ("{ customers { nodes { id } } }", "SCAN t USING COVERING INDEX ix_customers_name_id", "Index Only Scan using ix_customers_name_id"),
    ("{ customers(orderBy: [{name: DESC}]) { nodes { id } } }", "SCAN t USING COVERING INDEX ix_customers_name_id",
     "Index Only Scan Backward using ix_customers_name_id"),
    ("{ customers(last: 3) { nodes { id } } }", "SCAN t USING COVERING INDEX ix_customers_name_id",
     "Index Only Scan Backward using ix_customers_name_id"),
    ("{ customers(orderBy: [{updatedAt: DESC}]) { nodes { id } } }", "ix_customers_updated_at_id",
     "Backward using ix_customers_updated_at_id"),
    ("{ transactions { nodes { id } } }", "ix_transactions_occurred_at_id", "Backward using ix_transactions_occurred_at_id"),
    ("{ relationships(orderBy: [{weight: DESC}]) { nodes { id } } }", "ix_relationships_weight_id",
     "Backward using ix_relationships_weight_id"),
    ('{ customers(where: {name: {startsWith: "王伟 19"}}) { nodes { id } } }', "ix_customers_name_id (name>? AND name<?)",
     "Index Cond: ((name >= '王伟 19'::text) AND (name < '王伟 1:'::text))"),
]


@pytest.mark.parametrize(("query", "lite", "server"), LISTS)
async def test_a_list_is_read_in_the_order_of_its_index(large: Asker, query: str, lite: str, server: str) -> None:
    await check(large, query, None, 0, lite, server)
    chosen = (await plans(large, query))[0].partition("SCAN p\n")[0]
    assert "Sort" not in chosen
    assert "TEMP B-TREE" not in chosen


@pytest.mark.parametrize(("way", "lite", "server"), [
    ("after", "SEARCH t USING COVERING INDEX ix_customers_name_id (name>?)", "Index Cond: (ROW(name, id) > ROW("),
    ("before", "SEARCH t USING COVERING INDEX ix_customers_name_id (name<?)", "Index Cond: (ROW(name, id) < ROW(")])
async def test_a_page_far_into_the_list_begins_at_its_cursor(large: Asker, way: str, lite: str, server: str) -> None:
    page = await large.data("{ customers(first: 900) { pageInfo { endCursor } } }")
    query = f"query($at: String) {{ customers({way}: $at) {{ nodes {{ id }} }} }}"
    await check(large, query, {"at": page["customers"]["pageInfo"]["endCursor"]}, 0, lite, server)


@pytest.mark.parametrize("asked", ["nodes { id }", "totalCount"])
async def test_search_goes_by_the_grams(large: Asker, asked: str) -> None:
    await check(large, f'{{ customers(where: {{search: "王伟"}}) {{ {asked} }} }}', None, 0,
                "SEARCH name_grams USING PRIMARY KEY (gram=?)", "Index Only Scan using pk_name_grams on name_grams")


@pytest.mark.parametrize("asked", ["nodes { id }", "totalCount"])
async def test_customers_near_another_are_found_by_the_ends_of_relationships(large: Asker, asked: str) -> None:
    await check(large, f'{{ customers(where: {{relatedTo: {{customerId: "c_5"}}}}) {{ {asked} }} }}', None, 0,
                "USING PRIMARY KEY (customer_id=?)", "pk_relationship_ends")


@pytest.mark.parametrize("more", ["", 'sign: POSITIVE, asOf: "2024-01-01T00:00:00Z"'])
async def test_two_steps_away_ends_and_relationships_are_found_by_their_keys(large: Asker, more: str) -> None:
    plan, = await plans(large, f'{{ customers(where: {{relatedTo: {{customerId: "c_5", maxHops: 2, {more}}}}}) {{ nodes {{ id }} }} }}')
    lite, server = "USING PRIMARY KEY (customer_id=?)", "pk_relationship_ends"
    assert plan.count(lite if large.database.dialect == "sqlite" else server) >= 2, plan
    assert "Seq Scan on relationship" not in plan
    assert "SCAN relationship" not in plan


NESTED = [
    ("relationships(first: 5) { nodes { weight } }", "SEARCH t USING PRIMARY KEY (customer_id=?)", "using pk_relationship_ends"),
    ("relationships(first: 5, orderBy: [{weight: DESC}]) { edges { other { name } } }", "SEARCH t USING PRIMARY KEY (customer_id=?)",
     "pk_relationship_ends"),
    ("transactions(first: 5) { nodes { kind } }", "SEARCH t USING COVERING INDEX ix_transactions_customer (customer_id=?)",
     "Index Scan Backward using ix_transactions_customer"),
    ("behaviour { purchaseCount }", "SEARCH transactions USING COVERING INDEX ix_transactions_customer (customer_id=?)",
     "ix_transactions_customer"),
]


@pytest.mark.parametrize(("asked", "lite", "server"), NESTED)
async def test_what_hangs_on_customers_is_read_by_their_key(large: Asker, asked: str, lite: str, server: str) -> None:
    await check(large, f"{{ customers(first: 5) {{ nodes {{ {asked} }} }} }}", None, 1, lite, server)


async def test_relationships_are_joined_once(large: Asker) -> None:
    """Filter and order speak of them through an alias of its own, which is left out when there is neither."""
    plan = (await plans(large, "{ customers { nodes { relationships { totalCount nodes { weight } } } } }"))
    assert "_node" not in "".join(plan)


async def test_the_transactions_of_one_customer(large: Asker) -> None:
    await check(large, '{ transactions(where: {customerId: {eq: "c_5"}}) { nodes { kind } } }', None, 0,
                "ix_transactions_customer (customer_id=?)", "ix_transactions_customer")
