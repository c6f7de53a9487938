"""One transaction, so that everything read is of the same moment; and the customers that a condition selects, in the same moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from server.worker.database import Connection, connected
from server.worker.task import Where

READ_ONLY = "ISOLATION LEVEL REPEATABLE READ, READ ONLY"


@contextmanager
def read_transaction(address: str) -> Iterator[Connection]:
    with connected(address) as connection:
        if connection.dialect == "sqlite":
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
        elif connection.dialect == "mariadb":
            from schema.mariadb.driver import BEGIN_READING, REPEATABLE  # brings SQLAlchemy's dialect

            connection.execute(REPEATABLE)
            connection.execute(BEGIN_READING)
        else:
            connection.execute(f"BEGIN TRANSACTION {READ_ONLY}")
        yield connection
        connection.execute("COMMIT")


def selected(transaction: Connection, where: Where) -> Any:
    """int64[k], ascending: the ids that the statement gives, each once."""
    through_window = transaction.dialect == "postgresql"
    ids = _through_window(transaction, where) if through_window else transaction.column(where.sql, where.parameters)
    return np.unique(np.asarray(ids, dtype=np.int64))


def _through_window(transaction: Connection, where: Where) -> Any:
    """ADBC takes no text for a moment or a list, PostgreSQL itself does; it can be shown what the transaction sees."""
    import psycopg

    (window,), = transaction.rows("SELECT pg_export_snapshot()")
    with psycopg.connect(transaction.address, cursor_factory=psycopg.RawCursor) as connection:
        connection.execute(f"SET TRANSACTION {READ_ONLY}")
        connection.execute(f"SET TRANSACTION SNAPSHOT '{window}'")
        return np.fromiter((row[0] for row in connection.execute(where.sql, where.parameters)), dtype=np.int64)
