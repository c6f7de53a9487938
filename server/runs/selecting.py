"""Which customers or transactions a run is about: the filter among its parameters, compiled to a statement that the worker runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry

from schema.analyses.queue import Claim
from schema.analyses.rerunning import coerced
from schema.analyses.selections import filters
from schema.compose import Schema
from schema.extending.catalogue import Catalogue
from schema.permissions import PERMISSIONS

# Of a run's parameters: {"sql", "parameters", "of"}, or None for all customers and what they bought.
Selecting = Callable[[Claim], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Selections:
    """A `Selecting` by one application's schema. Whether the caller may filter so was checked when the run was asked for."""

    schema: strawberry.Schema
    catalogue: Catalogue
    reporting_currency: str

    def __call__(self, claim: Claim) -> Mapping[str, Any] | None:
        """Raises `Refused` or `RequestError` when the filter does not fit the schema of today."""
        assert isinstance(self.schema, Schema)
        analysis = self.catalogue.analyses[claim.kind]
        values = coerced(self.schema._schema, analysis, dict(claim.parameters))  # noqa: SLF001  Strawberry has no other way to it
        given = next(filters(analysis.start, values), None)
        if given is None:
            return None
        sql, parameters = self.schema.select_ids(given.type, given.where, frozenset(PERMISSIONS), self.reporting_currency)
        return {"sql": sql, "parameters": parameters, "of": given.type.__name__}
