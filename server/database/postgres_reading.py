"""Reading PostgreSQL: statements that each connection keeps prepared, their rows as tuples."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any, Self

import orjson
import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_loads

from server.database.address import Address
from server.database.pipeline import Answer, Pipeline
from server.database.problems import Lost, is_unusable
from server.database.readers import Rows

PREPARED = 500  # statements that one connection keeps prepared
SESSION = "SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read'; SET client_encoding = 'UTF8'"
# A statement that was prepared earlier and is not as it was: its columns have changed, or the server has forgotten it.
STALE = ("0A000", "26000")
PATIENCE = 5.0  # seconds in which a statement must have stopped, or its connection is given up


class PostgresReadConnection:
    """A transaction is what is sent between two synchronisations of the pipeline; it is read-only and sees one moment by the settings
    of the session."""

    def __init__(self, connection: psycopg.AsyncConnection[tuple[Any, ...]]):
        self._connection = connection
        self._pipeline = Pipeline(connection.pgconn)
        self._values = Transformer(connection)
        self._loop = asyncio.get_running_loop()
        self._prepared: dict[str, bytes] = {}  # names of statements, the oldest first
        self._names = count()
        self._spent = False  # of no more use?
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, address: Address) -> Self:
        try:
            connection = await psycopg.AsyncConnection.connect(address.conninfo, autocommit=True)
        except psycopg.OperationalError as error:
            raise Lost from error
        try:
            await _set_up(connection)
            return cls(connection)
        except BaseException as error:  # also a caller that was cancelled meanwhile: nobody else knows of the connection
            await connection.close()
            if isinstance(error, psycopg.OperationalError):
                raise Lost from error
            raise

    async def fetch(self, sql: str, parameters: Sequence[Any], alone: bool = False) -> Rows:
        known = sql in self._prepared
        try:
            answer = self._ask(sql, parameters, alone)
            return self._rows(await answer)
        except asyncio.CancelledError:
            self._stopping = asyncio.create_task(self._stop())
            raise
        except psycopg.Error as error:
            self._spent = is_unusable(error) or (known and error.sqlstate in STALE)
            if self._spent:
                raise Lost from error
            raise

    def end_now(self) -> bool:
        pipeline = self._pipeline
        if pipeline.answer is not None or pipeline.lost or self._spent or self._stopping:
            return False
        if pipeline.open:
            pipeline.synchronise()
        return True

    async def end(self) -> bool:
        if self._stopping is not None:
            await self._stopping
            self._stopping = None
        return self.end_now()

    async def close(self) -> None:
        self._pipeline.close()
        self._connection.pgconn.finish()

    def _ask(self, sql: str, parameters: Sequence[Any], alone: bool) -> Answer:
        pipeline = self._pipeline
        pipeline.check()
        values = self._values.dump_sequence([as_text(value) for value in parameters], [PyFormat.TEXT] * len(parameters))
        answer: Answer = self._loop.create_future()
        pipeline.ask(self._prepared.get(sql) or self._prepare(sql, answer), values, answer)
        if alone:
            pipeline.synchronise()
        else:
            pipeline.flush()
        return answer

    def _prepare(self, sql: str, answer: Answer) -> bytes:
        """The name under which the server will know the statement. It is sent together with the question."""
        if len(self._prepared) >= PREPARED:
            self._pipeline.forget(self._prepared.pop(next(iter(self._prepared))))
        name = b"r%d" % next(self._names)
        self._pipeline.prepare(name, sql.encode(), answer, partial(self._prepared.__setitem__, sql, name))
        return name

    def _rows(self, result: PGresult) -> Rows:
        values = self._values
        values.set_pgresult(result)
        rows = values.load_rows(0, result.ntuples, tuple)
        values.set_pgresult(None)  # or it would stay in memory until the next one comes
        return rows

    async def _stop(self) -> None:
        """A request to stop that comes before the server has begun is lost, so it is repeated until the statement is over."""
        pause = 0.01
        with suppress(TimeoutError, psycopg.Error):
            async with asyncio.timeout(PATIENCE):
                while self._pipeline.answer is not None:
                    await self._connection.cancel_safe(timeout=PATIENCE)
                    await asyncio.sleep(pause)
                    pause *= 2


def as_text(value: Any) -> Any:
    """Lists of whole numbers as PostgreSQL writes them; the driver would look at each number for its size."""
    if type(value) is list and value and type(value[0]) is int and set(map(type, value)) == {int}:
        return f"{{{','.join(map(str, value))}}}"
    return value


async def _set_up(connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
    await connection.execute(SESSION)
    await _watch_client(connection)
    set_json_loads(orjson.loads, connection)


async def _watch_client(connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
    """A statement whose connection was closed ends within a second. Servers on Windows cannot do it, and run it to its end."""
    with suppress(psycopg.errors.InvalidParameterValue):
        await connection.execute("SET client_connection_check_interval = '1s'")
