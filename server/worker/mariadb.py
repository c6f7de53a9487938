"""A worker's connection to MariaDB, for which there is no driver that moves whole columns: rows come through PyMySQL, batch by batch."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pymysql
from pymysql.cursors import SSCursor
from sqlalchemy import URL

from schema.mariadb.driver import connect
from server.worker.database import BrokenReference, Connection, with_text_moments

ROWS = 65_536  # of a batch
NO_PARENT = 1452


class MariaDBConnection(Connection):
    """What `Connection` does, with statements that name their parameters `%s`."""

    def __init__(self, url: URL):
        super().__init__("mariadb", url.render_as_string(hide_password=False), connect(url))
        self._driver = self._adbc

    def execute(self, statement: str) -> None:
        self.rows(statement)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self._driver.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def column(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        with self._driver.cursor() as cursor:
            cursor.execute(statement, tuple(parameters) or None)
            return np.array([row[0] for row in cursor.fetchall()])

    def batches(self, statement: str) -> Iterator[pa.RecordBatch]:
        """The server keeps the rows until they are wanted. What holds only whole numbers, as a sum does, is given as such."""
        with self._driver.cursor(SSCursor) as cursor:
            cursor.execute(statement)
            names = [column[0] for column in cursor.description]
            while rows := cursor.fetchmany(ROWS):
                yield pa.record_batch([pa.array(values) for values in zip(*rows, strict=True)], names=names)

    def ingest(self, table: str, rows: pa.Table) -> None:
        rows = with_text_moments(rows)
        names, values = ", ".join(f'"{name}"' for name in rows.column_names), ", ".join(["%s"] * rows.num_columns)
        columns = [[None if isinstance(value, float) and math.isnan(value) else value for value in column.to_pylist()]
                   for column in rows.columns]
        try:
            with self._driver.cursor() as cursor:
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({values})', zip(*columns, strict=True))  # noqa: S608
        except pymysql.err.IntegrityError as error:
            if error.args[0] == NO_PARENT:
                raise BrokenReference(table) from error
            raise
