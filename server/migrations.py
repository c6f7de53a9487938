"""Bring a database to the tables that this code needs, or back, and tell how far it is from them."""

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from server.database import Database, DatabaseProblem
from server.database.problems import is_unusable
from server.revisions import CORE, VERSION_TABLE, Owner, configuration, head, neighbours

LOCK = 0x6775616E7869  # "guanxi": whoever migrates a database on PostgreSQL holds this lock
PATIENCE_MS = 600_000  # how long a starter waits for another one that migrates


class Standing(enum.Enum):
    UP_TO_DATE = "up to date"
    BEHIND = "behind"
    AHEAD = "ahead"
    EMPTY = "empty"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class State:
    """How a database stands to the code: its revision, the code's, and what to do about it as a sentence."""

    standing: Standing
    current: str | None
    head: str | None
    sentence: str


def state(database: Database, owner: Owner = CORE) -> State:
    """Raises `DatabaseProblem` when the database cannot be read."""
    with _explained(database), database.engine.connect() as connection:
        return _state(database, connection, owner)


def upgrade(database: Database, owner: Owner = CORE) -> State:
    """To the newest revision, in one transaction: what fails or is killed has changed nothing. Another starter waits meanwhile.
    MariaDB has no such transactions: what was done until then stays, and `DatabaseProblem` says so.

    Raises `DatabaseProblem` when the database is ahead of the code or not ours.
    """
    with alone(database) as connection:
        before = _state(database, connection, owner)
        if before.standing in (Standing.AHEAD, Standing.FOREIGN):
            raise DatabaseProblem(before.sentence)
        if before.standing is not Standing.UP_TO_DATE:
            _run(command.upgrade, connection, owner, "head")
        return _state(database, connection, owner)


def downgrade(database: Database, revision: str, owner: Owner = CORE) -> State:
    """Back to an earlier revision; "base" removes every table with what is in it."""
    with alone(database) as connection:
        try:
            _run(command.downgrade, connection, owner, revision)
        except CommandError as error:
            raise DatabaseProblem(f"The database {database.address} cannot be brought to revision {revision}: {error}.") from None
        return _state(database, connection, owner)


def differences(database: Database, owner: Owner = CORE) -> list[str]:
    """What would have to be migrated for the tables to be as the models say; empty when all is well."""
    with database.engine.connect() as connection:
        options = {"version_table": owner.version_table, **comparison(owner, connection)}
        return [str(found) for found in compare_metadata(MigrationContext.configure(connection, opts=options), owner.metadata)]


def comparison(owner: Owner, connection: Connection) -> dict[str, Any]:
    """Options of Alembic: types and defaults are compared too, and tables of other owners are passed over."""
    others = neighbours(connection)

    def ours(_: object, name: str | None, kind: str, *__: object) -> bool:
        return kind != "table" or name is None or (owner.owns(name, others) and not name.startswith(VERSION_TABLE))

    def ours_on_mariadb(found: object, name: str | None, kind: str, *more: object) -> bool:
        from server.mariadb_migrations import of_partial_index

        return ours(found, name, kind, *more) and not of_partial_index(found, name, kind)

    included = ours_on_mariadb if connection.dialect.name == "mariadb" else ours
    return {"compare_type": True, "compare_server_default": True, "include_object": included}


def _run(step: Callable[[Config, str], None], connection: Connection, owner: Owner, revision: str) -> None:
    try:
        step(configuration(owner, connection), revision)
    except DBAPIError as error:
        if connection.dialect.name != "mariadb":
            raise
        from server.mariadb_migrations import HALF

        raise DatabaseProblem(f"A migration of {owner.name} failed ({error.orig}). {HALF}") from error


def _state(database: Database, connection: Connection, owner: Owner) -> State:
    found = MigrationContext.configure(connection, opts={"version_table": owner.version_table}).get_current_heads()
    current = found[0] if found else None
    tables = [name for name in inspect(connection).get_table_names() if not name.startswith(VERSION_TABLE)]
    others = neighbours(connection)
    standing = _standing(owner, current, [name for name in tables if owner.owns(name, others)])
    if standing is Standing.FOREIGN and current is None and database.dialect == "mariadb":
        from server.mariadb_migrations import HALF

        if inspect(connection).has_table(owner.version_table):  # it is made first, and filled last
            sentence = f"The first migration of {owner.name} in the database {database.address} was interrupted. {HALF}"
            return State(standing, current, head(owner), sentence)
    return State(standing, current, head(owner), _sentence(standing, str(database.address), current, owner, tables))


