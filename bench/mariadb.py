"""MariaDB beside PostgreSQL and SQLite on the demo's data: a page of 50 customers, the same with ten transactions of each, a customer made.

In the process, without HTTP; in turn, so that all meet the same weather. Median milliseconds. There is no bound: it need not be fast. Needs
MariaDB's server, as the tests do.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from plugins.manager import Choices, Plugins
from server import demo
from server.application import assemble
from server.database import Database, open_database
from server.upgrading import upgrade_plugins
from tests.databases import migrated_postgres, migrated_sqlite, postgres_server
from tests.demo import ask
from tests.mariadb_server import mariadb_server, migrated_mariadb

ROUNDS = 40
PAGE = "{ customers(first: 50, orderBy: [{name: ASC}]) { nodes { id name kind createdAt owner { name } } } }"
NESTED = ("{ customers(first: 50, orderBy: [{name: ASC}]) { nodes { name transactions(first: 10, orderBy: [{occurredAt: DESC}]) "
          "{ nodes { occurredAt total { amount currency } } } } } }")
MADE = ("mutation M($name: String!) { customerCreate(input: {name: $name, details: {person: {}}}) "
        "{ customer { id } userErrors { message } } }")


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        postgres = stack.enter_context(migrated_postgres(stack.enter_context(postgres_server())))
        mariadb = stack.enter_context(migrated_mariadb(stack.enter_context(mariadb_server())))
        yield {"SQLite": f"sqlite:///{migrated_sqlite(folder / 'demo.db')}", "PostgreSQL": postgres.create(), "MariaDB": mariadb.create()}


def filled(url: str) -> Database:
    database = open_database(url)
    plugins = Plugins(Choices())
    assert all(well for well, _ in upgrade_plugins(database, plugins))
    began = time.perf_counter()
    demo.load(database, lambda _: None)
    print(f"  {database.dialect}: the demo loaded in {time.perf_counter() - began:.1f} s")
    assemble(plugins, database)
    return database


async def milliseconds(asked: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await asked
    return 1000 * (time.perf_counter() - began)


async def measure(ready: dict[str, Database], title: str, question: Callable[[Database, int], Awaitable[Any]]) -> None:
    found: dict[str, list[float]] = {name: [] for name in ready}
    for turn in range(ROUNDS):
        for name, database in ready.items():
            found[name].append(await milliseconds(question(database, turn)))
    medians = {name: statistics.median(times[3:]) for name, times in found.items()}  # the first ones compile and connect
    print(f"{title}: " + ", ".join(f"{name} {median:.1f} ms" for name, median in medians.items()))


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        ready = {name: await asyncio.to_thread(filled, url) for name, url in urls.items()}
        await measure(ready, "a page of 50 customers", lambda database, _: ask(database, PAGE))
        await measure(ready, "50 customers with 10 transactions of each", lambda database, _: ask(database, NESTED))
        await measure(ready, "a customer made", lambda database, turn: ask(database, MADE, name=f"Somebody {turn}"))
        for database in ready.values():
            await database.close()


if __name__ == "__main__":
    asyncio.run(main())
