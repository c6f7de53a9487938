"""Types of graph runs: the run itself, the groups it found, communities at odds, and its lists of the highest scores."""

import enum
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from guanxi import (
    AnalysisRun,
    Connection,
    Customer,
    CustomerConnection,
    Narrowing,
    Node,
    Score,
    column,
    derived,
    from_summary,
    key,
    many,
    one,
    own_score,
)
from plugins.graph.metrics.scores import READ, GraphScore
from plugins.graph.metrics.start import TwoSignedPairs
from plugins.graph.models import CommunityRow, ComponentMemberRow, ComponentRow, MemberRow, ScoreRow, TensionRow

HERE = "plugins.graph.metrics.types"
LazyRun = Annotated["GraphMetricsRun", strawberry.lazy(HERE)]
SHARED = ("customers.read", *READ)  # what members have in common tells something of each of them


@strawberry.type(description="Customers that hold together more than chance would have it, as one run found them.")
class Community(Node):
    id: strawberry.ID = key(CommunityRow.id, code="gc", requires=READ)
    index: int = column(CommunityRow.number, "Its number within the run; 0 is the largest.")
    size: int = column(CommunityRow.size, "How many customers it had when it was found.")
    name: str | None = column(CommunityRow.name, "What at least half of its members share and others less, such as a city and an industry.",
                              requires=SHARED)
    members: CustomerConnection | None = many(None, "The customers in it.", through=(MemberRow.community_id, MemberRow.customer_id),
                                              requires=READ)
    run: LazyRun = one(CommunityRow.run_id, "The run that found it.")


@strawberry.enum(description="How customers of a component reach each other.")
class ComponentKind(enum.Enum):
    WEAK = strawberry.enum_value("weak", description="Along relationships, whichever way they point.")
    STRONG = strawberry.enum_value("strong", description="There and back, as relationships point.")
    CONFLICT = strawberry.enum_value("conflict", description="Through negative relationships: who may be drawn into a conflict.")


@strawberry.type(description="Customers who reach each other, and nobody else, as one run found them.")
class Component(Node):
    id: strawberry.ID = key(ComponentRow.id, code="gn", requires=READ)
    kind: ComponentKind = derived(ComponentKind, ComponentRow.kind, description="How they reach each other.")
    index: int = column(ComponentRow.number, "Its number among those of its kind in the run; 0 is the largest.")
    size: int = column(ComponentRow.size, "How many customers it had when it was found.")
    members: CustomerConnection | None = many(
        None, "The customers in it.", through=(ComponentMemberRow.component_id, ComponentMemberRow.customer_id), requires=READ)
    run: LazyRun = one(ComponentRow.run_id, "The run that found it.")


@strawberry.type(description="Two communities with negative relationships between them.")
class CommunityTension(Node):
    id: strawberry.ID = key(TensionRow.id, code="gt", requires=READ)
    community: Community = one(TensionRow.community_id, "The larger one.")
    other: Community = one(TensionRow.other_id, "The other one.")
    relationships: int = column(TensionRow.relationships, "How many negative relationships there are between them.")
    weight: float = column(TensionRow.weight, "How much these weigh.")


@strawberry.type(description=(
    "Triangles of customers by the signs of their sides. One is balanced when it has no negative side, or two: friends of friends are "
    "friends, and so are enemies of enemies."))
class TriangleBalance:
    rule: TwoSignedPairs = strawberry.field(description="What became of pairs with relationships of both signs.")
    all_positive: int = strawberry.field(description="Triangles without a negative side.")
    two_positive: int = strawberry.field(description="Triangles with one negative side: out of balance.")
    one_positive: int = strawberry.field(description="Triangles with two negative sides.")
    all_negative: int = strawberry.field(description="Triangles with negative sides only: out of balance in the strict sense.")
    balanced_share: float | None = strawberry.field(description=(
        "How much of all triangles has no negative side or two, from 0 to 1; null without triangles."))


def balance(found: Mapping[str, Any]) -> TriangleBalance:
    return TriangleBalance(
        rule=TwoSignedPairs[found["rule"]], all_positive=found["allPositive"], two_positive=found["twoPositive"],
        one_positive=found["onePositive"], all_negative=found["allNegative"], balanced_share=found["balancedShare"])


