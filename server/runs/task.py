"""What a worker is told about a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schema.analyses.contract import InvalidParameters
from schema.analyses.parameters import read_input
from schema.analyses.queue import Claim
from schema.analyses.selections import as_of
from schema.extending.catalogue import Catalogue
from schema.querying.answering import in_own_words
from server.database.address import Address
from server.runs.selecting import Selecting


@dataclass(frozen=True)
class Elsewhere:
    """What is told besides where a cluster computes: the address of its `scheduler` with what protects the way (`tls`), and for each
    installed plugin its distribution, whose version has to be the same there."""

    cluster: Mapping[str, Any]
    distributions: Mapping[str, str]

    def told(self, plugin: str) -> dict[str, Any]:
        return {"cluster": self.cluster, "distribution": self.distributions.get(plugin)}


@dataclass(frozen=True)
class Tasks:
    """Builds the task of every run of one application."""

    catalogue: Catalogue
    address: Address
    files: Path
    memory: int
    room: int  # bytes that snapshots may take
    selecting: Selecting
    elsewhere: Elsewhere | None = None

    def __call__(self, claim: Claim) -> dict[str, Any]:
        """Raises `Refused` or `RequestError` when the parameters do not fit the schema of today."""
        plugin = self.catalogue.plugin(claim.plugin)
        assert plugin, "a run is claimed only when its analysis is here"
        where = self.selecting(claim)
        return {
            "run": claim.run, "analysis": claim.kind, "plugin": claim.plugin, "source": plugin.source,
            "version": plugin.version, "settings": plugin.settings,
            "parameters": claim.parameters, "database": address_in_full(self.address), "files": str(self.files),
            "where": where, "as_of": as_of(claim.parameters),
            "features": sources_of(self.catalogue, features_of(self.catalogue, claim)), "same_as": claim.same_as, "memory": self.memory,
            "room": self.room, "language": claim.language, **(self.elsewhere.told(plugin.name) if self.elsewhere else {}),
        }


def features_of(catalogue: Catalogue, claim: Claim) -> Iterable[str]:
    """The features that a run reads. Raises `Refused`."""
    analysis = catalogue.analyses[claim.kind]
    try:
        return analysis.features(read_input(analysis.start, claim.parameters)).values()
    except InvalidParameters as error:
        raise in_own_words(error) from error


def sources_of(catalogue: Catalogue, names: Iterable[str]) -> list[dict[str, Any]]:
    """Where a worker finds these features. One that is gone since the run was asked for is left out: the run says that it misses it."""
    owners = {name: catalogue.plugin(catalogue.features[name].plugin) for name in dict.fromkeys(names) if name in catalogue.features}
    return [{"name": name, "plugin": plugin.name, "source": plugin.source, "settings": plugin.settings}
            for name, plugin in owners.items() if plugin]


def address_in_full(address: Address) -> str:
    """With the password: it goes to the worker by a pipe that only the two of them see."""
    return f"sqlite:///{address.path}" if address.path else address.url.render_as_string(hide_password=False)
