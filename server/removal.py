"""Taking a plugin's tables out of a database, whether its package is still there or not."""

from sqlalchemy import Connection, delete, inspect, select

from schema.analyses.models import PublishedRunRow
from schema.changes.change import Change, change
from schema.context import SYSTEM
from schema.jobs.models import JobRow
from server.database import Database, DatabaseProblem
from server.migrations import alone
from server.revisions import CORE, VERSION_TABLE, neighbours


def plugin_tables(connection: Connection, name: str) -> list[str]:
    """The tables of a plugin with what tells their revision; none when it never had any."""
    if name not in neighbours(connection):
        return []
    tables = inspect(connection).get_table_names()
    own = sorted(table for table in tables if table.startswith(f"{name}_") and table not in CORE.metadata.tables)
    return [*own, f"{VERSION_TABLE}_{name}"]


def remove_tables(database: Database, name: str) -> list[str]:
    """Drops the plugin's tables, and none of its runs is published any more. One transaction. Returns what was dropped."""
    with alone(database) as connection:
        tables = plugin_tables(connection, name)
        if not tables:
            raise DatabaseProblem(f"The database {database.address} has no tables of a plugin {name}.")
        quoted = [connection.dialect.identifier_preparer.quote(table) for table in tables]
        for statement in dropping(database.dialect, quoted):
            connection.exec_driver_sql(statement)
        unpublish(connection, name)
    return tables


def dropping(dialect: str, tables: list[str]) -> list[str]:
    """Whatever refers to what, in the words of one database."""
    if dialect == "sqlite":
        return [f"DROP TABLE {table}" for table in tables]
    together = f"DROP TABLE {', '.join(tables)}"
    return [together if dialect == "postgresql" else f"SET STATEMENT foreign_key_checks = 0 FOR {together}"]


def unpublish_runs(database: Database, name: str) -> None:
    with database.engine.begin() as connection:
        unpublish(connection, name)


def unpublish(connection: Connection, name: str) -> None:
    """No run of the plugin answers for anything any more."""

    def perform(work: Change) -> dict[str, int]:
        runs = list(work.session.scalars(select(JobRow.id).where(JobRow.plugin == name, JobRow.id.in_(select(PublishedRunRow.run_id)))))
        for run in runs:
            work.wrote("job", run, ["published"])
        work.session.execute(delete(PublishedRunRow).where(PublishedRunRow.run_id.in_(runs)))
        return {"runs": len(runs)}

    change(connection, SYSTEM, "pluginRemove", perform)
