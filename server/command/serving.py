"""guanxi serve"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import database_of, installation_options, plugin_option, settings_from
from server.command.places import Options, Place, launches
from server.command.signing_in import ADMINISTRATOR, base_address, new_link

if TYPE_CHECKING:
    import socket

    from plugins.manager import Plugins
    from server.accepting import Tally
    from server.application import Application
    from server.database import Database
    from server.settings import Settings


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [8000]")
@click.option("--demo", is_flag=True, help="Fill an empty database with demo data, and migrate one that is behind.")
@click.option("--migrate", is_flag=True, help="Migrate a database that is behind.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer on the port; analyses are computed by the first.  [1]")
@click.option("--place", type=Place.of, hidden=True, help="Which of several processes this is, and the socket that it is given.")
@plugin_option
@installation_options
def serve_command(config: Path | None, database_url: str | None, load: tuple[str, ...], host: str | None, port: int | None, demo: bool,
                  migrate: bool, workers: int | None, place: Place | None) -> None:
    """Serve GraphQL and GraphiQL, and print a sign-in link."""
    from server import logs
    from server.serving import AddressInUse, bind

    settings = settings_from(config, database_url=database_url, host=host, port=port, workers=workers)
    logs.configure(settings.log)
    if place is not None:
        serve_place(settings, load, place, demo=demo)
        return
    try:
        listener = bind(settings.host, settings.port)
    except AddressInUse as error:
        raise click.ClickException(str(error)) from None
    with listener, database_of(settings) as database:
        plugins = plugins_of(settings, load)
        prepare(database, plugins, may_migrate=migrate or demo)
        open_files(settings)
        if settings.workers > 1:
            serve_together(settings, database, listener, Options(config, load, demo=demo))
        else:
            serve_alone(settings, database, plugins, listener, demo=demo)


def plugins_of(settings: "Settings", load: tuple[str, ...]) -> "Plugins":
    from plugins.manager import Plugins
    from server.application import choices_of

    return Plugins(choices_of(settings, load))


def open_files(settings: "Settings") -> None:
    from server.files.folder import FolderError, open_folder

    try:
        open_folder(settings.files_folder)
    except FolderError as error:
        raise click.ClickException(str(error)) from None


def prepare(database: "Database", plugins: "Plugins", *, may_migrate: bool) -> None:
    """An empty database gets its tables, and those of the plugins. One that is behind is somebody's data: it is migrated only when that
    was asked for."""
    from server.migrations import Standing, state, upgrade
    from server.upgrading import upgrade_plugins

    found = state(database)
    if found.standing is Standing.EMPTY or (found.standing is Standing.BEHIND and may_migrate):
        click.echo(f"Migrating {database.address} …")
        upgrade(database)
    elif found.standing is not Standing.UP_TO_DATE:
        raise click.ClickException(found.sentence)
    if found.standing is Standing.EMPTY or may_migrate:
        for well, sentence in upgrade_plugins(database, plugins):
            if not well:
                click.echo(sentence, err=True)


def load_demo(database: "Database") -> None:
    from server.demo import load

    load(database, click.echo)


def serve_alone(settings: "Settings", database: "Database", plugins: "Plugins", listener: "socket.socket", *, demo: bool) -> None:
    """In this process."""
    application = assembled(database, plugins)
    if demo:
        load_demo(database)
    base, link = address_and_link(settings, database, listener)
    run(settings, database, application, listener, lambda: announce(base, link, settings.sign_in_minutes), demo=demo)


def serve_together(settings: "Settings", database: "Database", listener: "socket.socket", options: "Options") -> None:
    """In several processes, which this one looks after."""
    from server.supervisor import NotStarted, Supervisor

    if options.demo:
        load_demo(database)
    base, link = address_and_link(settings, database, listener)
    database.engine.dispose()
    supervisor = Supervisor(launches(settings, listener, options), click.echo)
    try:
        asyncio.run(supervisor.run(lambda: announce(base, link, settings.sign_in_minutes)))
    except NotStarted:
        raise click.ClickException("Not all processes came to answer: see above.") from None


def serve_place(settings: "Settings", load: tuple[str, ...], place: Place, *, demo: bool) -> None:
    """As one of several processes."""
    import socket

    from server.accepting import Tally
    from server.supervisor import READY, end_with_parent

    end_with_parent()
    with socket.socket(fileno=place.socket) as listener, database_of(settings) as database:
        application = assembled(database, plugins_of(settings, load), quiet=place.number > 0)
        run(settings, database, application, listener, lambda: click.echo(READY), demo=demo, tally=Tally(place.tally, place.number))


def assembled(database: "Database", plugins: "Plugins", *, quiet: bool = False) -> "Application":
    """Says which plugins do not serve."""
    from server.application import assemble, silent

    application = assemble(plugins, database)
    for sentence in () if quiet else [*silent(application.catalogue), *application.plugins.lost_settings.values()]:
        click.echo(sentence, err=True)
    return application


def run(settings: "Settings", database: "Database", application: "Application", listener: "socket.socket", told: Callable[[], None], *,
        demo: bool, tally: "Tally | None" = None) -> None:
    """Until it is asked to stop. `told` is called once it answers."""
    from server.app import create_app
    from server.serving import Server, settle

    begun = asyncio.Event()

    def ready() -> None:
        settle()
        told()
        begun.set()

    async def measuring() -> None:
        from server.demo import measure

        await begun.wait()
        await measure(settings, database, application, click.echo)

    app = create_app(settings, database, application.schema, application.catalogue, measuring if demo else None)
    try:
        Server(app, settings, ready, tally).run(sockets=[listener])
    except KeyboardInterrupt:
        click.echo("Stopped.")


def address_and_link(settings: "Settings", database: "Database", listener: "socket.socket") -> tuple[str, str]:
    base = base_address(settings.host, listener.getsockname()[1])
    return base, new_link(database, base, ADMINISTRATOR, settings.sign_in_minutes)


def announce(base: str, link: str, minutes: int) -> None:
    click.echo(f"Guanxi answers at {base}/graphql")
    click.echo(f"Sign in (once, within {minutes} minutes): {link}")
