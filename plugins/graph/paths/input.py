"""What a shortest path is asked for with."""

import strawberry

from guanxi import InvalidParameters
from plugins.graph.metrics.start import GraphSelectionInput, PathWeighting

HOPS, MOST_HOPS = 6, 20


@strawberry.input(description="From whom to whom, and through which network.")
class ShortestPathInput:
    from_id: strawberry.ID = strawberry.field(description="The customer where the path begins.")
    to_id: strawberry.ID = strawberry.field(description="The customer where it ends.")
    graph: GraphSelectionInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "The network; left out: everybody, and all relationships that are not negative. Both customers must be in it."))
    max_hops: int = strawberry.field(default=HOPS, description="How many relationships the path may have at most, from 1 to 20.")
    weighting: PathWeighting = strawberry.field(default=PathWeighting.HOPS, description=(
        "What makes a path short: few relationships, or strong ones."))

    def __post_init__(self) -> None:
        self.network = self.graph or GraphSelectionInput()
        if not 1 <= self.max_hops <= MOST_HOPS:
            raise InvalidParameters(f"maxHops must be from 1 to {MOST_HOPS}.", "maxHops")
        if self.weighting is PathWeighting.INVERSE_WEIGHT and not self.network.use_weights:
            raise InvalidParameters("INVERSE_WEIGHT needs the weights of relationships: leave useWeights as it is, or count HOPS.",
                                    "weighting")
