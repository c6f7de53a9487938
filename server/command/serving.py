"""guanxi serve"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import database_of, installation_options, settings_from
from server.command.signing_in import ADMINISTRATOR, base_address, new_link

if TYPE_CHECKING:
    import socket

    from server.database import Database
    from server.settings import Settings


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [8000]")
@click.option("--demo", is_flag=True, help="Fill an empty database with demo data, and migrate one that is behind.")
@click.option("--migrate", is_flag=True, help="Migrate a database that is behind.")
@installation_options
def serve_command(config: Path | None, database_url: str | None, host: str | None, port: int | None, demo: bool, migrate: bool) -> None:
    """Serve GraphQL and GraphiQL, and print a sign-in link."""
    from server import logs
    from server.serving import AddressInUse, bind

    settings = settings_from(config, database_url=database_url, host=host, port=port)
    logs.configure(settings.log)
    try:
        listener = bind(settings.host, settings.port)
    except AddressInUse as error:
        raise click.ClickException(str(error)) from None
    with listener, database_of(settings) as database:
        prepare(database, may_migrate=migrate or demo)
        if demo:
            fill(database)
        run(settings, database, listener)


def prepare(database: "Database", *, may_migrate: bool) -> None:
    """An empty database gets its tables. One that is behind is somebody's data: it is migrated only when that was asked for."""
    from server.migrations import Standing, state, upgrade

    found = state(database)
    if found.standing is Standing.EMPTY or (found.standing is Standing.BEHIND and may_migrate):
        click.echo(f"Migrating {database.address} …")
        upgrade(database)
    elif found.standing is not Standing.UP_TO_DATE:
        raise click.ClickException(found.sentence)


def fill(database: "Database") -> None:
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from schema.customers.models import CustomerRow

    with Session(database.engine) as session:
        filled = session.scalar(select(CustomerRow.id).limit(1)) is not None
    if not filled:
        from server.demo import load

        load(database, click.echo)


def run(settings: "Settings", database: "Database", listener: "socket.socket") -> None:
    from schema.roots import build_schema
    from server.app import create_app
    from server.serving import Server

    app = create_app(settings, database, build_schema(database.dialect))
    base = base_address(settings.host, listener.getsockname()[1])
    link = new_link(database, base, ADMINISTRATOR, settings.sign_in_minutes)
    server = Server(app, settings, ready=lambda: announce(base, link, settings.sign_in_minutes))
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        click.echo("Stopped.")


def announce(base: str, link: str, minutes: int) -> None:
    click.echo(f"Guanxi answers at {base}/graphql")
    click.echo(f"Sign in (once, within {minutes} minutes): {link}")
