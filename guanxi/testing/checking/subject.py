"""The plugin that is checked, and what was found out about it on the way."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from guanxi.testing.choosing import only
from guanxi.testing.server import Run, Server
from plugins.manager import Admitted, Plugins, installed_names, name_of, source_of
from schema.analyses.contract import Analysis
from schema.extending.catalogue import KnownPlugin


class Nothing(Exception):
    """There is nothing to try; the text says why."""


@dataclass
class Subject:
    """`what` is how the plugin is named to the manager: by name, by file or by module. `server`, `runs` and `trial` come to it while it is
    tried: what the queue gave for each analysis, and what a process without a database gave."""

    name: str
    what: str
    folder: Path
    parameters: Mapping[str, Mapping[str, Any]]
    settings: Mapping[str, Any]
    runs: dict[str, Run] = field(default_factory=dict)
    trial: Mapping[str, Any] = field(default_factory=dict)
    server: Server | None = None

    @cached_property
    def plugins(self) -> Plugins:
        return Plugins(only([self.what], {self.name: self.settings} if self.settings else {}))

    @property
    def known(self) -> KnownPlugin:
        found = self.plugins.catalogue().plugin(self.name)
        assert found is not None
        return found

    @property
    def admitted(self) -> Admitted:
        return self.plugins.admitted[self.name]

    @property
    def analyses(self) -> list[Analysis[Any]]:
        found = list(self.admitted.contribution.analyses)
        if not found:
            raise Nothing("It has no analyses.")
        return found

    @property
    def at_work(self) -> Server:
        if self.server is None:
            raise Nothing("It does not serve.")
        return self.server

    def given(self, analysis: str) -> dict[str, Any]:
        """What runs of the analysis are started with."""
        from guanxi.testing.checking.inputs import smallest

        return dict(self.parameters[analysis]) if analysis in self.parameters else smallest(self.at_work, analysis)


def subject_of(plugin: ModuleType | str, folder: Path, parameters: Mapping[str, Mapping[str, Any]], settings: Mapping[str, Any]) -> Subject:
    """Raises LookupError when there is no such plugin."""
    if isinstance(plugin, ModuleType):
        known = {source_of(name): name for name in installed_names()}
        plugin = known.get(plugin.__name__) or (plugin.__name__ if importable(plugin) else str(plugin.__file__))
    if plugin in installed_names():
        return Subject(plugin, plugin, folder, parameters, settings)
    if not plugin.endswith(".py") and not importable_name(plugin):
        raise LookupError(f"There is no plugin {plugin}: “guanxi plugins list” names those that are installed; a file ends in .py.")
    return Subject(name_of(plugin), plugin, folder, parameters, settings)


def importable(module: ModuleType) -> bool:
    """Whether another process would find it under its name."""
    return importable_name(module.__name__) and sys.modules.get(module.__name__) is module


def importable_name(name: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