@strawberry.type(description="A customer and how they scored in a run.")
class CustomerScore:
    rank: int = column(ScoreRow.rank, "Their place, from 1, the highest.")
    customer: Customer = one(ScoreRow.customer_id, "The customer.")
    score: Score = own_score(ScoreRow, "The score.")


CommunityConnection = Connection[Community]
CommunityTensionConnection = Connection[CommunityTension]
ComponentConnection = Connection[Component]
CustomerScoreConnection = Connection[CustomerScore]
OF_SCORE = Narrowing(GraphScore, lambda score, _, operand: score.c.metric == operand.value.value,
                     "By which score; one that the run did not work out gives an empty list.", default=GraphScore["PAGE_RANK"])
OF_KIND = Narrowing(ComponentKind, lambda component, _, operand: component.c.kind == operand.value.value, "Only of this kind.")


@strawberry.type(description="A run that measured a network of customers. Figures that it was not asked for are null.")
class GraphMetricsRun(AnalysisRun):
    node_count: int | None = from_summary("nodeCount", "How many customers the network has, those without a relationship included.")
    edge_count: int | None = from_summary("edgeCount", (
        "How many relationships it has; where directions count, one without a direction leads both ways and counts twice."))
    density: float | None = from_summary("density", (
        "How much of what could be tied is tied, from 0 to 1: of all ordered pairs of customers, how many have a way from the first to "
        "the second."))
    reciprocity: float | None = from_summary("reciprocity", (
        "How many of the ways from one customer to another have a way back, from 0 to 1. Comes with DEGREE."))
    assortativity: float | None = from_summary("assortativity", (
        "Whether customers with many relationships are tied to others with many: from -1, to those with few, to 1. Null where it is not "
        "defined. Comes with DEGREE."))
    betweenness_sources: int | None = from_summary("betweennessSources", (
        "From how many customers shortest paths were followed for betweenness; when fewer than all, the scores are estimates."))
    closeness_sources: int | None = from_summary("closenessSources", (
        "To how many customers distances were measured for closeness; when fewer than all, the scores are estimates."))
    largest_core: int | None = from_summary("largestCore", "The highest core number.")
    triangles: float | None = from_summary("triangles", (
        "How many groups of three there are of whom everybody is tied to everybody: a whole number that may be beyond an Int."))
    transitivity: float | None = from_summary("transitivity", "How many of the pairs with a common neighbour are tied, from 0 to 1.")
    weak_component_count: int | None = from_summary("weakComponentCount", "How many weak components there are.")
    strong_component_count: int | None = from_summary("strongComponentCount", "How many strong components there are.")
    largest_weak_component: int | None = from_summary("largestWeakComponent", "How many customers the largest weak component has.")
    largest_strong_component: int | None = from_summary("largestStrongComponent", "How many customers the largest strong component has.")
    modularity: float | None = from_summary("modularity", (
        "How much more of the relationships' weight lies within communities than chance would put there, up to 1; null when none "
        "were looked for."))
    community_count: int | None = from_summary("communityCount", "How many communities were found; null when none were looked for.")
    conflict_count: int | None = from_summary("conflictCount", "How many groups of customers are joined by negative relationships.")
    purchase_currency: str | None = from_summary("purchaseCurrency", "The currency in which neighbours' purchases were added up.")
    balance: TriangleBalance | None = from_summary("balance", "Triangles by the signs of their sides.", balance)
    communities: CommunityConnection | None = many(CommunityRow.run_id, "The communities, the largest first.",
                                                   default_order=[(CommunityRow.number, False)], requires=READ)
    components: ComponentConnection | None = many(ComponentRow.run_id, "Groups of customers who reach each other, the largest first.",
                                                  narrowings={"kind": OF_KIND}, default_order=[(ComponentRow.number, False)], requires=READ)
    tensions: CommunityTensionConnection | None = many(
        TensionRow.run_id, "Communities at odds, the weightiest first. Comes with COMMUNITY and RISK_EXPOSURE together.",
        default_order=[(TensionRow.weight, True)], requires=READ)
    top: CustomerScoreConnection | None = many(ScoreRow.run_id, "The customers with the highest scores first.",
                                               narrowings={"score": OF_SCORE}, default_order=[(ScoreRow.value, True)], requires=READ)
