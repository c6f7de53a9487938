"""What the commands share: the settings and the database of this installation, and failures as sentences."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from server.database import Database
    from server.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def installation_options(command: Command) -> Command:
    """--config and --database-url."""
    database = click.option("--database-url", metavar="URL", help="SQLite file or PostgreSQL address; else from the settings.")
    return config_option(database(command))


def config_option(command: Command) -> Command:
    return click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings file; else guanxi.toml.")(command)


def plugin_option(command: Command) -> Command:
    """--plugin, given as `load`."""
    told = "One more plugin: a file ending in .py, or a module.  [repeatable]"
    return click.option("--plugin", "load", multiple=True, metavar="FILE_OR_MODULE", help=told)(command)


def settings_from(config: Path | None, **given: Any) -> "Settings":
    from server.settings import SettingsError, load_settings

    try:
        return load_settings(config, **given)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def database_of(settings: "Settings") -> Iterator["Database"]:
    """Open, whatever its revision; closed behind a command that is no server."""
    from sqlalchemy.exc import DBAPIError

    from server.database import DatabaseProblem, open_database

    try:
        database = open_database(settings.database_url.get_secret_value())
        try:
            yield database
        finally:
            database.engine.dispose()
    except DatabaseProblem as problem:
        raise click.ClickException(str(problem)) from None
    except DBAPIError as error:
        raise click.ClickException(f"The database did not do its part ({type(error.orig).__name__}): “guanxi doctor” says more.") from error


@contextmanager
def found_database(settings: "Settings") -> Iterator["Database | None"]:
    """Open, or None when it is a file that is not there: opening it would make it."""
    from server.database import DatabaseProblem
    from server.database.address import parse_address

    try:
        path = parse_address(settings.database_url.get_secret_value()).path
    except DatabaseProblem as problem:
        raise click.ClickException(str(problem)) from None
    if path is not None and not path.exists():
        yield None
        return
    with database_of(settings) as database:
        yield database


@contextmanager
def ready_database(settings: "Settings") -> Iterator["Database"]:
    """Open and at this code's revision, else a sentence that names the command to run."""
    with database_of(settings) as database:
        require_revision(database)
        yield database


def require_revision(database: "Database") -> None:
    from server.migrations import Standing, state

    found = state(database)
    if found.standing is not Standing.UP_TO_DATE:
        raise click.ClickException(found.sentence)
