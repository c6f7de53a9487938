"""Bringing the tables of plugins to what they need: each in a transaction of its own, so that one that fails stops no other."""

from collections.abc import Callable, Iterator, Sequence

from plugins.manager import Plugins, SetAside, guarded
from server.application import owners
from server.database import Database, DatabaseProblem
from server.migrations import Standing, State, downgrade, state, upgrade
from server.removal import unpublish_runs
from server.revisions import Owner


def upgrade_plugins(database: Database, plugins: Plugins, only: Sequence[str] = ()) -> Iterator[tuple[bool, str]]:
    """Whether each went well, and a sentence. The core has to be up to date."""
    for name, owner in owners(plugins).items():
        if not only or name in only:
            yield attempt(database, owner)


def attempt(database: Database, owner: Owner) -> tuple[bool, str]:
    try:
        return True, _guarded(upgrade, database, owner)
    except DatabaseProblem as problem:
        return False, str(problem)


def take_down(database: Database, owner: Owner) -> str:
    """Takes the plugin's tables away by its own migrations, with what is in them, and its runs out of publication."""
    if state(database, owner).standing is Standing.EMPTY:
        return f"There are no tables of the plugin {owner.name}."
    _guarded(lambda database, owner: downgrade(database, "base", owner), database, owner)
    unpublish_runs(database, owner.name)
    return f"The tables of the plugin {owner.name} were removed."


def _guarded(step: Callable[[Database, Owner], State], database: Database, owner: Owner) -> str:
    """Whatever a migration of a plugin raises is a `DatabaseProblem`."""
    try:
        with guarded(f"The tables of the plugin {owner.name} were left as they were"):
            try:
                return step(database, owner).sentence
            except DatabaseProblem as problem:
                raise SetAside(str(problem)) from problem
    except SetAside as failure:
        raise DatabaseProblem(str(failure)) from failure
