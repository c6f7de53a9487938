"""Several processes of one `guanxi serve`: how each is started, and how it knows which one it is."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import socket

    from server.settings import Settings
    from server.supervisor import Launch


@dataclass(frozen=True)
class Options:
    """What the command line said beside the settings."""

    config: Path | None
    load: tuple[str, ...]
    demo: bool


@dataclass(frozen=True)
class Place:
    """Which process this is, from 0, and the numbers of the open files that all of them share: the socket, and the tally of connections."""

    number: int
    socket: int
    tally: int

    @classmethod
    def of(cls, written: str) -> Self:
        return cls(*map(int, written.split(":")))

    def __str__(self) -> str:
        return f"{self.number}:{self.socket}:{self.tally}"


def launches(settings: "Settings", listener: "socket.socket", options: Options) -> "list[Launch]":
    """The settings that the command line gave go by the environment: an address holds a password, and others may see commands."""
    from server.accepting import Tally
    from server.supervisor import Launch

    tally = Tally.file(settings.workers)
    shared = {"GUANXI_DATABASE_URL": settings.database_url.get_secret_value(), "GUANXI_HOST": settings.host,
              "GUANXI_PORT": str(listener.getsockname()[1])}
    places = [Place(number, listener.fileno(), tally) for number in range(settings.workers)]
    return [Launch(command(place, options), {**os.environ, **shared, **alone_with_runs(place.number)}, (place.socket, place.tally))
            for place in places]


def command(place: Place, options: Options) -> list[str]:
    """-P: a file in the current folder must not pass for a library. What is done once is done by the first."""
    config = [] if options.config is None else ["--config", str(options.config)]
    load = [part for one in options.load for part in ("--plugin", one)]
    demo = ["--demo"] if options.demo and place.number == 0 else []
    return [sys.executable, "-P", "-m", "guanxi", "serve", "--place", str(place), *config, *load, *demo]


def alone_with_runs(number: int) -> Mapping[str, str]:
    """`runs.workers` and the memory of a run are meant for all processes of a machine together: the first one computes."""
    return {} if number == 0 else {"GUANXI_RUNS__WORKERS": "0"}
