"""`guanxi import`: options to a plan, the import itself, and what to say of it afterwards. The engine is in schema/quality/importing."""

import gc
import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from server.command.installation import installation_options, ready_database, settings_from

KINDS = {"customer": "customers", "relationship": "relationships", "product": "products", "transaction": "transactions",
         "browseEvent": "browse-events", "review": "reviews", "surveyResponse": "survey-responses"}
TARGETS = tuple(KINDS.values())
ROWS_AT_ONCE = 500_000  # objects that may come and go before Python looks for cycles among them: rows make none
SHOWN = 5  # refused rows that are shown; the file of rejected rows has them all

EPILOG = """\b
Examples:
  guanxi import --preset online-retail online_retail.csv.gz
  guanxi import customers crm.csv --map "Full name=name" --map ID=externalId --set kind=PERSON
  guanxi import relationships partners.csv --set kind=partner --create-missing --dry-run
  guanxi import survey-responses answers.csv --set survey=service-2026 --map "Order number=externalId"
"""


@click.command("import", epilog=EPILOG, short_help="Import a CSV file.")
@click.argument("arguments", nargs=-1, required=True, metavar="[TARGET] FILE")
@click.option("--preset", help="A ready-made plan: online-retail, bitcoin-otc, northwind (a folder, or one of its files with TARGET).")
@click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", help="Which column gives which field; COLUMN= passes a column over.")
@click.option("--set", "constants", multiple=True, metavar="FIELD=VALUE", help="One value for every row.")
@click.option("--source", metavar="NAME", help="The system that the external ids belong to.  [default: import]")
@click.option("--encoding", default="auto", show_default=True, help="auto, utf-8, gbk or another. A mark of UTF-8 in the file wins.")
@click.option("--timezone", metavar="ZONE", help="Where times without an offset were written.  [default: UTC]")
@click.option("--date-format", metavar="FORMAT", help="How dates are written, as for strptime, or unix.  [default: ISO 8601]")
@click.option("--null", "nulls", multiple=True, metavar="TEXT", help="A text that means: no value.")
@click.option("--create-missing", is_flag=True, help="Make customers (and products) that other rows name and nobody knows.")
@click.option("--error-policy", type=click.Choice(["reject-rows", "reject-everything"]), help="What one bad row means for the others.")
@click.option("--errors", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Where rejected rows go.  [default: NAME.rejected.csv beside the file]")
@click.option("--dry-run", is_flag=True, help="Do everything but keep nothing.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Of messages.  [default: as LANG says]")
@installation_options
def import_command(arguments: tuple[str, ...], config: Path | None, database_url: str | None, **options: Any) -> None:
    """Import customers, relationships, products, transactions, browse-events, reviews or survey-responses from a CSV file, plain or gzip.

    A file is imported whole or not at all, and importing it again changes nothing. Rows that cannot be taken are left out and
    written to a file that can be mended and imported again; the exit code is then 1.
    """
    from schema.errors import Refused

    gc.set_threshold(ROWS_AT_ONCE)
    language = options["language"] or language_of_system()
    try:
        planned = list(plans(arguments, options))
        with ready_database(settings_from(config, database_url=database_url)) as database:
            rejected = [run(database.engine, path, plan, options, language) for path, plan in planned]
    except Refused as refused:
        raise click.UsageError("\n".join(in_words(problem, language) for problem in refused.problems)) from None
    sys.exit(int(any(rejected)))


def plans(arguments: tuple[str, ...], options: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The files to import, each with its plan: one, but for presets that stand for a folder."""
    from schema.jobs.models import ImportTarget
    from schema.quality.importing.plan import Plan

    if len(arguments) > 2 or (len(arguments) == 1 and not options["preset"]):
        raise click.UsageError(f"Say what to import and from which file: TARGET FILE, TARGET being one of {', '.join(TARGETS)}.")
    *targets, file = arguments
    target = ImportTarget[targets[0].upper().replace("-", "_")] if targets and known_target(targets[0]) else None
    for name, plan in preset_plans(options["preset"], target) if options["preset"] else [(None, Plan(target or ImportTarget.CUSTOMERS))]:
        path = Path(file) / name if name and Path(file).is_dir() else Path(file)
        if not path.is_file():
            raise click.UsageError(f"There is no file {path}.")
        yield path, adapted(plan, options)


def known_target(name: str) -> bool:
    if name.lower().replace("_", "-") not in TARGETS:
        raise click.UsageError(f"“{name}” cannot be imported. What can: {', '.join(TARGETS)}.")
    return True


def preset_plans(preset: str, target: Any) -> list[tuple[str | None, Any]]:
    from schema.quality.importing.presets import PRESETS

    if preset not in PRESETS:
        raise click.UsageError(f"There is no preset “{preset}”. There are: {', '.join(PRESETS)}.")
    found = [(name, plan) for name, plan in PRESETS[preset] if target in (None, plan.target)]
    if not found:
        raise click.UsageError(f"The preset {preset} does not import {target.name.lower()}.")
    return found


def adapted(plan: Any, options: dict[str, Any]) -> Any:
    """The plan with what the command line says; a --map or --set there replaces the preset's for the same field."""
    from schema.quality.importing.plan import ErrorPolicy

    maps, constants = [pair(text, last=True) for text in options["maps"]], [pair(text) for text in options["constants"]]
    given = {name.casefold() for _, name in maps} | {name.casefold() for name, _ in constants}
    columns = {column for column, _ in maps}
    wanted = {
        "maps": (*maps, *(one for one in plan.maps if one[1].casefold() not in given and one[0] not in columns)),
        "constants": (*constants, *(one for one in plan.constants if one[0].casefold() not in given)),
        "empty": plan.empty | frozenset(options["nulls"]),
        "create_missing": plan.create_missing or options["create_missing"],
        "dry_run": options["dry_run"],
    }
    if options["error_policy"]:
        wanted["policy"] = ErrorPolicy(options["error_policy"])
    wanted |= {name: options[name] for name in ("source", "timezone", "date_format") if options[name]}
    return replace(plan, **wanted)


def pair(text: str, *, last: bool = False) -> tuple[str, str]:
    """NAME=VALUE; a column's name may hold an equals sign, so there the last one counts."""
    if "=" not in text:
        raise click.UsageError(f"“{text}” lacks its equals sign: --map COLUMN=FIELD, --set FIELD=VALUE.")
    before, after = text.rsplit("=", 1) if last else text.split("=", 1)
    return before.strip(), after.strip()


def run(engine: Any, path: Path, plan: Any, options: dict[str, Any], language: str) -> bool:
    """Import one file and say what came of it; whether anything was refused."""
    import sqlite3

    import psycopg
    from sqlalchemy.exc import DBAPIError

    from schema.quality.importing.reading import Source
    from schema.quality.importing.rejects import write_rejected
    from schema.quality.importing.run import run_import

    rejected_path = options["errors"] or path.with_name(path.name.removesuffix(".gz").removesuffix(".csv") + ".rejected.csv")
    if rejected_path.resolve() == path.resolve():
        raise click.UsageError("--errors names the file that is imported: name another one.")
    source = Source(path, options["encoding"])
    try:
        with progress_bar(path.name) as progress:
            outcome = run_import(engine, source, plan, progress, language=language)
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        raise click.ClickException(f"The database stopped the import ({reason}). Nothing of {path.name} was imported.") from None
    if outcome.rejected:
        write_rejected(source, outcome.rejections, rejected_path, language)
    report(path, outcome, rejected_path, language)
    return bool(outcome.rejected or outcome.error)


def report(path: Path, outcome: Any, rejected_path: Path, language: str) -> None:
    from schema.messages import say

    if outcome.error:
        click.echo(say("import_refused", language, file=path.name, reason=outcome.error.text(language)), err=True)
    else:
        counts = {name: f"{outcome.rows[name]:,}" for name in ("created", "updated", "unchanged")}
        click.echo(say("import_dry" if outcome.dry_run else "import_done", language, file=path.name, read=f"{outcome.read:,}",
                       rejected=f"{outcome.rejected:,}", **counts))
        if written := ", ".join(f"{count:,} {KINDS.get(kind, kind)}" for kind, count in outcome.records.items() if count):
            click.echo(say("import_written", language, records=written))
    for rejection, _ in zip(outcome.rejections, range(SHOWN), strict=False):
        reason = rejection.problem.text(language)
        click.echo(say("import_row", language, line=rejection.line, column=rejection.column or "-", reason=reason), err=True)
    if outcome.rejected:
        click.echo(say("import_rejected", language, count=f"{outcome.rejected:,}", path=rejected_path), err=True)


def in_words(problem: Any, language: str) -> str:
    return f"{': '.join(problem.path)}: {problem.text(language)}" if problem.path else str(problem.text(language))


def language_of_system() -> str:
    setting = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if setting.lower().startswith("zh") else "en"


@contextmanager
def progress_bar(name: str) -> Iterator[Any]:
    """A bar on a terminal, and nothing elsewhere: logs are no place for it."""
    from schema.quality.importing.run import quiet

    if not sys.stderr.isatty():
        yield quiet
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda stage, done, total: bar.update(task, description=f"{name}: {stage}", completed=done, total=total)
