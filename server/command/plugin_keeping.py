"""guanxi plugins install, enable, disable"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import found_database, installation_options, settings_from

if TYPE_CHECKING:
    from plugins.manager import Candidate
    from server.settings import Settings

POWER = "It runs inside the server with all its power: it can read everything, write everything and stop it."


@click.command("install", short_help="Install a plugin, allow it, and make its tables.")
@click.argument("what")
@click.option("--yes", is_flag=True, help="Do not ask.")
@installation_options
def install_command(config: Path | None, database_url: str | None, what: str, yes: bool) -> None:
    """Install WHAT (the name of a distribution, a wheel or a folder) into the environment of this command with pip or uv, allow its
    plugins in the settings file, and make their tables. A server that is running has to be started again."""
    from server.distributions import distribution_of, install

    with in_words():
        name = distribution_of(what)
        yes or click.confirm(f"Install {name} and allow its plugins? {POWER}", abort=True)
        install(what)
        found = plugins_of(name)
        if not found:
            raise click.ClickException(f"{name} was installed, and it brings no plugin of Guanxi: it has no entry point in the group "
                                       f"guanxi.plugins. “pip uninstall {name}” takes it away.")
        for one in found:
            enable(one, config, database_url)


@click.command("enable", short_help="Let an installed plugin serve, and make its tables.")
@click.argument("name")
@installation_options
def enable_command(config: Path | None, database_url: str | None, name: str) -> None:
    """Allow the installed plugin NAME in the settings file, and make its tables. A server that is running has to be started again."""
    with in_words():
        enable(known(name), config, database_url)


@click.command("disable", short_help="Leave a plugin out.")
@click.argument("name")
@installation_options
def disable_command(config: Path | None, database_url: str | None, name: str) -> None:
    """Leave the plugin NAME out. It stays installed, and its tables stay as they are."""
    from server.allowing import disable

    with in_words():
        one = known(name)
        file = disable(name, config, bundled=one.bundled)
    click.echo(f"The plugin {name} is left out from the next start on, says {file}. Its tables stay.")
    told(settings_from(config, database_url=database_url), name)


def enable(one: "Candidate", config: Path | None, database_url: str | None) -> None:
    from server.allowing import allow

    file = allow(one.name, config, bundled=one.bundled)
    click.echo(f"The plugin {one.name} {one.version or ''} is allowed in {file}.".replace("  ", " "))
    settings = settings_from(config, database_url=database_url)
    migrate(settings, one.name)
    told(settings, one.name)


def migrate(settings: "Settings", name: str) -> None:
    """Its tables, where there is a database that they can be made in."""
    from plugins.manager import Plugins
    from server.application import choices_of
    from server.command.migrating import report
    from server.migrations import Standing, state
    from server.upgrading import upgrade_plugins

    with found_database(settings) as database:
        if database is None:
            click.echo("There is no database yet: “guanxi serve” or “guanxi migrate” makes it, and the plugin's tables.")
            return
        found = state(database)
        if found.standing is not Standing.UP_TO_DATE:
            click.echo(f"Its tables were not made. {found.sentence}")
            return
        report(upgrade_plugins(database, Plugins(choices_of(settings)), [name]))


def told(settings: "Settings", name: str) -> None:
    """How it stands now. The exit code is 1 when it was to serve and does not."""
    from schema.extending.catalogue import PluginStatus
    from server.command.plugin_commands import applied, row

    with found_database(settings) as database:
        one = applied(settings, (), database).catalogue.plugin(name)
    if one is not None:
        click.echo(row(one.name, one.status.name, one.version, one.reason))
        if one.status not in (PluginStatus.ACTIVE, PluginStatus.DISABLED):
            raise SystemExit(1)


def known(name: str) -> "Candidate":
    from plugins.manager import installed

    found = [one for one in installed() if one.name == name]
    if not found:
        names = ", ".join(dict.fromkeys(one.name for one in installed()))
        raise click.ClickException(f"There is no installed plugin {name}; there are: {names}. “guanxi plugins install” brings more.")
    if len({one.origin for one in found}) > 1:
        click.echo(f"Two distributions bring a plugin {name}, {' and '.join(one.origin for one in found)}: the first one serves. "
                   "Uninstall the other.", err=True)
    return found[0]


def plugins_of(distribution: str) -> "list[Candidate]":
    from plugins.manager import installed
    from server.distributions import normal

    return [one for one in installed() if normal(one.origin) == normal(distribution)]


@contextmanager
def in_words() -> Iterator[None]:
    from server.distributions import NotInstalled
    from server.settings import SettingsError

    try:
        yield
    except (NotInstalled, SettingsError) as error:
        raise click.ClickException(str(error)) from None
