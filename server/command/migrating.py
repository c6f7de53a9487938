"""guanxi migrate"""

from pathlib import Path

import click

from server.command.installation import database_of, installation_options, settings_from


@click.command("migrate")
@installation_options
def migrate_command(config: Path | None, database_url: str | None) -> None:
    """Bring the database to the tables that this version needs."""
    from server.migrations import upgrade

    with database_of(settings_from(config, database_url=database_url)) as database:
        click.echo(upgrade(database).sentence)
