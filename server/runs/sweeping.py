"""Removing what runs have written: rows in the tables of plugins, and files. Of runs without success, and of those that expired."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Engine, MetaData, Table, delete, func, select, tuple_
from sqlalchemy.exc import DBAPIError, NoSuchTableError

from schema.analyses.queue import JOBS, Claim
from schema.errors import RequestError
from schema.extending.catalogue import Catalogue
from schema.jobs.models import JobStatus
from server.database.in_thread import in_thread
from server.database.problems import is_overtaken, is_unusable

AT_ONCE = 5_000  # rows in a transaction: others write in between
WITHOUT_SUCCESS = (JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.QUEUED)
EXPIRED = (JobStatus.EXPIRED,)


@dataclass(frozen=True)
class Left:
    """What a run has written, by the tables and files that are known here."""

    rows: int = 0
    bytes: int = 0


class Sweeper:
    """`files`: the folder of files, in which `runs/NUMBER` holds those of a run. Methods raise `RequestError` as a ledger does."""

    def __init__(self, engine: Engine, catalogue: Catalogue, files: Path):
        self._engine, self._catalogue, self._files = engine, catalogue, files
        self._tables: dict[str, list[Table]] = {}
        self._turn = asyncio.Lock()  # on SQLite two would only wait for each other

    async def sweep(self, claim: Claim) -> None:
        """Everything of one run."""
        await self._in_thread(partial(self._sweep, claim.plugin, claim.run))

    async def sweep_all(self) -> None:
        """Everything of all runs that failed, were cancelled, expired, or wait for another attempt: a server may have died in between."""
        await self._in_thread(partial(self._sweep_all, (*WITHOUT_SUCCESS, *EXPIRED)))

    # -- from a thread --
    def remove(self, plugin: str, run: int) -> Left:
        """Everything of one run. Says what that was."""
        return self._sweep(plugin, run)

    def remove_expired(self) -> Left:
        return self._sweep_all(EXPIRED)

    def weigh(self, plugin: str, run: int) -> Left:
        """What `remove` would remove."""
        with self._engine.connect() as connection:
            rows = sum(connection.scalar(select(func.count()).select_from(table).where(table.c.run_id == run)) or 0
                       for table in self._tables_of(plugin))
        return Left(rows, size_of(self._folder(run)))

    async def _in_thread(self, work: Any) -> None:
        try:
            async with self._turn:
                await in_thread(work)
        except DBAPIError as error:
            if is_unusable(error.orig) or is_overtaken(error.orig):
                raise RequestError("UNAVAILABLE", "unavailable") from error
            raise

    def _sweep(self, plugin: str, run: int) -> Left:
        size = self._remove_folder(self._folder(run))
        return Left(sum(self._delete(table, table.c.run_id == run) for table in self._tables_of(plugin)), size)

    def _sweep_all(self, statuses: Sequence[JobStatus]) -> Left:
        rows = 0
        for plugin in self._catalogue.plugins:
            runs = select(JOBS.c.id).where(JOBS.c.plugin == plugin.name, JOBS.c.status.in_(statuses))
            rows += sum(self._delete(table, table.c.run_id.in_(runs)) for table in self._tables_of(plugin.name))
        return Left(rows, sum(self._remove_folder(folder) for folder in self._folders(statuses)))

    def _remove_folder(self, folder: Path) -> int:
        size = size_of(folder)
        shutil.rmtree(folder, ignore_errors=True)
        return size

    def _folders(self, statuses: Sequence[JobStatus]) -> Iterator[Path]:
        """Of runs that stand like this. A folder of a run that this database does not know may be another installation's."""
        found = {int(path.name): path for path in self._folder("").glob("*") if path.name.isdecimal()}
        numbers = sorted(found)
        for start in range(0, len(numbers), AT_ONCE):
            yield from (found[number] for number in self._standing(numbers[start:start + AT_ONCE], statuses))

    def _standing(self, numbers: Sequence[int], statuses: Sequence[JobStatus]) -> list[int]:
        with self._engine.connect() as connection:
            return list(connection.scalars(select(JOBS.c.id).where(JOBS.c.id.in_(numbers), JOBS.c.status.in_(statuses))))

    def _delete(self, table: Table, condition: ColumnElement[bool]) -> int:
        """How many rows there were."""
        key, rows = tuple_(*table.primary_key.columns), 0
        some = select(*table.primary_key.columns).where(condition).limit(AT_ONCE)
        statement = delete(table).where(key.in_(some))
        if self._engine.dialect.name == "mariadb":  # which takes no limit within IN
            statement = delete(table).where(condition).with_dialect_options(mariadb_limit=AT_ONCE)
        while True:
            with self._engine.begin() as connection:
                gone = connection.execute(statement).rowcount
            rows += gone
            if gone < AT_ONCE:
                return rows

    def _tables_of(self, plugin: str) -> list[Table]:
        """The plugin's tables of results, as the database has them."""
        if plugin not in self._tables:
            known = self._catalogue.plugin(plugin)
            tables = [table for name in (known.tables if known else ()) if (table := self._reflected(name)) is not None]
            self._tables[plugin] = [table for table in tables if "run_id" in table.c and table.primary_key.columns]
        return self._tables[plugin]

    def _reflected(self, name: str) -> Table | None:
        try:
            return Table(name, MetaData(), autoload_with=self._engine, resolve_fks=False)
        except NoSuchTableError:  # the plugin was found, but its migrations have not run
            return None

    def _folder(self, run: object) -> Path:
        return self._files / "runs" / str(run)


def size_of(folder: Path) -> int:
    """Bytes of the files in it; 0 when it is not there."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # somebody else removes it at the same time
            size += path.lstat().st_size if path.is_file() else 0
    return size
