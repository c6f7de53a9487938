"""What a worker says on its way, kept until it is written down: the last stage, the snapshot, and the first warnings."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from schema.analyses.queue import LONGEST_WARNING, MOST_WARNINGS
from server.runs.endings import clean
from server.runs.ledger import Notes, Stage


class Notebook:
    def __init__(self) -> None:
        self._notes = Notes()
        self._warned = 0
        self.something = asyncio.Event()
        self.turned = asyncio.Event()  # to another stage
        self._stage: str | None = None

    def hear(self, message: Mapping[str, Any]) -> None:
        """Parts that are not of the right form are passed over: they decide nothing."""
        progress, snapshot, warning = (message.get(name) for name in ("progress", "snapshot", "warning"))
        if isinstance(progress, Mapping):
            self._reach(stage_of(progress))
        if isinstance(snapshot, Mapping):
            self._add(snapshot=dict(snapshot))
        if isinstance(warning, str) and self._warned < MOST_WARNINGS:
            self._warned += 1
            self._add(warnings=(*self._notes.warnings, clean(warning, LONGEST_WARNING)))

    def take(self) -> Notes:
        notes, self._notes = self._notes, Notes()
        self.something.clear()
        self.turned.clear()
        return notes

    def put_back(self, notes: Notes) -> None:
        """They could not be written. What was heard since goes before them."""
        since = self._notes
        self._add(stage=since.stage or notes.stage, snapshot=since.snapshot or notes.snapshot, warnings=notes.warnings + since.warnings)

    def _reach(self, stage: Stage) -> None:
        if stage.stage != self._stage:
            self._stage = stage.stage
            self.turned.set()
        self._add(stage=stage)

    def _add(self, **values: Any) -> None:
        self._notes = replace(self._notes, **values)
        self.something.set()


def stage_of(progress: Mapping[str, Any]) -> Stage:
    stage, done, total = (progress.get(name) for name in ("stage", "done", "total"))
    return Stage(clean(stage, 64), count(done) or 0, count(total))


def count(number: object) -> int | None:
    """A number that both databases can keep."""
    return min(max(number, 0), 2**31 - 1) if isinstance(number, int) else None
