"""PostgreSQL's protocol as its own library speaks it in pipeline mode: commands are sent without waiting, answers come in their order."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import psycopg
from psycopg.errors import InFailedSqlTransaction, error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

BINARY = 1
ANSWERED = ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK
LEFT_OPEN = TransactionStatus.INTRANS, TransactionStatus.INERROR
SKIPPED = "an earlier statement of this transaction failed, so this one was skipped"

Answer = asyncio.Future[PGresult]


class Pipeline:
    """Commands between two synchronisations are one transaction: the server needs no BEGIN, and no COMMIT is waited for. After an
    error it skips all commands up to the next synchronisation."""

    def __init__(self, connection: PGconn):
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._socket = connection.socket
        self._expected: deque[Callable[[PGresult], None]] = deque()  # what to do with each answer that is to come
        self.answer: Answer | None = None  # of the statement that the server is at, also when nobody waits for it any more
        self.open = False  # was something sent since the last synchronisation?
        self._failed = False  # and did it fail? The server would not even answer what follows
        self.lost: psycopg.Error | None = None
        connection.nonblocking = 1
        connection.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._read)

    def check(self) -> None:
        """Raises what ended the connection, or the transaction."""
        if self.lost:
            raise self.lost
        if self._failed:
            raise InFailedSqlTransaction(SKIPPED)

    def prepare(self, name: bytes, sql: bytes, answer: Answer, done: Callable[[], None]) -> None:
        """Followed by `ask` with the same `answer`. `done` is called when the server has prepared it."""
        self._connection.send_prepare(name, sql)
        self._expected.append(partial(self._prepared, answer, done))

    def forget(self, name: bytes) -> None:
        self._connection.send_query_params(b"DEALLOCATE " + name, None)
        self._expected.append(lambda _: None)

    def ask(self, name: bytes, parameters: Sequence[Any], answer: Answer) -> None:
        """Followed by `flush` or `synchronise`, which send it."""
        self._connection.send_query_prepared(name, parameters, result_format=BINARY)
        self._expected.append(partial(self._told, answer))
        self.open = True
        self.answer = answer

    def flush(self) -> None:
        """Send everything, and have the server answer what it was asked."""
        self._connection.send_flush_request()
        self._send()

    def synchronise(self) -> None:
        """Send everything, and end the transaction after it."""
        self.open = self._failed = False
        self._connection.pipeline_sync()
        self._expected.append(self._synchronised)
        self._send()

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)

    def _send(self) -> None:
        if self._connection.flush():  # the socket is full
            self._loop.add_writer(self._socket, self._send_rest)

    def _send_rest(self) -> None:
        try:
            if self._connection.flush() == 0:
                self._loop.remove_writer(self._socket)
        except psycopg.OperationalError as error:
            self._lose(error)

    def _read(self) -> None:
        connection, expected = self._connection, self._expected
        try:
            connection.consume_input()
            while expected and not connection.is_busy():
                result = connection.get_result()
                if result is not None:  # which only stands between the answers to two commands
                    expected.popleft()(result)
        except psycopg.OperationalError as error:
            self._lose(error)

    def _told(self, answer: Answer, result: PGresult) -> None:
        """The answer to a statement."""
        if self.answer is answer:
            self.answer = None
        if result.status not in ANSWERED:
            self._fail(answer, result)
        elif not answer.done():
            answer.set_result(result)

    def _prepared(self, answer: Answer, done: Callable[[], None], result: PGresult) -> None:
        if result.status == ExecStatus.COMMAND_OK:
            done()
        else:
            self._fail(answer, result)

    def _fail(self, answer: Answer, result: PGresult) -> None:
        self._failed = self.open
        if not answer.done():
            skipped = result.status == ExecStatus.PIPELINE_ABORTED
            answer.set_exception(InFailedSqlTransaction(SKIPPED) if skipped else error_from_result(result))

    def _synchronised(self, _: PGresult) -> None:
        if self._connection.transaction_status in LEFT_OPEN:
            self._lose(psycopg.OperationalError("a statement has begun a transaction of its own"))

    def _lose(self, error: psycopg.Error) -> None:
        """Nothing will be answered any more."""
        self.lost = error
        self.close()
        self._expected.clear()
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(error)
        self.answer = None
