"""The migrations lead to the tables of the models, the core's and each shipped plugin's: an empty database is brought up to date and
compared with them."""

import tempfile
from pathlib import Path

from plugins.manager import Choices, Plugins
from server import migrations
from server.application import owners, silent
from server.database import Database, open_database
from server.revisions import CORE, Owner


def complaints(_root: Path) -> list[str]:
    """What a new migration would have to change, in Alembic's words. The code is that of this process, wherever it lies."""
    plugins = Plugins(Choices())
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'empty.db'}")
        try:
            return [*silent(plugins.catalogue()), *_of_all(database, [CORE, *owners(plugins).values()])]
        finally:
            database.engine.dispose()


def _of_all(database: Database, every: list[Owner]) -> list[str]:
    for owner in every:
        migrations.upgrade(database, owner)
    return [f"{owner.name}: {difference}"[:160] for owner in every for difference in migrations.differences(database, owner)]
