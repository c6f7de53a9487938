"""What a worker is told to do.

The server sends two lines: `{"preload": [modules]}`, answered `{"ready": true}`, and one task, or what makes it a worker of inquiries
(see inquiries/answering.py). The worker answers a task with any number of `{"progress": {...}}`, `{"warning": "..."}` and one
`{"snapshot": {...}}`, and at last with `{"result": {...}}` or `{"failure": {"code", "message"}}`. Tracebacks and whatever is printed
go to standard error.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from schema.scalars import parse_moment

ROOM = 10 * 2**30  # bytes of snapshots, where nobody says otherwise


@dataclass(frozen=True)
class Where:
    """The customers, or the transactions, that an analysis is about: a statement in the database's own words that gives their ids.
    `of` is the name of their type."""

    sql: str
    parameters: tuple[Any, ...]
    of: str = "Customer"


@dataclass(frozen=True, kw_only=True)
class Data:
    """Which data of a database is wanted, and the folder of files, where it is kept, with the room in bytes that snapshots may take there.
    `features`: those that are wanted, each with the `plugin` that knows it, where that is (`source`), and its `settings`."""

    database: str  # an address with its password
    files: Path
    where: Where | None
    as_of: datetime.datetime | None
    features: tuple[Mapping[str, Any], ...] = ()
    room: int = ROOM


@dataclass(frozen=True, kw_only=True)
class Task(Data):
    """`same_as`: the run whose snapshot this one must use, as {"run": id, "snapshot": what that run recorded of it}."""

    run: int
    analysis: str
    plugin: str
    source: str
    version: str | None  # of the plugin
    settings: Mapping[str, Any]
    parameters: Mapping[str, Any]
    same_as: Mapping[str, Any] | None
    memory: int  # bytes
    language: str
    cluster: Mapping[str, Any] | None = None  # that computes the parts of the run: its `scheduler`, and the files of its `tls`

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Self:
        return cls(
            run=message["run"], analysis=message["analysis"], plugin=message["plugin"], source=message["source"],
            version=message["version"], settings=message["settings"], parameters=message["parameters"],
            database=message["database"], files=Path(message["files"]), where=where_of(message["where"]),
            as_of=moment_of(message["as_of"]), features=tuple(message.get("features", ())), same_as=message["same_as"],
            memory=message["memory"], language=message["language"], cluster=message.get("cluster"), room=message.get("room", ROOM),
        )

    @property
    def folder(self) -> Path:
        """Where the files of this run lie."""
        return self.files / "runs" / str(self.run)


def where_of(given: Mapping[str, Any] | None) -> Where | None:
    return Where(given["sql"], tuple(given["parameters"]), given.get("of", "Customer")) if given else None


def moment_of(given: str | None) -> datetime.datetime | None:
    return parse_moment(given) if given else None
