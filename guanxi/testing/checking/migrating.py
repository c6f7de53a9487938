"""The tables of a plugin and the migrations that make them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import inspect

from guanxi.testing.checking.subject import Nothing, Subject
from guanxi.testing.preparing import migrated
from server import migrations
from server.application import owners
from server.database import Database, open_database
from server.revisions import VERSION_TABLE, Owner


@contextmanager
def fresh(subject: Subject, name: str) -> Iterator[tuple[Database, Owner]]:
    owner = owners(subject.plugins).get(subject.name)
    if owner is None:
        raise Nothing("It has no tables.")
    database = open_database(f"sqlite:///{migrated(subject.folder / name)}")
    try:
        yield database, owner
    finally:
        database.engine.dispose()


def makes_its_tables(subject: Subject) -> Iterator[str]:
    with fresh(subject, "up.db") as (database, owner):
        migrations.upgrade(database, owner)
        yield from (f"Its models and its migrations differ: {difference[:200]}" for difference in migrations.differences(database, owner))


def goes_up_and_down(subject: Subject) -> Iterator[str]:
    with fresh(subject, "down.db") as (database, owner):
        migrations.upgrade(database, owner)
        migrations.downgrade(database, "base", owner)
        left = [name for name in inspect(database.engine).get_table_names() if owner.owns(name, ()) and not name.startswith(VERSION_TABLE)]
        if left:
            yield f"Going down leaves {', '.join(left)} behind."
            return
        migrations.upgrade(database, owner)
        yield from (f"After going up again its models and its tables differ: {difference[:200]}"
                    for difference in migrations.differences(database, owner))
