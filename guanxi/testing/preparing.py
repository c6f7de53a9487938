"""A migrated SQLite file that others are copied from: migrating takes longer than most tests."""

from pathlib import Path

from server import migrations
from server.database import open_database


def migrated(path: Path) -> Path:
    database = open_database(f"sqlite:///{path}")
    migrations.upgrade(database)
    database.engine.dispose()  # the last connection moves the log into the file
    return path
