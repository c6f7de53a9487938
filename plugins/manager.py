"""The plugins of one application: which there are, which serve, why the others do not, and what those that serve add."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic_core import to_jsonable_python
from strawberry.types.field import StrawberryField

from plugins.asking import Plugin, SetAside, guarded
from plugins.finding import Candidate, doubled, installed, named
from plugins.ordering import circular, in_order, lacking, not_serving
from schema.analyses.contract import Analysis
from schema.extending.catalogue import Catalogue, KnownPlugin, PluginStatus
from schema.extending.contribution import Contribution
from schema.extending.neighbours import Neighbour, neighbour_of
from schema.extending.problem import Problem
from schema.extending.tables import Storage
from schema.features.contract import Feature
from schema.inquiries.contract import Inquiry
from schema.querying.entities import Filter, Order

__all__ = ["Admitted", "Candidate", "Choices", "Plugin", "Plugins", "SetAside", "analysis_of", "doubled", "drafted_storage", "feature_of",
           "guarded", "inquiry_of", "installed", "installed_names", "is_name", "load", "name_of", "needed_by", "source_of"]
NAME = re.compile(r"[a-z][a-z0-9]{0,30}")
RESERVED = frozenset({"core", "alembic"})  # what migrations call the core, and how its own tables begin
CAMEL_CASE = re.compile(r"[a-z][A-Za-z0-9]{0,62}")
logger = logging.getLogger("guanxi")


@dataclass(frozen=True)
class Choices:
    """What an installation says about plugins. `load`: files and modules; `settings`: a section for each plugin, by name."""

    load: Sequence[str] = ()
    allow: Sequence[str] = ()
    disabled: Sequence[str] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Admitted:
    """A plugin that answered every hook. `settings` is an object of its own form."""

    plugin: Plugin
    settings: Any
    storage: Storage | None
    contribution: Contribution


class Plugins:
    """Made once for an application. Later findings (tables that are behind, names that clash) set plugins aside."""

    def __init__(self, choices: Choices):
        self._choices = choices
        self.known: list[KnownPlugin] = []
        self.admitted: dict[str, Admitted] = {}
        self._imported: dict[str, Plugin] = {}
        for candidate in candidates(choices):
            self._import(candidate)
        order, circles = in_order({name: plugin.needs for name, plugin in self._imported.items()})
        for name in [*circles, *order]:
            self._admit(self._imported[name], circles.get(name, ()))
        self.known += [_missing(name) for name in choices.allow if name not in {one.name for one in self.known}]

    @property
    def serving(self) -> list[Admitted]:
        active = {one.name for one in self.known if one.status is PluginStatus.ACTIVE}
        return [one for name, one in self.admitted.items() if name in active]

    @property
    def storages(self) -> dict[str, Storage]:
        """Of all that answered, in order, whether their tables are there or not."""
        return {name: one.storage for name, one in self.admitted.items() if one.storage is not None}

    @property
    def contributions(self) -> list[Contribution]:
        return [one.contribution for one in self.serving]

    @property
    def lost_settings(self) -> dict[str, str]:
        """A sentence for each section of settings that no plugin has, by its name."""
        known = {one.name for one in self.known}
        return {name: f"The settings have a section [plugins.settings.{name}], and there is no such plugin: correct the name, or take the "
                      "section out." for name in self._choices.settings if name not in known}

    def set_aside(self, name: str, status: PluginStatus, reason: str) -> None:
        """And with it all that need it. One that was set aside with another keeps its first reason."""
        at = next((i for i, one in enumerate(self.known) if one.name == name and one.status is PluginStatus.ACTIVE), None)
        if at is None:
            return
        self.known[at] = replace(self.known[at], status=status, reason=reason)
        for other, admitted in self.admitted.items():
            if name in admitted.plugin.needs:
                self.set_aside(other, PluginStatus.FAILED, not_serving(name, status))

    def catalogue(self) -> Catalogue:
        pairs = [(one.plugin, analysis) for one in self.contributions for analysis in one.analyses]
        return Catalogue(tuple(self.known), {analysis.name: analysis for _, analysis in pairs},
                         {analysis.name: plugin for plugin, analysis in pairs},
                         {(one.plugin, inquiry.name): inquiry for one in self.contributions for inquiry in one.inquiries},
                         {feature.name: replace(feature, plugin=one.plugin) for one in self.contributions for feature in one.features})

    def check(self, name: str) -> list[Problem]:
        """What the plugin finds wrong with its surroundings; that it failed to look is a problem too."""
        one = self.admitted[name]
        try:
            return list(one.plugin.records("check", Problem, one.settings))
        except SetAside as failure:
            return [Problem(str(failure))]

    def _import(self, candidate: Candidate) -> None:
        """Its row; and the plugin, when it could be imported."""
        known = KnownPlugin(candidate.name, PluginStatus.ACTIVE, None, candidate.version, None, candidate.source)
        try:
            self._refuse(candidate)
            plugin = self._imported[candidate.name] = Plugin(candidate)
            known = replace(known, version=plugin.version, api=plugin.api)
        except SetAside as aside:
            known = set_aside(known, aside)
        self.known.append(known)

    def _admit(self, plugin: Plugin, circle: Sequence[str] = ()) -> None:
        """Asks it, when those that it needs serve. Its row is the first of its name that is not disabled."""
        at = next(i for i, one in enumerate(self.known) if one.name == plugin.name and one.status is PluginStatus.ACTIVE)
        try:
            if circle:
                raise SetAside(circular(circle))
            for sentence in lacking(plugin.needs, self.known):
                raise SetAside(sentence)
            admitted = self.admitted[plugin.name] = self._asked(plugin)
            self.known[at] = replace(self.known[at], tables=sorted(admitted.storage.metadata.tables) if admitted.storage else (),
                                     settings=to_jsonable_python(self._section(plugin.name)))
        except SetAside as aside:
            self.known[at] = set_aside(self.known[at], aside)

    def _refuse(self, candidate: Candidate) -> None:
        """Why a candidate is not even imported."""
        name = candidate.name
        if candidate.problem:
            raise SetAside(candidate.problem)
        if not is_name(name):
            raise SetAside(f"A plugin cannot be called “{name}”: use up to 31 of a to z and 0 to 9, a letter first, "
                           f"and not {' or '.join(sorted(RESERVED))}.")
        if name in self._choices.disabled:
            raise SetAside(f"The settings disable it: take “{name}” out of [plugins] disabled to have it.", PluginStatus.DISABLED)
        if not candidate.bundled and not candidate.named and name not in self._choices.allow:
            raise SetAside(f"It is installed and not allowed: add “{name}” to [plugins] allow to have it.", PluginStatus.DISABLED)
        for other in self.known:
            if other.name == name and other.status is not PluginStatus.DISABLED:
                raise SetAside(f"There is a plugin called {name} already, {other.source}: {candidate.origin} has to find another name.")

    def _section(self, name: str) -> Mapping[str, Any]:
        return self._choices.settings.get(name, {})

    def _asked(self, plugin: Plugin) -> Admitted:
        from plugins.storing import storage_of  # brings every table of the core

        settings = plugin.configured(self._section(plugin.name))
        storage = storage_of(plugin)
        analyses = analyses_of(plugin, settings)
        for analysis in analyses:
            self._claim(analysis)
        features = features_of(plugin, settings)
        for feature in features:
            self._claim_feature(feature)
        others = {name: neighbour_of(self.admitted[name].contribution) for name in plugin.needs}
        contribution = Contribution(plugin.name, plugin.version or "0", fields_of(plugin, settings, others),
                                    plugin.records("filters", Filter, settings, others=others),
                                    plugin.records("orders", Order, settings, others=others), analyses, inquiries_of(plugin, settings),
                                    features)
        return Admitted(plugin, settings, storage, contribution)

    def _claim(self, analysis: Analysis[Any]) -> None:
        for other in self.admitted.values():
            if any(one.name == analysis.name for one in other.contribution.analyses):
                raise SetAside(f"Its analysis {analysis.name} has the name of one of {other.plugin.name}: that one keeps it.")

    def _claim_feature(self, feature: Feature) -> None:
        for other in self.admitted.values():
            if any(one.name == feature.name for one in other.contribution.features):
                raise SetAside(f"Its feature {feature.name} has the name of one of {other.plugin.name}: that one keeps it.")


def set_aside(known: KnownPlugin, aside: SetAside) -> KnownPlugin:
    logger.info("plugin set aside", extra={"detail": f"{known.name}: {aside}"}, exc_info=aside.__cause__)
    return replace(known, status=aside.status, reason=str(aside))


def candidates(choices: Choices) -> list[Candidate]:
    """In the order in which they get what they claim: those that ship, those allowed in the order of the list, those named, the rest."""
    found = installed()
    place = {name: at for at, name in enumerate(choices.allow)}
    ours = [one for one in found if one.bundled]
    allowed = sorted((one for one in found if not one.bundled and one.name in place), key=lambda one: place[one.name])
    rest = [one for one in found if not one.bundled and one.name not in place]
    return [*ours, *allowed, *[named(what) for what in dict.fromkeys(choices.load)], *rest]


def load(name: str, source: str) -> Plugin:
    """One plugin, for a process that computes. Raises `SetAside`."""
    return Plugin(Candidate(name, source, source))


def name_of(what: str) -> str:
    """What the plugin in a file or module is called."""
    return named(what).name


def is_name(text: str) -> bool:
    """Whether a plugin can be called so."""
    return bool(NAME.fullmatch(text)) and text not in RESERVED


def installed_names() -> list[str]:
    """What the plugins of installed distributions are called, those that ship first."""
    return list(dict.fromkeys(one.name for one in installed()))


def source_of(name: str) -> str | None:
    """The module of an installed plugin."""
    return next((one.source for one in installed() if one.name == name), None)


def needed_by(what: str) -> Mapping[str, str]:
    """What an installed plugin, a file or a module names in `DEPENDS`; nothing when it cannot be imported."""
    candidate = next((one for one in installed() if one.name == what), None) or named(what)
    try:
        return Plugin(candidate).needs
    except SetAside:
        return {}


def drafted_storage(what: str) -> tuple[str, Storage]:
    """The name and the tables of a plugin, given by the name of an installed one, a file or a module: before it has migrations, too.
    Raises `SetAside`."""
    from plugins.storing import tables_of

    candidate = next((one for one in installed() if one.name == what), None) or named(what)
    found = tables_of(Plugin(candidate))
    if found is None:
        raise SetAside(f"The plugin {candidate.name} has no tables: its hook storage returns none.")
    return candidate.name, found


def analyses_of(plugin: Plugin, settings: Any) -> tuple[Analysis[Any], ...]:
    """Raises `SetAside`."""
    found: tuple[Analysis[Any], ...] = plugin.records("analyses", Analysis, settings)
    check_names([one.name for one in found], "an analysis", "analyses")
    return found


def inquiries_of(plugin: Plugin, settings: Any) -> tuple[Inquiry, ...]:
    """Raises `SetAside`."""
    found: tuple[Inquiry, ...] = plugin.records("inquiries", Inquiry, settings)
    check_names([one.name for one in found], "an inquiry", "inquiries")
    return found


def check_names(names: Sequence[str], one: str, many: str) -> None:
    for at, name in enumerate(names):
        if not CAMEL_CASE.fullmatch(name):
            raise SetAside(f"It has {one} called “{name}”: such names are camelCase, with at most 63 letters and digits.")
        if name in names[:at]:
            raise SetAside(f"It has two {many} called {name}.")


def analysis_of(plugin: Plugin, section: Mapping[str, Any], name: str) -> Analysis[Any]:
    """One analysis of a plugin that has these settings. Raises `SetAside`."""
    found = [one for one in analyses_of(plugin, plugin.configured(section)) if one.name == name]
    if not found:
        raise SetAside(f"The plugin {plugin.name} has no analysis {name} any more.")
    return found[0]


def inquiry_of(plugin: Plugin, section: Mapping[str, Any], name: str) -> Inquiry:
    """One inquiry of a plugin that has these settings. Raises `SetAside`."""
    found = [one for one in inquiries_of(plugin, plugin.configured(section)) if one.name == name]
    if not found:
        raise SetAside(f"The plugin {plugin.name} has no inquiry {name} any more.")
    return found[0]


def features_of(plugin: Plugin, settings: Any) -> tuple[Feature, ...]:
    """Raises `SetAside`."""
    found: tuple[Feature, ...] = plugin.records("features", Feature, settings)
    names = [one.name for one in found]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise SetAside(f"It has two features called {name}.")
    return found


def feature_of(plugin: Plugin, section: Mapping[str, Any], name: str) -> Feature:
    """One feature of a plugin that has these settings. Raises `SetAside`."""
    found = [one for one in features_of(plugin, plugin.configured(section)) if one.name == name]
    if not found:
        raise SetAside(f"The plugin {plugin.name} has no feature {name} any more.")
    return found[0]


def fields_of(plugin: Plugin, settings: Any, others: Mapping[str, Neighbour]) -> Mapping[type, Mapping[str, StrawberryField]]:
    """Raises `SetAside`."""
    with guarded("Its hook fields failed"):
        found = plugin.ask("fields", settings=settings, others=others)
    if found is None:
        return {}
    if not all(_is_fields(type_, fields) for type_, fields in _pairs(found)):
        raise SetAside("Its hook fields has to return fields by name by type, such as {Customer: {\"luck\": computed(...)}}, and does not.")
    return {type_: dict(fields) for type_, fields in found.items()}


def _pairs(found: Any) -> Iterator[tuple[Any, Any]]:
    return iter(found.items() if isinstance(found, Mapping) else [(None, None)])


def _is_fields(type_: Any, fields: Any) -> bool:
    return isinstance(type_, type) and isinstance(fields, Mapping) and all(
        isinstance(name, str) and name.isidentifier() and isinstance(one, StrawberryField) for name, one in fields.items())


def _missing(name: str) -> KnownPlugin:
    return KnownPlugin(name, PluginStatus.FAILED, f"The settings allow it, and it is not installed: install it, or take “{name}” out of "
                                                  "[plugins] allow.")
