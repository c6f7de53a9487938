"""guanxi migrate"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import database_of, installation_options, ready_database, settings_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plugins.manager import Plugins
    from server.settings import Settings


@click.command("migrate")
@click.option("--plugin", "named", multiple=True, metavar="NAME", help="Only this plugin: a name, or a file or module.  [repeatable]")
@click.option("--yes", is_flag=True, help="Do not ask before tables are taken away.")
@click.argument("direction", type=click.Choice(["up", "down"]), default="up")
@installation_options
def migrate_command(config: Path | None, database_url: str | None, named: tuple[str, ...], yes: bool, direction: str) -> None:
    """Bring the database to the tables that this version and its plugins need: the core's first, then each plugin's.

    DIRECTION is "up" when it is left out. With --plugin, "down" takes the plugin's tables away, and all that is in them.
    """
    from server.migrations import upgrade

    if direction == "down" and not named:
        raise click.UsageError("“down” needs --plugin: the core's tables are not taken away.")
    settings = settings_from(config, database_url=database_url)
    plugins, only = chosen(settings, named)
    if direction == "down":
        take_down(settings, plugins, only, asked=yes)
        return
    with database_of(settings) as database:
        if not named:
            click.echo(upgrade(database).sentence)
        from server.upgrading import upgrade_plugins

        report(upgrade_plugins(database, plugins, only))


def chosen(settings: "Settings", named: tuple[str, ...]) -> "tuple[Plugins, list[str]]":
    """The plugins of the installation, and the names of those that were named; a file or module is one more plugin."""
    from plugins.manager import Plugins, name_of
    from server.application import choices_of

    plugins = Plugins(choices_of(settings))
    known = {one.name for one in plugins.known}
    more = tuple(one for one in named if one not in known)
    plugins = Plugins(choices_of(settings, more)) if more else plugins
    only = [one if one in known else name_of(one) for one in named]
    for name in only:
        if name not in plugins.storages:
            raise click.ClickException(without_tables(plugins, name))
    return plugins, only


def without_tables(plugins: "Plugins", name: str) -> str:
    known = plugins.catalogue().plugin(name)
    return (known and known.reason) or f"The plugin {name} has no tables."


def report(outcomes: "Iterable[tuple[bool, str]]") -> None:
    """Exit code 1 when one went wrong."""
    wrong = False
    for well, sentence in outcomes:
        wrong |= not well
        click.echo(sentence, err=not well)
    if wrong:
        raise SystemExit(1)


def take_down(settings: "Settings", plugins: "Plugins", only: list[str], *, asked: bool) -> None:
    from server.application import owners
    from server.upgrading import take_down as taken_down

    with ready_database(settings) as database:
        for name in reversed(only):
            asked or click.confirm(f"Take the tables of the plugin {name} away, and all that is in them?", abort=True)
            click.echo(taken_down(database, owners(plugins)[name]))
