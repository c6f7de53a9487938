"""Connections to SQLite and PostgreSQL through ADBC, which moves whole columns; MariaDB has a file of its own.

For SQLite it brings a copy of SQLite of its own. Two copies in one process would drop each other's locks on the same file, so a worker
never opens a database with Python's `sqlite3`, and the server, which does, never loads ADBC.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_manager import AdbcStatusCode
from adbc_driver_manager.dbapi import DatabaseError  # and all that a connection needs, ahead of time
from sqlalchemy import URL, make_url

PATIENCE = 30_000  # milliseconds that a writer waits for another one
LOST = ("08", "57P")  # classes of SQLSTATE: no connection; the server stops, starts, or has ended it
MARIADB_LOST = [(0,), (1053,), (1927,), (2002,), (2003,), (2006,), (2013,)]
BATCH = {"sqlite": {"adbc.sqlite.query.batch_rows": 65_536}, "postgresql": {}}


class BrokenReference(Exception):
    """A row refers to one that is not there."""


def is_lost(error: BaseException) -> bool:
    """Whether the database, or the way to it, went away. Where rows are read in batches, pyarrow tells of it."""
    if isinstance(error, DatabaseError):
        return error.status_code == AdbcStatusCode.IO or (error.sqlstate or "").startswith(LOST)
    if type(error).__module__ == "pymysql.err":
        return error.args[:1] in MARIADB_LOST
    return isinstance(error, OSError) and "[libpq]" in str(error)


class Connection:
    """Outside a transaction every statement is one: BEGIN is its user's to say."""

    def __init__(self, dialect: str, address: str, adbc: Any):
        self.dialect, self.address, self._adbc = dialect, address, adbc

    def execute(self, statement: str) -> None:
        with self._adbc.cursor() as cursor:
            cursor.execute(statement)
            if cursor.description:
                cursor.fetchall()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self._adbc.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def column(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column as an array of NumPy."""
        with self._adbc.cursor() as cursor:
            cursor.execute(statement, list(parameters) or None)
            return cursor.fetch_arrow_table().column(0).to_numpy()

    def batches(self, statement: str) -> Iterator[pa.RecordBatch]:
        with self._adbc.cursor(adbc_stmt_kwargs=BATCH[self.dialect]) as cursor:
            cursor.execute(statement)
            yield from cursor.fetch_record_batch()

    def ingest(self, table: str, rows: pa.Table) -> None:
        """Appends rows whose columns are called as the table's. Raises `BrokenReference`."""
        try:
            with self._adbc.cursor() as cursor:
                cursor.adbc_ingest(table, with_text_moments(rows) if self.dialect == "sqlite" else rows, mode="append")
        except DatabaseError as error:
            if error.sqlstate == "23503" or "FOREIGN KEY constraint failed" in str(error):
                raise BrokenReference(table) from error
            raise


def with_text_moments(rows: pa.Table) -> pa.Table:
    """As SQLite keeps moments, so that they compare and sort with all others: RFC 3339 text ending in +00:00, as `isoformat` gives it."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type):
            text = pc.strftime(rows[field.name].cast(pa.timestamp("us", "UTC")), "%Y-%m-%dT%H:%M:%S")
            whole = pc.replace_substring_regex(text, r"\.000000$", "")
            rows = rows.set_column(place, field.name, pc.binary_join_element_wise(whole, "+00:00", ""))
    return rows


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    url = make_url(address)
    if url.get_backend_name() == "mariadb":
        from server.worker.mariadb import MariaDBConnection  # brings its driver

        other = MariaDBConnection(url)
        with other._adbc:  # noqa: SLF001  made here
            yield other
        return
    connection = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgres(url)
    with connection._adbc:  # noqa: SLF001  made here
        yield connection


def _sqlite(url: URL) -> Connection:
    import adbc_driver_sqlite.dbapi as driver

    path = Path(url.database or "").expanduser().absolute()
    connection = Connection("sqlite", str(path), driver.connect(f"{path.as_uri()}?mode=rw", autocommit=True))
    for statement in (f"PRAGMA busy_timeout = {PATIENCE}", "PRAGMA foreign_keys = ON", "PRAGMA synchronous = FULL"):
        connection.execute(statement)
    return connection


def _postgres(url: URL) -> Connection:
    import adbc_driver_postgresql.dbapi as driver
    from psycopg.conninfo import make_conninfo

    options = {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    address = make_conninfo("", **{**url.translate_connect_args(username="user", database="dbname"), **options})
    return Connection("postgresql", address, driver.connect(address, autocommit=True))
