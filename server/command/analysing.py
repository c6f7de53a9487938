"""guanxi analyse"""

import asyncio
import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.command.installation import installation_options, plugin_option, ready_database, settings_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schema.extending.catalogue import Catalogue
    from server.runs.following import Told

EPILOG = """\b
Examples:
  guanxi analyse graphMetrics --param metrics=PAGE_RANK --param graph.directed=false --publish
  guanxi analyse graphMetrics --param 'metrics=["PAGE_RANK", "COMMUNITY"]' --param 'graph={"where": {"kind": {"eq": "PERSON"}}}'
"""
INTERRUPTED = 130  # exit code of a program that Ctrl-C ended, as shells have it


@click.command("analyse", epilog=EPILOG, short_help="Run an analysis and print the run as JSON.")
@click.argument("analysis")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE",
              help="A parameter of the analysis: JSON or text; KEY may be dotted. Given again, a key makes a list.  [repeatable]")
@click.option("--label", help="What to call the run.")
@click.option("--publish", is_flag=True, help="Publish the run when it has succeeded, so that scores answer from it.")
@click.option("--estimate", "estimate_only", is_flag=True, help="Only say what the run would need.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Of messages and charts.")
@plugin_option
@installation_options
def analyse_command(analysis: str, params: tuple[str, ...], label: str | None, publish: bool, estimate_only: bool, language: str,
                    load: tuple[str, ...], config: Path | None, database_url: str | None) -> None:
    """Run an ANALYSIS, such as graphMetrics, and print the run as JSON on standard output.

    It is computed here, under the limits of the settings, unless a server that is at work on the same database takes it first.
    Ctrl-C cancels it. The exit code is 1 when the run does not succeed.
    """
    from plugins.manager import Plugins
    from server import logs
    from server.application import assemble, choices_of
    from server.runs.asking import Unanswered
    from server.runs.following import Wish
    from server.runs.one import OneRun

    settings = settings_from(config, database_url=database_url)
    logs.configure(settings.log)
    given = parameters(params) | ({"label": label} if label else {}) | ({"estimateOnly": True} if estimate_only else {})
    with ready_database(settings) as database:
        application = assemble(Plugins(choices_of(settings, load)), database)
        check_known(application.catalogue, analysis)
        wish = Wish(analysis, given, publish=publish, language=language)
        run = OneRun(settings, database, application.schema, application.catalogue, wish)
        try:
            with progress_bar(analysis) as told:
                outcome = asyncio.run(run.compute(told))
        except Unanswered as refused:
            raise click.ClickException(str(refused)) from None
    click.echo(json.dumps(outcome.shown, ensure_ascii=False, indent=2))
    for sentence in outcome.problems:
        click.echo(f"Error: {sentence}", err=True)
    sys.exit(INTERRUPTED if outcome.interrupted else int(bool(outcome.problems)))


@contextmanager
def progress_bar(name: str) -> "Iterator[Told]":
    """A bar on a terminal, and nothing elsewhere: logs are no place for it."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda stage, done, total: bar.update(task, description=f"{name}: {stage}", completed=done, total=total)


def check_known(catalogue: "Catalogue", analysis: str) -> None:
    """Names what there is instead."""
    if analysis in catalogue.analyses:
        return
    known = ", ".join(sorted(catalogue.analyses))
    told = f"There are: {known}." if known else "No plugin that serves brings any: “guanxi plugins list” says why."
    raise click.BadParameter(f"there is no analysis “{analysis}”. {told}", param_hint="ANALYSIS")


def parameters(texts: tuple[str, ...]) -> dict[str, Any]:
    """
    >>> parameters(("metrics=PAGE_RANK", "metrics=COMMUNITY", "graph.directed=false", "seed=7"))
    {'metrics': ['PAGE_RANK', 'COMMUNITY'], 'graph': {'directed': False}, 'seed': 7}
    """
    found: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not all(key.split(".")):
            raise click.UsageError(f"“{text}” is no parameter: write --param KEY=VALUE.")
        put(found, key.split("."), value_of(value), text)
    return found


def put(into: dict[str, Any], path: list[str], value: Any, text: str) -> None:
    for name in path[:-1]:
        into = into.setdefault(name, {})
        if not isinstance(into, dict):
            raise click.UsageError(f"“{text}” does not fit what was said before: {name} has a value already.")
    last = path[-1]
    if last not in into:
        into[last] = value
    else:
        before = into[last] if isinstance(into[last], list) else [into[last]]
        into[last] = [*before, value]


def value_of(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
