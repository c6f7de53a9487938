"""What runs without success have left behind: rows in the tables of plugins, and files."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Engine, MetaData, Table, delete, select, tuple_
from sqlalchemy.exc import DBAPIError, NoSuchTableError

from schema.analyses.queue import JOBS, Claim
from schema.errors import RequestError
from schema.extending.catalogue import Catalogue
from schema.jobs.models import JobStatus
from server.database.in_thread import in_thread
from server.database.problems import is_overtaken, is_unusable

AT_ONCE = 5_000  # rows in a transaction: others write in between
WITHOUT_SUCCESS = (JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.QUEUED)


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
        """Everything of all runs that failed, were cancelled, or wait for another attempt: a server may have died in between."""
        await self._in_thread(self._sweep_all)

    async def _in_thread(self, work: Any) -> None:
        try:
            async with self._turn:
                await in_thread(work)
        except DBAPIError as error:
            if is_unusable(error.orig) or is_overtaken(error.orig):
                raise RequestError("UNAVAILABLE", "unavailable") from error
            raise

    def _sweep(self, plugin: str, run: int) -> None:
        shutil.rmtree(self._folder(run), ignore_errors=True)
        for table in self._tables_of(plugin):
            self._delete(table, table.c.run_id == run)

    def _sweep_all(self) -> None:
        for plugin in self._catalogue.plugins:
            unsuccessful = select(JOBS.c.id).where(JOBS.c.plugin == plugin.name, JOBS.c.status.in_(WITHOUT_SUCCESS))
            for table in self._tables_of(plugin.name):
                self._delete(table, table.c.run_id.in_(unsuccessful))
        for folder in self._folders():
            shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> Iterator[Path]:
        """Of runs without success. A folder of a run that this database does not know may be another installation's."""
        found = {int(path.name): path for path in self._folder("").glob("*") if path.name.isdecimal()}
        numbers = sorted(found)
        for start in range(0, len(numbers), AT_ONCE):
            yield from (found[number] for number in self._unsuccessful(numbers[start:start + AT_ONCE]))

    def _unsuccessful(self, numbers: Sequence[int]) -> list[int]:
        with self._engine.connect() as connection:
            return list(connection.scalars(select(JOBS.c.id).where(JOBS.c.id.in_(numbers), JOBS.c.status.in_(WITHOUT_SUCCESS))))

    def _delete(self, table: Table, condition: ColumnElement[bool]) -> None:
        key = tuple_(*table.primary_key.columns)
        some = select(*table.primary_key.columns).where(condition).limit(AT_ONCE)
        statement = delete(table).where(key.in_(some))
        if self._engine.dialect.name == "mariadb":  # which takes no limit within IN
            statement = delete(table).where(condition).with_dialect_options(mariadb_limit=AT_ONCE)
        while True:
            with self._engine.begin() as connection:
                if connection.execute(statement).rowcount < AT_ONCE:
                    return

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
