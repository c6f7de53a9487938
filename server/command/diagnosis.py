"""guanxi doctor"""

import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.command.installation import installation_options

if TYPE_CHECKING:
    from server.settings import Settings

LITTLE_SPACE = 500 * 1024 * 1024  # bytes
Findings = Iterable[str]


@click.command("doctor")
@installation_options
def doctor_command(config: Path | None, database_url: str | None) -> None:
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
        told.tell("disk space", space(settings))
        told.tell("GraphiQL", graphiql() if settings.graphiql else [])
    if told.wrong:
        raise SystemExit(1)


class Told:
    """Prints findings, and remembers whether there were any."""

    def __init__(self) -> None:
        self.wrong = False

    def tell(self, subject: str, findings: Findings) -> None:
        sentences = list(findings)
        self.wrong |= bool(sentences)
        for sentence in sentences or ["ok"]:
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
