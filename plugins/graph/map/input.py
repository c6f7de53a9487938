"""What a map is asked for with."""

import datetime
import enum
from collections.abc import Mapping
from typing import Any

import strawberry

from guanxi import Customer, InvalidParameters, RelationshipSign, selection
from plugins.graph.metrics.start import MOST_SEED, refuse_empty

DEPTH, MOST_DEPTH = 1, 6
NODES, MOST_NODES = 500, 2_000


@strawberry.enum(description="Where the customers of a map stand.")
class MapLayout(enum.Enum):
    NONE = strawberry.enum_value("NONE", description="Nowhere: x and y are null.")
    FORCE_DIRECTED = strawberry.enum_value("FORCE_DIRECTED", description=(
        "Whoever is tied stands together; negative relationships do not pull, and those at odds stand beside each other."))
    CIRCULAR = strawberry.enum_value("CIRCULAR", description="On a circle, in an order that keeps relationships short.")
    HIERARCHICAL = strawberry.enum_value("HIERARCHICAL", description=(
        "In rows by the number of steps from the roots, which are on top; without roots, from whoever has the strongest relationships."))


@strawberry.enum(description="A file that programs which draw networks open.")
class GraphFormat(enum.Enum):
    GEXF = strawberry.enum_value("GEXF", description="Gephi's own format, with places, colours and sizes.")
    GRAPHML = strawberry.enum_value("GRAPHML", description="Known to many programs; places, colours and sizes are plain values.")


@strawberry.input(description="Which part of the network is on a map, and how it is laid out.")
class RelationshipMapInput:
    roots: list[strawberry.ID] | None = strawberry.field(default=strawberry.UNSET, description=(
        "The map shows these customers and whoever is within `depth` relationships of one of them, whichever way these point. Left out: "
        "everybody, or everybody whom `where` selects."))
    where: Mapping[str, Any] | None = selection(lambda: Customer, "Only these customers, and what ties them to each other.")
    depth: int = strawberry.field(default=DEPTH, description="How many relationships away from a root a customer may be, from 0 to 6.")
    kinds: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Only relationships of these kinds, by key.")
    sign: RelationshipSign | None = strawberry.field(default=strawberry.UNSET, description="Only relationships of this sign.")
    as_of: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description=(
        "Relationships that held at this moment; left out: now."))
    max_nodes: int = strawberry.field(default=NODES, description=(
        "How many customers the map may have, from 1 to 2,000. When there are more, the nearest are kept, of equally near ones those whose "
        "relationships weigh most."))
    layout: MapLayout = strawberry.field(default=MapLayout.NONE, description="Where the customers stand.")
    seed: int = strawberry.field(default=0, description=(
        "Where the chance of FORCE_DIRECTED comes from, 0 or more: the same data and seed give the same places."))

    def __post_init__(self) -> None:
        refuse_empty(self.roots, "roots")
        refuse_empty(self.kinds, "kinds")
        if not 0 <= self.depth <= MOST_DEPTH:
            raise InvalidParameters(f"depth must be from 0 to {MOST_DEPTH}, not {self.depth:,}.", "depth")
        if not 1 <= self.max_nodes <= MOST_NODES:
            raise InvalidParameters(f"A map has from 1 to {MOST_NODES:,} customers, not {self.max_nodes:,}.", "maxNodes")
        if (roots := len(self.roots or ())) > self.max_nodes:
            raise InvalidParameters(f"There are {roots:,} roots, and the map may have {self.max_nodes:,} customers.", "roots")
        if not 0 <= self.seed <= MOST_SEED:
            raise InvalidParameters("seed must be 0 or more.", "seed")
