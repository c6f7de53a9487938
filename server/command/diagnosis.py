"""guanxi doctor"""

import re
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import found_database, installation_options, plugin_option

if TYPE_CHECKING:
    from plugins.manager import Plugins
    from server.settings import Settings

CHECKED_WITHIN = 2.0  # seconds that a plugin has to look around
LITTLE_SPACE = 500 * 1024 * 1024  # bytes
Findings = Iterable[str]


@click.command("doctor")
@plugin_option
@installation_options
def doctor_command(config: Path | None, database_url: str | None, load: tuple[str, ...]) -> None:
    """Look at this installation and say what is wrong with it."""
    from server.settings import SettingsError, load_settings

    told = Told()
    told.tell("packages", packages())
    try:
        settings = load_settings(config, database_url=database_url)
    except SettingsError as error:
        told.tell("settings", [str(error)])
    else:
        told.tell("settings", loose_file(config, settings))
        told.tell("database", database(settings))
        for name, status, findings in plugins(settings, load):
            told.tell(f"plugin {name}", findings, well=status)
        if settings.runs.engine == "dask":
            wrong, notes = cluster(settings, load)
            told.tell("cluster", wrong, well=" ".join(notes) or "ok")
        told.tell("disk space", space(settings))
        told.tell("GraphiQL", graphiql() if settings.graphiql else [])
    if told.wrong:
        raise SystemExit(1)


class Told:
    """Prints findings, and remembers whether there were any."""

    def __init__(self) -> None:
        self.wrong = False

    def tell(self, subject: str, findings: Findings, *, well: str = "ok") -> None:
        sentences = list(findings)
        self.wrong |= bool(sentences)
        for sentence in sentences or [well]:
            click.echo(f"{subject + ':':<12} {sentence}")


def packages() -> Iterator[str]:
    from server.packages import foreign_packages, shared_packages

    yield from foreign_packages()
    yield from shared_packages()


def loose_file(config: Path | None, settings: "Settings") -> Iterator[str]:
    """A password in a file that others may read."""
    from server.settings import chosen_file

    file = chosen_file(config)
    secret = re.search(r"//[^/@]*:[^/@]*@", settings.database_url.get_secret_value())
    if file is not None and secret and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH) and secret[0] in file.read_text("utf-8"):
        yield f"{file} holds a password and may be read by others: run “chmod 600 {file}”."


def database(settings: "Settings") -> Iterator[str]:
    from server.database import DatabaseProblem, open_database
    from server.database.address import parse_address
    from server.migrations import Standing, state

    try:
        path = parse_address(settings.database_url.get_secret_value()).path
        if path is not None and not path.exists():  # opening it would make it
            yield f"There is no database {path} yet: “guanxi serve” or “guanxi migrate” makes it."
            return
        opened = open_database(settings.database_url.get_secret_value())
    except DatabaseProblem as problem:
        yield str(problem)
        return
    found = state(opened)
    opened.engine.dispose()
    if found.standing is not Standing.UP_TO_DATE:
        yield found.sentence


def plugins(settings: "Settings", load: tuple[str, ...]) -> Iterator[tuple[str, str, list[str]]]:
    """The name and status of each, and what is wrong with it."""
    from plugins.manager import doubled
    from schema.extending.catalogue import PluginStatus
    from server.command.plugin_commands import applied

    twice = doubled()
    try:
        with found_database(settings) as opened:
            application = applied(settings, load, opened)
    except click.ClickException:  # what is wrong with the database was said already
        application = applied(settings, load, None)
    for one in application.catalogue.plugins:
        found = [twice[one.name]] if one.name in twice else []
        match one.status:
            case PluginStatus.ACTIVE:
                yield one.name, "active", found + looked_around(application.plugins, one.name)
            case PluginStatus.DISABLED:
                yield one.name, "disabled", found
            case status:
                yield one.name, status.name, [*found, f"{status.name}. {one.reason}"]
    for name, sentence in application.plugins.lost_settings.items():
        yield name, "unknown", [sentence]


def cluster(settings: "Settings", load: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """What is wrong with it, and what is only to be known. Asked by a process of its own: this one does not need Dask for anything else."""
    import orjson

    from plugins.manager import Plugins
    from server.application import choices_of
    from server.runs.assembly import distributions
    from server.runs.engines import cluster_of

    catalogue = Plugins(choices_of(settings, load)).catalogue()
    known = distributions(catalogue)
    found = [(one.name, one.source, known.get(one.name)) for one in catalogue.plugins if one.status.name == "ACTIVE"]
    asked = orjson.dumps({"cluster": cluster_of(settings), "files": str(settings.files_folder), "plugins": found})
    answer = subprocess.run([sys.executable, "-P", "-m", "server.cluster.checking"], input=asked, capture_output=True, check=False)
    if answer.returncode:
        lacks = re.search(r"^ModuleNotFoundError: .*'(?:distributed|dask)'", answer.stderr.decode("utf-8", "replace"), re.MULTILINE)
        return ["The library distributed is missing: install guanxi[dask]." if lacks else "The cluster could not be looked at."], []
    told = orjson.loads(answer.stdout)
    return told["wrong"], told["notes"]


def looked_around(known: "Plugins", name: str) -> list[str]:
    """What the plugin finds wrong itself. One that does not come to an end is left behind."""
    found: list[str] = [f"It did not say within {CHECKED_WITHIN:g} s whether it finds what it needs."]

    def look() -> None:
        found[:] = [problem.text for problem in known.check(name)]

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(CHECKED_WITHIN)
    return list(found)


def space(settings: "Settings") -> Iterator[str]:
    from server.database import DatabaseProblem
    from server.database.address import parse_address

    try:
        path = parse_address(settings.database_url.get_secret_value()).path
    except DatabaseProblem:
        return  # said already
    free = shutil.disk_usage(path.parent).free if path else LITTLE_SPACE
    if free < LITTLE_SPACE:
        yield f"Only {free // 1024 // 1024} MB are free where {path} is."


def graphiql() -> Iterator[str]:
    from server.ide import FILES, PLACE

    index = FILES / "index.html"
    if not index.is_file():
        yield f"{index} is missing: install Guanxi again."
        return
    text = index.read_text("utf-8")
    missing = [name for name in re.findall(r'(?:src|href)="\./([^"]+)"', text) if not (FILES / name).is_file()]
    if missing or PLACE not in text:
        yield f"The page in {FILES} is not whole ({', '.join(missing) or 'no place for its settings'}): install Guanxi again."
