"""The migrations lead to the tables of the models: an empty database is brought up to date and compared with them."""

import tempfile
from pathlib import Path

from server import migrations
from server.database import open_database


def complaints(_root: Path) -> list[str]:
    """What a new migration would have to change, in Alembic's words. The code is that of this process, wherever it lies."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'empty.db'}")
        try:
            migrations.upgrade(database)
            return [difference[:160] for difference in migrations.differences(database)]
        finally:
            database.engine.dispose()
