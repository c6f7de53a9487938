"""`python -m server.draft "what changes"` writes a first version of the next migration, for its author to read and correct: the core's, or
with `--plugin NAME` (or a plugin's file or module) a plugin's."""

import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from alembic import command
from alembic.script import Script

from plugins.manager import SetAside, drafted_storage
from schema.rows import Instant, Scaled
from server import migrations
from server.database import open_database
from server.revisions import CORE, Owner, configuration, head, plugin_owner


def draft(message: str, owner: Owner = CORE) -> Path:
    """Compares the models with a new database that has every migration so far. Returns the file it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/migrated.db")
        for each in [owner] if owner.name == CORE.name else [CORE, owner]:
            migrations.upgrade(database, each)
        with database.engine.connect() as connection:
            comparison = {**migrations.comparison(owner, connection), "render_as_batch": True, "render_item": render_type}
            number = f"{int(head(owner) or 0) + 1:04}"
            config = configuration(owner, connection, comparison)
            config.cmd_opts = Namespace(quiet=True)  # the file's name is all there is to say
            script = command.revision(config, message, autogenerate=True, rev_id=number)
        database.engine.dispose()
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


@click.command()
@click.argument("message")
@click.option("--plugin", metavar="NAME", help="A plugin by name, or its file or module; else the core.")
def main(message: str, plugin: str | None) -> None:
    """Write the next migration; MESSAGE says what changes."""
    try:
        owner = CORE if plugin is None else plugin_owner(*drafted_storage(plugin))
    except SetAside as failure:
        raise click.ClickException(str(failure)) from None
    click.echo(draft(message, owner))


if __name__ == "__main__":
    main()
