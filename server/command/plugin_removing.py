"""guanxi plugins remove"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import installation_options, ready_database, settings_from
from server.command.plugin_keeping import in_words, plugins_of

if TYPE_CHECKING:
    from plugins.manager import Candidate


@click.command("remove", short_help="Take a plugin away, with its tables.")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--keep-tables", is_flag=True, help="Leave its tables, and what is in them.")
@click.option("--keep-package", is_flag=True, help="Leave it installed.")
@installation_options
def remove_command(config: Path | None, database_url: str | None, name: str, yes: bool, keep_tables: bool, keep_package: bool) -> None:
    """Drop the tables of the plugin NAME, take its runs out of publication, take it out of the settings file, and uninstall it. A plugin
    that is gone itself can still be removed; one that ships stays installed."""
    from server.allowing import forget
    from server.distributions import uninstall
    from server.removal import plugin_tables, remove_tables

    package = None if keep_package else package_of(name)
    with ready_database(settings_from(config, database_url=database_url)) as database:
        with database.engine.connect() as connection:
            tables = [] if keep_tables else plugin_tables(connection, name)
        steps = [*([f"Drop {', '.join(tables)}, with all that is in them"] if tables else []),
                 *([f"Uninstall {package.origin}"] if package else [])]
        if steps and not yes:
            click.confirm(f"{'; '.join(steps)}?", abort=True)
        if not keep_tables and (tables or not package):
            remove_tables(database, name)
    with in_words():
        if package:
            forget(name, config)
            uninstall(package.origin)
    dropped = f"Removed {', '.join(tables)}. " if tables else ""
    click.echo(f"{dropped}{f'Uninstalled {package.origin}.' if package else 'The plugin itself stays where it is.'}")


def package_of(name: str) -> "Candidate | None":
    """What would be uninstalled: nothing that ships, and nothing that brings other plugins too."""
    from plugins.manager import installed

    one = next((one for one in installed() if one.name == name and not one.bundled), None)
    if one is None:
        return None
    others = [other.name for other in plugins_of(one.origin) if other.name != name]
    if others:
        click.echo(f"The distribution {one.origin} stays, because it brings {', '.join(others)} too.", err=True)
        return None
    return one
