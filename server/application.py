"""One application out of its settings: which plugins serve on its database, and the schema that the core and they make together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plugins.manager import Choices, Plugins, SetAside, guarded
from schema.compose import Schema
from schema.extending.catalogue import Catalogue, PluginStatus
from schema.extending.composing import compose
from schema.roots import core
from server.database import Database
from server.migrations import Standing, State, state
from server.revisions import Owner, plugin_owner

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve


@dataclass(frozen=True)
class Application:
    """`catalogue` is for requests and runs: plugins that serve, and why the others do not."""

    schema: Schema
    catalogue: Catalogue
    plugins: Plugins


def choices_of(settings: "Settings", load: tuple[str, ...] = ()) -> Choices:
    """`load`: files and modules that the command line names besides those of the settings."""
    chosen = settings.plugins
    return Choices((*chosen.load, *load), chosen.allow, chosen.disabled, chosen.settings)


def assemble(plugins: Plugins, database: Database) -> Application:
    """On a database: a plugin whose tables are not as it needs them is set aside."""
    for name, owner in owners(plugins).items():
        found = standing(database, owner)
        if found.standing is not Standing.UP_TO_DATE:
            plugins.set_aside(name, PluginStatus.NEEDS_UPGRADE, found.sentence)
    return compose_all(plugins, database.dialect)


def compose_all(plugins: Plugins, dialect: str) -> Application:
    """Whatever database there may be. What does not fit beside what came before it is set aside."""
    while True:
        schema, refused = compose(core(), plugins.contributions, dialect)
        left = len(plugins.serving) - len(refused)
        set_aside(plugins, refused)
        if len(plugins.serving) == left:  # else somebody needs what was refused, and is in the schema all the same
            return Application(schema, plugins.catalogue(), plugins)


def set_aside(plugins: Plugins, refused: Mapping[str, str]) -> None:
    for name, reason in refused.items():
        plugins.set_aside(name, PluginStatus.FAILED, reason)


def owners(plugins: Plugins) -> dict[str, Owner]:
    """Whose tables there are besides the core's, in the order in which they are made."""
    return {name: plugin_owner(name, storage) for name, storage in plugins.storages.items()}


def standing(database: Database, owner: Owner) -> State:
    """How a plugin's tables stand. That its migrations cannot be read is a finding too."""
    try:
        with guarded(f"The migrations of the plugin {owner.name} cannot be read", quote=True):
            return state(database, owner)
    except SetAside as failure:
        return State(Standing.FOREIGN, None, None, str(failure))


def silent(catalogue: Catalogue) -> list[str]:
    """A sentence for each plugin that does not serve, though nobody asked for that."""
    meant = (PluginStatus.ACTIVE, PluginStatus.DISABLED)
    return [f"The plugin {one.name} does not serve ({one.status.name}). {one.reason}" for one in catalogue.plugins
            if one.status not in meant]