def _standing(owner: Owner, current: str | None, tables: list[str]) -> Standing:
    if current is None:
        return Standing.FOREIGN if tables else Standing.EMPTY
    if current == head(owner):  # of a plugin's tables some may have been dropped
        return Standing.UP_TO_DATE if owner is CORE or set(owner.metadata.tables) <= set(tables) else Standing.FOREIGN
    if current in _known(owner):
        return Standing.BEHIND
    return Standing.AHEAD if set(tables) & set(owner.metadata.tables) else Standing.FOREIGN


def _known(owner: Owner) -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(configuration(owner)).walk_revisions()}


def _sentence(standing: Standing, where: str, current: str | None, owner: Owner, tables: list[str]) -> str:
    if owner.name != CORE.name:
        return _plugin_sentence(standing, current, owner)
    found = f"The database {where}"
    match standing:
        case Standing.UP_TO_DATE:
            return f"{found} is up to date, at revision {current}."
        case Standing.BEHIND:
            return f"{found} is behind this Guanxi (revision {current}, {head(owner)} needed): back it up, then run `guanxi migrate`."
        case Standing.AHEAD:
            return (f"{found} is ahead of this Guanxi (unknown revision {current}): install the newer Guanxi that it was made with; "
                    "`guanxi migrate` only goes forward.")
        case Standing.EMPTY:
            return f"{found} is empty: run `guanxi migrate`."
        case Standing.FOREIGN:
            named = ", ".join(sorted(tables)[:3]) or VERSION_TABLE
            return f"{found} holds tables of something else ({named}): give Guanxi a database of its own, then run `guanxi migrate`."


def _plugin_sentence(standing: Standing, current: str | None, owner: Owner) -> str:
    found = f"The tables of the plugin {owner.name}"
    match standing:
        case Standing.UP_TO_DATE:
            return f"{found} are up to date, at revision {current}."
        case Standing.BEHIND:
            return f"{found} are behind it (revision {current}, {head(owner)} needed): back the database up, then run `guanxi migrate`."
        case Standing.AHEAD:
            return f"{found} are ahead of it (unknown revision {current}): install the newer version of it that they were made with."
        case Standing.EMPTY:
            return f"{found} are not there: run `guanxi migrate`."
        case Standing.FOREIGN:
            return (f"{found} are not of its migrations: back the database up, run `guanxi plugins remove {owner.name}`, then "
                    "`guanxi migrate`.")


@contextmanager
def alone(database: Database) -> Iterator[Connection]:
    """One transaction that no other starter shares. It is committed at the end."""
    with _explained(database), database.engine.connect() as connection:
        if database.dialect == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))  # for tables: behind whoever waits for one, readers queue
            yield connection
            connection.commit()
        elif database.dialect == "mariadb":
            from server.mariadb_migrations import in_turn  # and Alembic's way of making indexes there

            with in_turn(connection, database):
                yield connection
                connection.commit()
        else:
            with _without_foreign_keys(connection):
                connection.begin()
                yield connection
                _check_foreign_keys(connection, database)
                connection.commit()


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: dropping the old one must not take with it what refers to it.

    Both settings can be changed outside a transaction only, and belong to the connection, so it is not used again.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = OFF")
    driver.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    try:
        yield
    finally:
        connection.rollback()
        connection.invalidate()


def _check_foreign_keys(connection: Connection, database: Database) -> None:
    broken = sorted({row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})
    if broken:
        raise DatabaseProblem(f"The database {database.address} was left as it was: after the migration, rows of {', '.join(broken)} "
                              "would refer to rows that do not exist. Mend them, then run `guanxi migrate` again.")


@contextmanager
def _explained(database: Database) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not is_unusable(error.orig):
            raise
        raise DatabaseProblem(f"The database {database.address} cannot be used at the moment ({error.orig}): try again, and see whether "
                              "another program keeps it busy.") from error
