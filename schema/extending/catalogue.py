"""The plugins of one application, and what became of them: read by `Query.plugins`, `Query.analysisKinds` and every run."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import strawberry

from schema.analyses.contract import Analysis
from schema.inquiries.contract import Inquiry

if TYPE_CHECKING:
    from schema.features.contract import Feature


@strawberry.enum(description="How a plugin stands.")
class PluginStatus(enum.Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="It serves.")
    DISABLED = strawberry.enum_value("DISABLED", description="The settings leave it out.")
    FAILED = strawberry.enum_value("FAILED", description="It could not be loaded, or does not fit into the schema.")
    INCOMPATIBLE = strawberry.enum_value("INCOMPATIBLE", description="It was written for another version of the plugin interface.")
    NEEDS_UPGRADE = strawberry.enum_value("NEEDS_UPGRADE", description="Its tables are not as it needs them: run `guanxi migrate`.")


@dataclass(frozen=True)
class KnownPlugin:
    """A plugin that was found, whether it serves or not. `reason` says in a sentence why it does not, and what to do."""

    name: str
    status: PluginStatus
    reason: str | None = None
    version: str | None = None
    api: str | None = None  # the range of API versions that it was written for
    source: str = ""  # where a worker finds it: the module of its entry point, or a file
    tables: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)  # its section as it was given, in JSON's terms: may be secret


@dataclass(frozen=True)
class Catalogue:
    """`owners`: the plugin of each analysis; `inquiries`: by plugin and name; `features`: by name, each saying whose it is."""

    plugins: Sequence[KnownPlugin] = ()
    analyses: Mapping[str, Analysis[Any]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    inquiries: Mapping[tuple[str, str], Inquiry] = field(default_factory=dict)
    features: Mapping[str, "Feature"] = field(default_factory=dict)

    def plugin(self, name: str) -> KnownPlugin | None:
        return next((one for one in self.plugins if one.name == name), None)


EMPTY = Catalogue()
