"""Numbers for rows about to be inserted, so that the rows that belong to them can go in with them, in one statement for each table."""

from typing import Any

from sqlalchemy import Connection, Select, Table, func, literal_column, select, table, text

from schema.changes.turns import wait_turn


def new_ids(connection: Connection, table_: Table, count: int) -> list[int]:
    """Ascending, and never given before. On SQLite a change holds the file's write lock from its beginning, so the highest number
    cannot move meanwhile."""
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table_.name, "id")
        numbers: Select[Any] = select(func.nextval(sequence)).select_from(func.generate_series(1, count).alias())
        return sorted(connection.execute(numbers).scalars())
    if connection.dialect.name == "mariadb":
        return _next_on_mariadb(connection, table_, count)
    given: Select[Any] = select(literal_column("seq")).select_from(table("sqlite_sequence")).where(literal_column("name") == table_.name)
    last = connection.scalar(given) or 0
    return list(range(last + 1, last + 1 + count))


def _next_on_mariadb(connection: Connection, table_: Table, count: int) -> list[int]:
    """Nobody else is given any until this change has ended. A row that the server numbers by itself meanwhile may still take one:
    then this change is overtaken, and writes nothing."""
    wait_turn(connection, f"numbers:{table_.name}")
    given = text("SELECT auto_increment FROM information_schema.tables WHERE table_schema = database() AND table_name = :name")
    following = connection.scalar(given, {"name": table_.name}) or 1
    return list(range(following, following + count))
