"""How far a plugin can be trusted, tried on small data: it runs, it is sound, it is good. `guanxi plugins check NAME` prints the same."""

import asyncio
import enum
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any


class Level(enum.IntEnum):
    """What a plugin has reached when everything of this level and of those below holds."""

    RUNS = 1
    SOUND = 2
    GOOD = 3


@dataclass(frozen=True)
class Finding:
    """`holds` is None where there was nothing to try; `sentences` say why, or what is wrong."""

    level: Level
    what: str
    holds: bool | None
    sentences: Sequence[str] = ()

    def lines(self) -> Iterator[str]:
        yield f"  {'-' if self.holds is None else 'ok' if self.holds else 'NO':<3} {self.what}"
        yield from (f"        {sentence}" for sentence in self.sentences)


@dataclass(frozen=True)
class Scale:
    """`str(scale)` is what people read."""

    plugin: str
    findings: Sequence[Finding]

    @property
    def complaints(self) -> list[str]:
        return [sentence for one in self.findings if one.holds is False for sentence in one.sentences]

    @property
    def reached(self) -> Level | None:
        """None when it does not even run."""
        failed = [one.level for one in self.findings if one.holds is False]
        lowest = min(failed, default=Level.GOOD + 1)
        return Level(lowest - 1) if lowest > Level.RUNS else None

    def __str__(self) -> str:
        lines = []
        for level in Level:
            own = [one for one in self.findings if one.level is level]
            lines += [level.name.lower(), *[line for one in own for line in one.lines()]] if own else []
        reached = self.reached.name.lower() if self.reached else "not fit to run"
        return "\n".join([*lines, f"{self.plugin}: {reached}"])


def check_plugin(plugin: ModuleType | str, *, parameters: Mapping[str, Mapping[str, Any]] | None = None,
                 settings: Mapping[str, Any] | None = None) -> Scale:
    """Tries what every plugin must satisfy, on small data and in processes of its own. Takes some seconds.

    `plugin`: a module, the name of an installed plugin, or a file. `parameters`: by analysis, what its runs are started with, where
    the smallest input that its type allows will not do. `settings`: the plugin's section.
    """
    from guanxi.testing.checking.subject import subject_of
    from guanxi.testing.checking.table import tried

    with tempfile.TemporaryDirectory(prefix="guanxi-check-") as folder, ThreadPoolExecutor(1) as apart:
        subject = subject_of(plugin, Path(folder), parameters or {}, settings or {})
        return apart.submit(asyncio.run, tried(subject)).result()  # a test that calls this may have an event loop of its own
