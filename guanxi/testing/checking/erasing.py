"""What stays of somebody who is erased: nothing."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, delete, select

from guanxi.testing.checking.subject import Nothing, Subject
from schema.customers.models import CustomerRow
from schema.jobs.models import JobRow
from server.database import Database


def forgets(subject: Subject) -> Iterator[str]:
    """One customer that rows lead to is erased, and then every run."""
    storage, database = subject.admitted.storage, subject.at_work.database
    if storage is None:
        raise Nothing("It has no tables.")
    tried = False
    for owner, at_once in ((CustomerRow, 1), (JobRow, None)):
        led = [(table, key.parent.name) for table in storage.metadata.tables.values() for key in table.foreign_keys
               if key.target_fullname == f"{owner.__tablename__}.id"]
        numbers = sorted({number for table, column in led for number in values(database, table, column)})[:at_once]
        tried |= bool(numbers)
        with database.engine.begin() as connection:
            connection.execute(delete(owner).where(owner.id.in_(numbers)))
        for table, column in led:
            if values(database, table, column) & set(numbers):
                yield f"{table.name} still has rows of what was erased from {owner.__tablename__}."
    if not tried:
        raise Nothing("No run left rows that could be erased.")


def values(database: Database, table: Table, column: str) -> set[Any]:
    with database.engine.connect() as connection:
        return set(connection.scalars(select(table.c[column]).distinct().where(table.c[column].is_not(None))))
