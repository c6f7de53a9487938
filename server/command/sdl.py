"""guanxi schema"""

from pathlib import Path

import click

from server.command.installation import config_option, plugin_option, settings_from


@click.command("schema")
@click.option("--core", "core_only", is_flag=True, help="Without any plugin.")
@plugin_option
@config_option
def schema_command(config: Path | None, load: tuple[str, ...], core_only: bool) -> None:
    """Print the GraphQL schema: the core and the plugins that are on. No database is needed."""
    from schema.roots import build_schema

    if core_only:
        click.echo(build_schema("sqlite").as_str())
        return
    from plugins.manager import Plugins
    from server.application import choices_of, compose_all, silent

    application = compose_all(Plugins(choices_of(settings_from(config), load)), "sqlite")  # the database makes no difference here
    click.echo(application.schema.as_str())
    for sentence in silent(application.catalogue):
        click.echo(sentence, err=True)
