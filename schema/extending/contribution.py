"""What one plugin adds to a schema."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from strawberry.types.field import StrawberryField

from schema.analyses.contract import Analysis
from schema.features.contract import Feature
from schema.inquiries.contract import Inquiry
from schema.querying.entities import Filter, Order


class Query:
    """Stands for the root of queries among the types that fields are contributed to: `{Query: {"weather": raw(...)}}`. The root itself
    knows the whole schema, which nobody has to load to say so."""


class Mutation:
    """Stands for the root of mutations in the same way."""


@dataclass(frozen=True)
class Contribution:
    """`fields`: on types of the core, on `Query` and on `Mutation`, by Python name. Every one is declared (`score`, `joined`,
    `computed`, `many`, `raw`, ...) and nullable."""

    plugin: str
    version: str
    fields: Mapping[type, Mapping[str, StrawberryField]] = field(default_factory=dict)
    filters: Sequence[Filter] = ()
    orders: Sequence[Order] = ()
    analyses: Sequence[Analysis] = ()  # type: ignore[type-arg]  # of any parameters
    inquiries: Sequence[Inquiry] = ()
    features: Sequence[Feature] = ()
