"""Removing the results of old runs: each is marked first, in one short transaction, then its rows and files go, some at a time.

Whoever is killed in between leaves runs that are marked and not empty: the next call, or the next start of a server, does the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from schema.analyses.pruning import Choice, OldRun, expire, old_runs
from schema.changes.change import change
from schema.context import SYSTEM
from schema.extending.catalogue import Catalogue, PluginStatus
from server.runs.sweeping import Left, Sweeper


@dataclass(frozen=True)
class Pruned:
    """What was removed, or would be."""

    runs: int = 0
    rows: int = 0
    bytes: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(self.runs + other.runs, self.rows + other.rows, self.bytes + other.bytes)


def within_reach(catalogue: Catalogue) -> tuple[str, ...]:
    """The plugins whose tables are known here. What others have stored cannot be found without them."""
    return tuple(one.name for one in catalogue.plugins if one.tables or one.status is PluginStatus.ACTIVE)


def of_run(left: Left, runs: int = 1) -> Pruned:
    return Pruned(runs, left.rows, left.bytes)


class Pruner:
    """All methods take as long as the database needs: call them from a thread."""

    def __init__(self, engine: Engine, sweeper: Sweeper):
        self._engine, self._sweeper = engine, sweeper

    def choose(self, choice: Choice) -> list[OldRun]:
        with self._engine.connect() as connection:
            return old_runs(connection, choice)

    def weigh(self, run: OldRun) -> Pruned:
        """What removing it would remove."""
        return of_run(self._sweeper.weigh(run.plugin, run.run))

    def finish(self) -> Pruned:
        """What calls that were broken off have left."""
        return of_run(self._sweeper.remove_expired(), runs=0)

    def prune(self, run: OldRun) -> Pruned:
        """Nothing, if somebody has begun to need it since it was chosen."""
        answer = change(self._engine, SYSTEM, "analysisRunPrune", lambda work: {"expired": expire(work, run.run)})
        return of_run(self._sweeper.remove(run.plugin, run.run)) if answer["expired"] else Pruned()

    def prune_all(self, choice: Choice, goes_on: Callable[[], bool] = lambda: True) -> Pruned:
        """`goes_on` is asked before each run."""
        done = self.finish()
        for run in self.choose(choice):
            if not goes_on():
                break
            done += self.prune(run)
        return done
