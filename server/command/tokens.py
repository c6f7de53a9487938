"""guanxi token create, list, revoke"""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import installation_options, ready_database, settings_from

if TYPE_CHECKING:
    from schema.changes.change import Change


@click.group("token")
def token_command() -> None:
    """API tokens: create, list, revoke."""


@token_command.command("create")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--role", required=True, help="What it may do: reader, agent, privacy, admin, or a role of yours.")
@click.option("--expires-in-days", type=click.IntRange(1, 3650), help="It never expires when this is left out.")
@installation_options
def create_command(config: Path | None, database_url: str | None, name: str, role: str, expires_in_days: int | None) -> None:
    """Print a new token, and nothing else, on standard output. It is shown this once."""
    from sqlalchemy import select

    from schema.changes.change import change
    from schema.context import SYSTEM
    from schema.staff.models import RoleRow
    from server.access.tokens import create_token

    if not name.strip() or len(name) > 200:
        raise click.BadParameter("it has 1 to 200 characters.", param_hint="--name")
    lifetime = datetime.timedelta(days=expires_in_days) if expires_in_days else None
    made: list[str] = []

    def perform(work: "Change") -> dict[str, str | None]:
        found = work.session.scalar(select(RoleRow).where(RoleRow.key == role))
        if found is None:
            known = work.session.scalars(select(RoleRow.key).order_by(RoleRow.id))
            raise click.BadParameter(f"there is no role “{role}”; there are {', '.join(known)}.", param_hint="--role")
        row, token = create_token(work, name.strip(), found, lifetime)
        made.append(token)  # not in the answer, which a change may keep
        return {"prefix": row.prefix, "expires": row.expires_at.isoformat() if row.expires_at else None}

    with ready_database(settings_from(config, database_url=database_url)) as database:
        answer = change(database.engine, SYSTEM, "tokenCreate", perform)
    click.echo(f"Token gx_{answer['prefix']} with the role {role}, {expiry(answer['expires'])}. Keep it: it is not shown again.", err=True)
    click.echo(made[0])


def expiry(moment: str | None) -> str:
    return f"good until {moment[:10]}" if moment else "good until revoked"


@token_command.command("list")
@installation_options
def list_command(config: Path | None, database_url: str | None) -> None:
    """List the tokens: prefix, role, state, last use, name."""
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from schema.staff.models import ApiTokenRow, RoleRow

    with ready_database(settings_from(config, database_url=database_url)) as database, Session(database.engine) as session:
        rows = session.execute(select(ApiTokenRow, RoleRow.key).join(RoleRow, RoleRow.id == ApiTokenRow.role_id).order_by(ApiTokenRow.id))
        for row, role in rows:
            used = f"used {row.last_used_at:%Y-%m-%d}" if row.last_used_at else "never used"
            click.echo(f"gx_{row.prefix}  {role:<8} {standing(row.revoked_at, row.expires_at):<18} {used:<15} {row.name}")


def standing(revoked_at: datetime.datetime | None, expires_at: datetime.datetime | None) -> str:
    if revoked_at:
        return f"revoked {revoked_at:%Y-%m-%d}"
    if expires_at is None:
        return "good"
    return f"{'expired' if expires_at <= datetime.datetime.now(datetime.UTC) else 'until'} {expires_at:%Y-%m-%d}"


@token_command.command("revoke")
@click.argument("prefix", metavar="PREFIX")
@installation_options
def revoke_command(config: Path | None, database_url: str | None, prefix: str) -> None:
    """Revoke the token with this PREFIX (gx_…, as `guanxi token list` shows it), at once and for good."""
    from schema.changes.change import change
    from schema.context import SYSTEM
    from server.access.tokens import revoke_token

    bare = prefix.removeprefix("gx_").split("_")[0]
    with ready_database(settings_from(config, database_url=database_url)) as database:
        found = change(database.engine, SYSTEM, "tokenRevoke", lambda work: {"found": revoke_token(work, bare)})["found"]
    if not found:
        raise click.ClickException(f"There is no token gx_{bare} that is not revoked already.")
    click.echo(f"Revoked gx_{bare}.")
