"""Migrations on MariaDB, which commits before and after every change of a table, and has no indexes of long texts or of some rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.ddl.mysql import MariaDBImpl
from sqlalchemy import Connection, Index, bindparam, text

from schema.mariadb.dialect import COUNTS, KEPT
from server.database import Database, DatabaseProblem

PATIENCE = 600  # seconds that a starter waits for another one that migrates
# What failed or was killed in the middle.
HALF = ("MariaDB keeps what it had done until then: put the backup back, or drop the database and create it anew when there was nothing in "
        "it; then run `guanxi migrate`.")
ENDLESS = text("SELECT column_name FROM information_schema.columns WHERE table_schema = database() AND table_name = :name "
               "AND data_type LIKE '%text' AND column_name IN :columns").bindparams(bindparam("columns", expanding=True))


class Impl(MariaDBImpl):
    """What Alembic does its operations with, once this module is imported."""

    __dialect__ = "mariadb"

    def create_index(self, index: Index, **options: Any) -> None:
        """A key holds at most 3072 bytes: of a text without a length it holds the beginning."""
        assert self.connection is not None
        assert index.table is not None
        asked = {"name": index.table.name, "columns": [column.name for column in index.columns]}
        endless = [] if index.unique else list(self.connection.scalars(ENDLESS, asked))
        if endless:
            index.dialect_options["mariadb"]["length"] = dict.fromkeys(endless, KEPT)
        super().create_index(index, **options)


@contextmanager
def in_turn(connection: Connection, database: Database) -> Iterator[None]:
    """Only a lock beyond transactions keeps others out. It ends with the connection if not before."""
    waited = {"name": f"{database.address.url.database}:guanxi:migrations", "seconds": PATIENCE}
    if connection.scalar(text("SELECT get_lock(:name, :seconds)"), waited) != 1:
        raise DatabaseProblem(f"Another program has been migrating the database {database.address} for {PATIENCE // 60} minutes: "
                              "look for it, then try again.")
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("DO release_all_locks()"))


def of_partial_index(found: Any, name: str | None, kind: str) -> bool:
    """Part of what stands for a unique index of some rows: there the tables cannot be as the models say."""
    if kind == "column":
        return bool(name and name.startswith(COUNTS))
    if kind not in ("index", "unique_constraint"):
        return False
    partial = kind == "index" and found.unique and found.dialect_options["sqlite"]["where"] is not None
    return partial or any(column.name.startswith(COUNTS) for column in found.columns)
