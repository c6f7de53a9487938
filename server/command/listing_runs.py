"""guanxi runs, and what belongs to it"""

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from server.command.installation import installation_options, ready_database, settings_from
from server.command.lazily import Commands

if TYPE_CHECKING:
    from server.database import Database

STATUSES = ("QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")
# name -> where the click command is
PLACES = {"prune": "server.command.pruning_runs:prune_command"}


@click.command("runs", cls=Commands, places=PLACES, invoke_without_command=True)
@click.option("--kind", metavar="ANALYSIS", help="Only runs of this analysis, such as graphMetrics.")
@click.option("--status", type=click.Choice(STATUSES, case_sensitive=False), help="Only runs that stand there.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@installation_options
@click.pass_context
def runs_command(ctx: click.Context, config: Path | None, database_url: str | None, kind: str | None, status: str | None, limit: int,
                 as_json: bool) -> None:
    """List analysis runs, the newest first: id, analysis, status, when it was asked for, how long it took, label, error.

    With a command: do something about them.
    """
    if ctx.invoked_subcommand is not None:
        if any(ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ctx.params):
            raise click.UsageError(f"Options come behind the command: guanxi runs {ctx.invoked_subcommand} --help shows them.")
        return
    with ready_database(settings_from(config, database_url=database_url)) as database:
        found = runs(database, kind, status, limit)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(line(one))
    if not found:
        click.echo("There are no such runs.", err=True)


def runs(database: "Database", kind: str | None, status: str | None, limit: int) -> list[dict[str, Any]]:
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from schema import ids
    from schema.analyses.models import PublishedRunRow
    from schema.jobs.models import JobRow, JobStatus

    wanted = select(JobRow).where(JobRow.plugin.is_not(None)).order_by(JobRow.id.desc()).limit(limit)
    wanted = wanted.where(JobRow.kind == kind) if kind else wanted
    wanted = wanted.where(JobRow.status == JobStatus[status]) if status else wanted
    with Session(database.engine) as session:
        published = set(session.scalars(select(PublishedRunRow.run_id)))
        return [{
            "id": ids.encode("j", row.id), "kind": row.kind, "status": row.status.name, "published": row.id in published,
            "createdAt": row.created_at.isoformat(), "seconds": seconds(row.started_at, row.finished_at), "label": row.label,
            "stage": row.stage, "error": None if row.error_code is None else {"code": row.error_code, "message": row.error_message},
        } for row in session.scalars(wanted)]


def seconds(started: datetime.datetime | None, finished: datetime.datetime | None) -> float | None:
    return round((finished - started).total_seconds(), 1) if started and finished else None


def line(run: dict[str, Any]) -> str:
    status = "PUBLISHED" if run["published"] else run["status"]
    took = "" if run["seconds"] is None else f"{run['seconds']:.1f} s"
    why = f"{run['error']['code']}: {run['error']['message']}" if run["error"] else run["label"] or ""
    return f"{run['id']:<10} {run['kind']:<20} {status:<10} {run['createdAt'][:16].replace('T', ' ')} {took:>9}  {why}".rstrip()
