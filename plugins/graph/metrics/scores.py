"""Every score that a graph run can give a customer, in one table: what it is called, what gives it, and what it says.

A score's name is the value of the column `metric`, the slot that a run answers for, and the field, filter and order of customers.
"""

import enum
from dataclasses import dataclass
from typing import Any

import strawberry

READ = ("relationships.read",)
BOUGHT = (*READ, "commerce.read")  # with one neighbour, the mean is what that neighbour bought
PAGE_RANK = "pageRank"


@strawberry.enum(description="What is worked out about the customers of a network.")
class GraphMetric(enum.Enum):
    DEGREE = strawberry.enum_value("degree", description=(
        "How many relationships a customer has: in all, those that lead to them, and those that lead away."))
    STRENGTH = strawberry.enum_value("strength", description="How much a customer's relationships weigh: in all, in and out.")
    PAGE_RANK = strawberry.enum_value(PAGE_RANK, description=(
        "PageRank: a customer counts for much when many customers who count for much point at them."))
    HITS = strawberry.enum_value("hits", description=(
        "Hubs and authorities: a good hub points at good authorities, and a good authority is pointed at by good hubs."))
    BETWEENNESS = strawberry.enum_value("betweenness", description="How many of the shortest paths between others lead through a customer.")
    CLOSENESS = strawberry.enum_value("closeness", description="How near a customer is to those within reach.")
    CORE = strawberry.enum_value("core", description="How deep in the network's core a customer is.")
    CLUSTERING = strawberry.enum_value("clustering", description="How many of a customer's neighbours are neighbours of each other.")
    COMPONENT = strawberry.enum_value("component", description=(
        "Who can be reached from whom: along relationships whichever way they point (weak), and there and back (strong). No score."))
    COMMUNITY = strawberry.enum_value("community", description=(
        "Communities: groups that hold together more than chance would have it. No score."))
    NEIGHBOUR_MEANS = strawberry.enum_value("neighbourMeans", description="What a customer's neighbours are like on average.")
    BALANCE = strawberry.enum_value("balance", description=(
        "Whether friends' friends are friends: triangles by the signs of their sides. It reads relationships of all signs, whatever the "
        "network says, and gives no score."))
    RISK_EXPOSURE = strawberry.enum_value("riskExposure", description=(
        "How near a customer is to conflicts, and who is in conflict with whom. It reads relationships of all signs, whatever the network "
        "says."))


@dataclass(frozen=True)
class ScoreKind:
    name: str
    metric: GraphMetric
    description: str
    requires: tuple[str, ...] = READ


SCORES = (
    ScoreKind("totalDegree", GraphMetric.DEGREE, "How many relationships the customer has in the network."),
    ScoreKind("inDegree", GraphMetric.DEGREE,
              "How many relationships lead to the customer; where directions count, one without a direction leads both ways."),
    ScoreKind("outDegree", GraphMetric.DEGREE,
              "How many relationships lead away from the customer; where directions count, one without a direction leads both ways."),
    ScoreKind("strength", GraphMetric.STRENGTH, "How much the customer's relationships weigh, added up."),
    ScoreKind("inStrength", GraphMetric.STRENGTH, "How much the relationships weigh that lead to the customer."),
    ScoreKind("outStrength", GraphMetric.STRENGTH, "How much the relationships weigh that lead away from the customer."),
    ScoreKind(PAGE_RANK, GraphMetric.PAGE_RANK,
              "How much the customer counts in the network of relationships, by who points at them: all PageRanks of a run add up to 1."),
    ScoreKind("hub", GraphMetric.HITS, "How much the customer points at good authorities: all hub scores of a run add up to 1."),
    ScoreKind("authority", GraphMetric.HITS,
              "How much the customer is pointed at by good hubs: all authority scores of a run add up to 1."),
    ScoreKind("betweenness", GraphMetric.BETWEENNESS,
              "How many of the shortest paths between others lead through the customer; one of several counts in part."),
    ScoreKind("closeness", GraphMetric.CLOSENESS, "How near the customer is to those within reach, from 0 to 1 by hops."),
    ScoreKind("coreNumber", GraphMetric.CORE,
              "The largest k such that the customer is in a group where everybody has k neighbours within the group."),
    ScoreKind("clustering", GraphMetric.CLUSTERING,
              "How much of what could be tied among the customer's neighbours is tied, from 0 to 1."),
    ScoreKind("neighbourDegree", GraphMetric.NEIGHBOUR_MEANS, "How many relationships the customer's neighbours have on average."),
    ScoreKind("neighbourStrength", GraphMetric.NEIGHBOUR_MEANS, "How much relationships of the customer's neighbours weigh on average."),
    ScoreKind("neighbourPurchaseCount", GraphMetric.NEIGHBOUR_MEANS, "How often the customer's neighbours bought on average.", BOUGHT),
    ScoreKind("neighbourPurchaseTotal", GraphMetric.NEIGHBOUR_MEANS,
              "What the customer's neighbours paid on average, in the currency of the run.", BOUGHT),
    ScoreKind("neighbourDaysSincePurchase", GraphMetric.NEIGHBOUR_MEANS,
              "How many days ago the customer's neighbours bought last, on average of those who ever did.", BOUGHT),
    ScoreKind("riskExposure", GraphMetric.RISK_EXPOSURE,
              "How much conflict is at and around the customer: their own negative relationships, and those of who is near, counting less "
              "with every step."),
)


def constant(name: str) -> str:
    """pageRank is PAGE_RANK."""
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in name).upper()


MEMBERS: dict[str, Any] = {constant(one.name): strawberry.enum_value(one.name, description=one.description)
                           for one in SCORES if one.requires == READ}
MADE: Any = enum.Enum("GraphScore", MEMBERS)  # type: ignore[misc]  # its members are those of the table
GraphScore: Any = strawberry.enum(MADE, description="A score that a graph run gives and that can be seen by whoever sees relationships.")


def scores_of(metric: GraphMetric) -> list[str]:
    return [one.name for one in SCORES if one.metric is metric]
