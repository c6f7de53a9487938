"""`python -m server.draft "what changes"` writes a first version of the core's next migration, for its author to read and correct."""

import sys
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.script import Script

from schema.rows import Instant, Scaled
from server import migrations
from server.database import open_database
from server.revisions import CORE, Owner, configuration, head


def draft(message: str, owner: Owner = CORE) -> Path:
    """Compares the models with a new database that has every migration so far. Returns the file it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/migrated.db")
        migrations.upgrade(database, owner)
        with database.engine.connect() as connection:
            comparison = {**migrations.comparison(owner, connection), "render_as_batch": True, "render_item": render_type}
            number = f"{int(head(owner) or 0) + 1:04}"
            script = command.revision(configuration(owner, connection, comparison), message, autogenerate=True, rev_id=number)
        database.engine.dispose()
    head.cache_clear()
    assert isinstance(script, Script)
    return Path(script.path)


def render_type(kind: str, found: Any, _: Any) -> str | bool:
    """How script.py.mako calls our column types: a migration must not import the models, which go on changing."""
    if kind != "type":
        return False
    match found:
        case Instant():
            return "INSTANT"
        case Scaled():
            return "SCALED"
        case sa.Enum():
            return f"text({found.length})"
        case sa.String():
            return f"text({found.length or ''})"
        case sa.BigInteger():
            return "REFERENCE"
    return False


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit('Say what changes: python -m server.draft "Add loyalty points"')
    sys.stdout.write(f"{draft(' '.join(sys.argv[1:]))}\n")
