"""What a run of graph metrics is started with."""

import datetime
import enum
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import strawberry

from guanxi import Customer, InvalidParameters, RelationshipSign, RunStart, selection
from plugins.graph.metrics.scores import GraphMetric

NAME = "graphMetrics"
DAMPING = 0.85
HIGHEST_DAMPING = 0.99  # ten times as near to 1 takes ten times as many iterations
RESTARTS, MOST_RESTARTS = 4, 50
DECAY = 0.5
STEPS, MOST_STEPS = 3, 10
MOST_PEOPLE = 1000
MOST_SEED = 2**31 - 1
NOT_NEGATIVE = (RelationshipSign.POSITIVE, RelationshipSign.NEUTRAL)
ALL_SIGNS = (*NOT_NEGATIVE, RelationshipSign.NEGATIVE)
READ_ALL_SIGNS = frozenset({GraphMetric.BALANCE, GraphMetric.RISK_EXPOSURE})
NEVER_NEGATIVE = (GraphMetric.COMMUNITY,)


@strawberry.enum(description="How long a way is.")
class PathWeighting(enum.Enum):
    HOPS = strawberry.enum_value("HOPS", description="Every relationship is one step.")
    INVERSE_WEIGHT = strawberry.enum_value("INVERSE_WEIGHT", description=(
        "A strong relationship is a short step: 1 divided by its weight. One without weight is no way."))


@strawberry.enum(description="How communities are looked for.")
class CommunityMethod(enum.Enum):
    LEIDEN = strawberry.enum_value("LEIDEN", description="The Leiden method: every community hangs together.")
    LOUVAIN = strawberry.enum_value("LOUVAIN", description="The Louvain method, which Leiden improves upon: for comparisons.")


@strawberry.enum(description="What neighbours can be like.")
class NeighbourFeature(enum.Enum):
    DEGREE = strawberry.enum_value("neighbourDegree", description="How many relationships they have.")
    STRENGTH = strawberry.enum_value("neighbourStrength", description="How much their relationships weigh.")
    PURCHASE_COUNT = strawberry.enum_value("neighbourPurchaseCount", description="How often they bought.")
    PURCHASE_TOTAL = strawberry.enum_value("neighbourPurchaseTotal", description="What they paid, net of returns.")
    DAYS_SINCE_PURCHASE = strawberry.enum_value("neighbourDaysSincePurchase", description="How many days ago they bought last.")


BOUGHT = frozenset({NeighbourFeature.PURCHASE_COUNT, NeighbourFeature.PURCHASE_TOTAL, NeighbourFeature.DAYS_SINCE_PURCHASE})


@strawberry.enum(description="What becomes of two customers who have relationships of both signs.")
class TwoSignedPairs(enum.Enum):
    LEAVE_OUT = strawberry.enum_value("LEAVE_OUT", description="The pair is left out.")
    NEGATIVE_WINS = strawberry.enum_value("NEGATIVE_WINS", description="The pair is negative.")
    SIGN_OF_SUM = strawberry.enum_value("SIGN_OF_SUM", description=(
        "The pair has the sign of its weights added up, negative ones taken off; it is left out when they cancel."))


@strawberry.input(description="A network: which customers, and which of the relationships between them.")
class GraphSelectionInput:
    where: Mapping[str, Any] | None = selection(lambda: Customer, "Only these customers, and what ties them to each other.")
    kinds: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Only relationships of these kinds, by key.")
    signs: list[RelationshipSign] | None = strawberry.field(default=strawberry.UNSET, description=(
        "Only relationships of these signs; left out: POSITIVE and NEUTRAL, for a conflict is no endorsement. With NEGATIVE among "
        "them, conflicts count as other ties do; communities are always found without, BALANCE and RISK_EXPOSURE always read all signs."))
    as_of: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description=(
        "Relationships that held at this moment; left out: now."))
    directed: bool = strawberry.field(default=True, description=(
        "Whether relationships lead in their direction only. Communities, cores, clustering and conflicts have no use for directions."))
    use_weights: bool = strawberry.field(default=True, description="Whether a stronger relationship counts for more.")

    def __post_init__(self) -> None:
        refuse_empty(self.kinds, "kinds")
        refuse_empty(self.signs, "signs")

    def signs_or_default(self) -> Sequence[RelationshipSign]:
        return self.signs or NOT_NEGATIVE


