"""guanxi plugins, and of it list and show"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.command.installation import found_database, installation_options, plugin_option, settings_from
from server.command.lazily import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plugins.manager import Admitted
    from schema.extending.catalogue import KnownPlugin
    from server.application import Application
    from server.database import Database
    from server.settings import Settings


# name -> where the click command is
PLACES = {
    "list": "server.command.plugin_commands:list_command",
    "show": "server.command.plugin_commands:show_command",
    "new": "server.command.plugin_making:new_command",
    "check": "guanxi.testing.command:check_command",
    "install": "server.command.plugin_keeping:install_command",
    "enable": "server.command.plugin_keeping:enable_command",
    "disable": "server.command.plugin_keeping:disable_command",
    "remove": "server.command.plugin_removing:remove_command",
}


@click.command("plugins", cls=Commands, places=PLACES)
def plugins_command() -> None:
    """Plugins: make, check, install, list and remove them."""


def applied(settings: "Settings", load: tuple[str, ...], database: "Database | None") -> "Application":
    """As it would serve. Without a database, as if every plugin's tables were there."""
    from plugins.manager import Plugins
    from server.application import assemble, choices_of, compose_all

    plugins = Plugins(choices_of(settings, load))
    return compose_all(plugins, "sqlite") if database is None else assemble(plugins, database)


@click.command("list")
@plugin_option
@installation_options
def list_command(config: Path | None, database_url: str | None, load: tuple[str, ...]) -> None:
    """List the plugins: name, status, version, and why one does not serve."""
    settings = settings_from(config, database_url=database_url)
    with found_database(settings) as database:
        application = applied(settings, load, database)
        known = application.catalogue.plugins
        for one in known:
            click.echo(row(one.name, one.status.name, one.version, one.reason))
        for name, sentence in application.plugins.lost_settings.items():
            click.echo(row(name, "UNKNOWN", None, sentence))
        for name in left_over(database, {one.name for one in known}):
            click.echo(row(name, "GONE", None, f"It is not installed, and its tables are: “guanxi plugins remove {name}” drops them."))


def row(name: str, status: str, version: str | None, reason: str | None) -> str:
    return f"{name:<16} {status:<13} {version or '-':<10} {reason or ''}".rstrip()


def left_over(database: "Database | None", known: set[str]) -> list[str]:
    """Plugins that have tables and nothing else."""
    from server.removal import plugin_tables
    from server.revisions import neighbours

    if database is None:
        return []
    with database.engine.connect() as connection:
        return [name for name in neighbours(connection) if name not in known and len(plugin_tables(connection, name)) > 1]


@click.command("show")
@click.argument("name")
@plugin_option
@installation_options
def show_command(config: Path | None, database_url: str | None, load: tuple[str, ...], name: str) -> None:
    """Show how the plugin NAME stands, what it adds to the schema, its tables, and what can be set."""
    settings = settings_from(config, database_url=database_url)
    with found_database(settings) as database:
        application = applied(settings, load, database)
    known = application.catalogue.plugin(name)
    if known is None:
        raise click.ClickException(f"There is no plugin {name}: “guanxi plugins list” names them.")
    admitted = application.plugins.admitted.get(name)
    for line in [*standing(known), *(additions(admitted) if admitted else [])]:
        click.echo(line)


def standing(known: "KnownPlugin") -> "Iterator[str]":
    yield f"{known.name} {known.version or ''}".rstrip()
    yield f"  {known.status.name}" + (f": {known.reason}" if known.reason else "")
    yield f"  from {known.source}, for the plugin interface {known.api or '(not said)'}"


def additions(admitted: "Admitted") -> "Iterator[str]":
    adds = admitted.contribution
    yield from titled("Analyses", [f"{one.name}  {one.title}: {one.description}" for one in adds.analyses])
    yield from titled("Fields", [f"{type_.__name__}.{field.graphql_name or camel(name)}  {field.description or ''}"
                                 for type_, fields in adds.fields.items() for name, field in fields.items()])
    yield from titled("Filters", [f"{one.on.__name__}  {one.name}  {one.description}" for one in adds.filters])
    yield from titled("Orders", [f"{one.on.__name__}  {one.name}  {one.description}" for one in adds.orders])
    yield from titled("Tables", sorted(admitted.storage.metadata.tables) if admitted.storage else [])
    form = admitted.plugin.settings_form()
    yield from titled(f"Settings, in [plugins.settings.{admitted.plugin.name}]", settable(form.model_json_schema()) if form else [])


def titled(title: str, lines: list[str]) -> "Iterator[str]":
    if lines:
        yield f"\n{title}"
        yield from (f"  {line.rstrip()}" for line in lines)


def camel(name: str) -> str:
    from strawberry.utils.str_converters import to_camel_case

    return to_camel_case(name)


def settable(form: dict[str, Any]) -> list[str]:
    """Each key with its kind, what it is when nobody sets it, and what it means."""
    required = form.get("required", ())
    return [f"{key}  {one.get('type', 'value')}, {'required' if key in required else f'''{one.get('default')!r} if not set'''}  "
            f"{one.get('description', '')}" for key, one in form.get("properties", {}).items()]
