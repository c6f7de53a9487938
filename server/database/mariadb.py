"""The engine for those who write to MariaDB, and which servers are taken."""

from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.dialects import registry

from schema.changes.turns import HELD
from schema.mariadb.driver import connect
from server.database.problems import DatabaseProblem

WRITERS = 8
LEAST = (10, 6)  # SKIP LOCKED and JSON_TABLE
WRITING = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
ABSENT = "MariaDB is spoken to through the package PyMySQL, which is not installed: pip install 'guanxi[mariadb]'."

registry.register("mariadb.guanxi", "schema.mariadb.dialect", "Dialect")


def mariadb_engine(url: URL) -> Engine:
    try:
        from pymysql.constants import CLIENT
    except ImportError:
        raise DatabaseProblem(ABSENT) from None
    engine = create_engine(url, paramstyle="format", pool_pre_ping=True, pool_size=WRITERS,
                           creator=lambda: connect(url, autocommit=False, client_flag=CLIENT.FOUND_ROWS))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "reset", _give_turns_back)
    return engine


def check_server(engine: Engine) -> None:
    """Raises `DatabaseProblem` when the server is another product, or too old."""
    with engine.connect() as connection:
        said = str(connection.exec_driver_sql("SELECT version()").scalar())
    numbers = tuple(int(part) for part in said.split("-")[0].split(".")[:2])
    if "mariadb" not in said.lower():
        raise DatabaseProblem(f"The server is not MariaDB but version {said} of something else: Guanxi speaks to MariaDB 10.6 or newer, "
                              "and has not been tried on MySQL.")
    if numbers < LEAST:
        raise DatabaseProblem(f"The server is MariaDB {said}: Guanxi needs 10.6 or newer.")


def _prepare(connection: Any, _: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRITING)


def _give_turns_back(connection: Any, record: Any, _: Any) -> None:
    if record is None or record.info.pop(HELD, False):  # None: the connection was detached from its pool
        with connection.cursor() as cursor:
            cursor.execute("DO RELEASE_ALL_LOCKS()")