@strawberry.input(description="How a network is to be measured.")
class GraphMetricsRunStartInput(RunStart):
    graph: GraphSelectionInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "The network; left out: everybody, and all relationships that are not negative."))
    metrics: list[GraphMetric] = strawberry.field(description="What to work out: one or more.")
    damping: float = strawberry.field(default=DAMPING, description=(
        "PageRank: how often a wanderer follows a relationship rather than starting anew, from 0 to 0.99."))
    personalised_to: list[strawberry.ID] | None = strawberry.field(default=strawberry.UNSET, description=(
        "PageRank: wanderers start with these customers, at most 1,000, so that ranks tell who matters to them."))
    weighting: PathWeighting = strawberry.field(default=PathWeighting.HOPS, description=(
        "Betweenness and closeness: how long a way is. INVERSE_WEIGHT needs weights."))
    community_method: CommunityMethod = strawberry.field(default=CommunityMethod.LEIDEN, description="Communities: how to look for them.")
    restarts: int = strawberry.field(default=RESTARTS, description=(
        "Communities: how many times to look for them, from 1 to 50; the best partition is kept."))
    features: list[NeighbourFeature] | None = strawberry.field(default=strawberry.UNSET, description=(
        "Neighbour means: of what; left out: of all there is."))
    currency: str | None = strawberry.field(default=strawberry.UNSET, description=(
        "Neighbour means: in which currency purchases are added up, by ISO 4217 code; left out: the one with the most purchases."))
    two_signed_pairs: TwoSignedPairs = strawberry.field(default=TwoSignedPairs.LEAVE_OUT, description=(
        "Balance: what becomes of two customers who have relationships of both signs."))
    risk_decay: float = strawberry.field(default=DECAY, description=(
        "Risk exposure: how much of a conflict is felt one step further away, more than 0 and at most 1."))
    risk_steps: int = strawberry.field(default=STEPS, description="Risk exposure: how many steps away a conflict is felt, from 0 to 10.")
    seed: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "Communities and samples: where chance comes from, 0 or more; left out, it is drawn and kept with the run."))

    def __post_init__(self) -> None:
        self.network = self.graph or GraphSelectionInput()
        self.check_lists()
        self.check_numbers()
        self.check_together()

    def check_lists(self) -> None:
        refuse_empty(self.metrics, "metrics")
        refuse_empty(self.personalised_to, "personalisedTo")
        refuse_empty(self.features, "features")
        if self.currency and not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise InvalidParameters("currency takes an ISO 4217 code of three capital letters, such as CNY.", "currency")
        if len(self.personalised_to or ()) > MOST_PEOPLE:
            raise InvalidParameters(f"personalisedTo takes at most {MOST_PEOPLE:,} customers.", "personalisedTo")

    def check_numbers(self) -> None:
        if not (math.isfinite(self.damping) and 0 <= self.damping <= HIGHEST_DAMPING):
            raise InvalidParameters(f"damping must be from 0 to {HIGHEST_DAMPING}.", "damping")
        if not 1 <= self.restarts <= MOST_RESTARTS:
            raise InvalidParameters(f"restarts must be from 1 to {MOST_RESTARTS}.", "restarts")
        if not (math.isfinite(self.risk_decay) and 0 < self.risk_decay <= 1):
            raise InvalidParameters("riskDecay must be more than 0 and at most 1.", "riskDecay")
        if not 0 <= self.risk_steps <= MOST_STEPS:
            raise InvalidParameters(f"riskSteps must be from 0 to {MOST_STEPS}.", "riskSteps")
        if self.seed and not 0 <= self.seed <= MOST_SEED:
            raise InvalidParameters("seed must be 0 or more.", "seed")

    def check_together(self) -> None:
        if self.wants(GraphMetric.COMMUNITY) and not set(self.network.signs_or_default()) & set(NOT_NEGATIVE):
            raise InvalidParameters("Communities are found without negative relationships: take POSITIVE or NEUTRAL ones too.",
                                    "graph", "signs")
        if self.weighting is PathWeighting.INVERSE_WEIGHT and not self.network.use_weights:
            raise InvalidParameters("INVERSE_WEIGHT needs weights: leave useWeights as it is, or count HOPS.", "weighting")

    def wants(self, *metrics: GraphMetric) -> bool:
        """Whether any of them is asked for."""
        return any(metric in self.metrics for metric in metrics)

    def neighbour_features(self) -> list[NeighbourFeature]:
        """In the order of the table of scores."""
        return [one for one in NeighbourFeature if not self.features or one in self.features]


def refuse_empty(given: Collection[object] | None, name: str) -> None:
    """What was left out is not empty."""
    if given is not None and given is not strawberry.UNSET and len(given) == 0:
        raise InvalidParameters(f"{name} is empty: name at least one, or leave it out.", name)
