"""guanxi sign-in"""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import installation_options, ready_database, settings_from

if TYPE_CHECKING:
    from server.database import Database

ADMINISTRATOR = "admin"  # the member of staff that every installation starts with


@click.command("sign-in")
@click.option("--staff", default=ADMINISTRATOR, show_default=True, metavar="KEY", help="Whom the link is for.")
@click.option("--address", metavar="URL", help="Where the server is, as the browser sees it; else from the settings.")
@installation_options
def sign_in_command(config: Path | None, database_url: str | None, staff: str, address: str | None) -> None:
    """Print a fresh one-time sign-in link for a running server."""
    settings = settings_from(config, database_url=database_url)
    with ready_database(settings) as database:
        base = (address or base_address(settings.host, settings.port)).rstrip("/")
        click.echo(new_link(database, base, staff, settings.sign_in_minutes))
    click.echo(f"It is good once, within {settings.sign_in_minutes} minutes.", err=True)


def base_address(host: str, port: int) -> str:
    """How a browser on this machine reaches the server."""
    name = {"0.0.0.0": "localhost", "::": "localhost", "": "localhost"}.get(host, host)  # noqa: S104  compared, not bound
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def new_link(database: "Database", base: str, staff: str, minutes: int) -> str:
    from sqlalchemy import select

    from schema.changes.change import Change, change
    from schema.context import SYSTEM
    from schema.staff.models import StaffRow
    from server.access.links import create_link

    def perform(work: Change) -> dict[str, str | None]:
        found = work.session.scalar(select(StaffRow.id).where(StaffRow.key == staff, StaffRow.active))
        return {"code": None if found is None else create_link(work, found, datetime.timedelta(minutes=minutes))}

    code = change(database.engine, SYSTEM, "signInLinkCreate", perform)["code"]
    if code is None:
        raise click.ClickException(f"There is no active member of staff with the key “{staff}”.")
    return f"{base}/sign-in?code={code}"
