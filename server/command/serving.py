"""guanxi serve"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import database_of, installation_options, plugin_option, settings_from
from server.command.signing_in import ADMINISTRATOR, base_address, new_link

if TYPE_CHECKING:
    import socket

    from plugins.manager import Plugins
    from server.application import Application
    from server.database import Database
    from server.settings import Settings


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [8000]")
@click.option("--demo", is_flag=True, help="Fill an empty database with demo data, and migrate one that is behind.")
@click.option("--migrate", is_flag=True, help="Migrate a database that is behind.")
@plugin_option
@installation_options
def serve_command(config: Path | None, database_url: str | None, load: tuple[str, ...], host: str | None, port: int | None, demo: bool,
                  migrate: bool) -> None:
    """Serve GraphQL and GraphiQL, and print a sign-in link."""
    from plugins.manager import Plugins
    from server import logs
    from server.application import assemble, choices_of
    from server.files.folder import FolderError, open_folder
    from server.serving import AddressInUse, bind

    settings = settings_from(config, database_url=database_url, host=host, port=port)
    logs.configure(settings.log)
    try:
        listener = bind(settings.host, settings.port)
    except AddressInUse as error:
        raise click.ClickException(str(error)) from None
    with listener, database_of(settings) as database:
        plugins = Plugins(choices_of(settings, load))
        prepare(database, plugins, may_migrate=migrate or demo)
        try:
            open_folder(settings.files_folder)
        except FolderError as error:
            raise click.ClickException(str(error)) from None
        application = assemble(plugins, database)
        if demo:
            load_demo(database)
        run(settings, database, application, listener, demo=demo)


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


def run(settings: "Settings", database: "Database", application: "Application", listener: "socket.socket", *, demo: bool) -> None:
    from server.app import create_app
    from server.application import silent
    from server.serving import Server, settle

    begun = asyncio.Event()

    def ready() -> None:
        settle()
        announce(base, link, settings.sign_in_minutes)
        begun.set()

    async def measuring() -> None:
        from server.demo import measure

        await begun.wait()
        await measure(settings, database, application, click.echo)

    for sentence in [*silent(application.catalogue), *application.plugins.lost_settings.values()]:
        click.echo(sentence, err=True)
    app = create_app(settings, database, application.schema, application.catalogue, measuring if demo else None)
    base = base_address(settings.host, listener.getsockname()[1])
    link = new_link(database, base, ADMINISTRATOR, settings.sign_in_minutes)
    server = Server(app, settings, ready)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        click.echo("Stopped.")


def announce(base: str, link: str, minutes: int) -> None:
    click.echo(f"Guanxi answers at {base}/graphql")
    click.echo(f"Sign in (once, within {minutes} minutes): {link}")
