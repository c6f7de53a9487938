"""guanxi runs prune"""

import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import installation_options, plugin_option, ready_database, settings_from

if TYPE_CHECKING:
    from schema.analyses.pruning import Choice, OldRun
    from schema.extending.catalogue import Catalogue
    from server.runs.pruning import Pruned, Pruner
    from server.settings import Settings

AGE = re.compile(r"(\d{1,5}) ?d(?:ays?)?")


@click.command("prune", short_help="Remove the results of old runs.")
@click.option("--older-than", "age", metavar="DAYS", help="Runs that ended so long ago, such as 90d.  [retention.days]")
@click.option("--keep", type=click.IntRange(0), help="Newest runs of each analysis and slot that are kept all the same.  [retention.keep]")
@click.option("--analysis", help="Only runs of this analysis, such as graphMetrics.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@plugin_option
@installation_options
def prune_command(config: Path | None, database_url: str | None, load: tuple[str, ...], age: str | None, keep: int | None,
                  analysis: str | None, dry_run: bool, yes: bool) -> None:
    """Remove what old runs found: their rows in the tables of plugins, their charts and other files. What they were asked for and how
    they ended stays in the list, as EXPIRED.

    Published runs stay, and runs that one which waits or is computed repeats. Servers may be at work meanwhile. Called again, it
    finishes what was broken off.
    """
    from plugins.manager import Plugins
    from server.application import assemble, choices_of
    from server.runs.pruning import Pruner
    from server.runs.sweeping import Sweeper

    settings = settings_from(config, database_url=database_url)
    days = days_of(age, settings)
    with ready_database(settings) as database:
        catalogue = assemble(Plugins(choices_of(settings, load)), database).catalogue
        pruner = Pruner(database.engine, Sweeper(database.engine, catalogue, settings.files_folder))
        choice = choice_of(catalogue, days, settings.retention.keep if keep is None else keep, analysis)
        if dry_run:
            preview(pruner, choice)
        else:
            prune(pruner, choice, asks=not yes)


def days_of(age: str | None, settings: "Settings") -> int:
    """
    >>> AGE.fullmatch("90d")[1], AGE.fullmatch("7 days")[1], AGE.fullmatch("d")
    ('90', '7', None)
    """
    if age is None:
        if settings.retention.days is None:
            raise click.UsageError("Say how old: --older-than 90d, or set retention.days.")
        return settings.retention.days
    found = AGE.fullmatch(age.strip().lower())
    if found is None:
        raise click.BadParameter(f"“{age}” is no age: write a number of days such as 90d.", param_hint="--older-than")
    return int(found[1])


def choice_of(catalogue: "Catalogue", days: int, keep: int, analysis: str | None) -> "Choice":
    from schema.analyses.pruning import Choice
    from schema.rows import utc_now
    from server.runs.pruning import within_reach

    return Choice(utc_now() - datetime.timedelta(days=days), keep, within_reach(catalogue), analysis)


def preview(pruner: "Pruner", choice: "Choice") -> None:
    from server.runs.pruning import Pruned

    whole = Pruned()
    for run in pruner.choose(choice):
        one = pruner.weigh(run)
        whole += one
        click.echo(f"{line(run)}  {one.rows:>12,} rows {size(one.bytes):>10}")
    click.echo(f"Would remove {told(whole)}.")


def prune(pruner: "Pruner", choice: "Choice", *, asks: bool) -> None:
    runs = pruner.choose(choice)
    for run in runs:
        click.echo(line(run))
    if runs and asks:
        click.confirm(f"Remove the results of {counted(len(runs), 'run')}?", abort=True)
    whole = pruner.finish()
    for run in runs:
        whole += pruner.prune(run)
    click.echo(f"Removed {told(whole)}.")


def line(run: "OldRun") -> str:
    from schema import ids

    return f"{ids.encode('j', run.run):<10} {run.kind:<20} {run.finished_at:%Y-%m-%d}  {run.label or ''}".rstrip()


def told(pruned: "Pruned") -> str:
    return f"the results of {counted(pruned.runs, 'run')}: {counted(pruned.rows, 'row')}, {size(pruned.bytes)} of files"


def counted(number: int, what: str) -> str:
    """
    >>> counted(1, "run"), counted(2000, "row")
    ('1 run', '2,000 rows')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def size(number: float) -> str:
    """
    >>> size(0), size(2048), size(3_500_000_000)
    ('0 bytes', '2.0 KiB', '3.3 GiB')
    """
    for unit in ("bytes", "KiB", "MiB"):
        if number < 1024:
            return f"{number:,.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:,.1f} GiB"
