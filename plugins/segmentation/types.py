"""Types of segmentations: the run, its clusters, and what a customer is told of theirs."""

import enum
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import strawberry

from guanxi import (
    AnalysisRun,
    Connection,
    Customer,
    CustomerConnection,
    Node,
    column,
    derived,
    from_summary,
    key,
    many,
    one,
    referred,
    translated,
)
from plugins.segmentation.models import ClusterRow, MemberRow
from plugins.segmentation.names import READ

HERE = "plugins.segmentation.types"
LazyRun = Annotated["SegmentationRun", strawberry.lazy(HERE)]


@strawberry.type(description="A feature and its value.")
class FeatureValue:
    feature: str = strawberry.field(description="The feature; one of a family has a colon and what it is about behind its name.")
    value: float | None = strawberry.field(description="The value.")


@strawberry.type(description="A corner of a convex hull.")
class HullPoint:
    x: float = strawberry.field(description="Across.")
    y: float = strawberry.field(description="Up.")


@strawberry.enum(description="How a condition of a rule compares.")
class RuleOperator(enum.Enum):
    UP_TO = strawberry.enum_value("UP_TO", description="The value or less.")
    ABOVE = strawberry.enum_value("ABOVE", description="More than the value.")
    IS = strawberry.enum_value("IS", description="One of these words.")
    IS_NOT = strawberry.enum_value("IS_NOT", description="None of these words.")


@strawberry.type(description="One condition of a rule.")
class RuleCondition:
    feature: str = strawberry.field(description="The feature that is looked at.")
    operator: RuleOperator = strawberry.field(description="How it is compared.")
    value: float | None = strawberry.field(description="With which number; null for words.")
    words: list[str] = strawberry.field(description="With which words.")


@strawberry.type(description="Conditions that hold together, and lead to a cluster.")
class ClusterRule:
    conditions: list[RuleCondition] = strawberry.field(description="All of these hold.")
    support: int = strawberry.field(description="For how many customers of the run they hold.")
    purity: float = strawberry.field(description="How many of these belong to the cluster, or to the class that a tree names; 0 to 1.")


def values(kept: str) -> list[FeatureValue]:
    return [FeatureValue(**given) for given in json.loads(kept)]


def corners(kept: str) -> list[HullPoint]:
    return [HullPoint(x=x, y=y) for x, y in json.loads(kept)]


def rule(given: Mapping[str, Any]) -> ClusterRule:
    conditions = [RuleCondition(feature=condition["feature"], operator=RuleOperator[condition["operator"]], value=condition["value"],
                                words=condition["words"]) for condition in given["conditions"]]
    return ClusterRule(conditions=conditions, support=given["support"], purity=given["purity"])


def rules(kept: str) -> list[ClusterRule]:
    return [rule(given) for given in json.loads(kept)]


@strawberry.type(description="Customers who are alike in the features of a run.")
class Cluster(Node):
    id: strawberry.ID = key(ClusterRow.id, code="sc", requires=READ)
    index: int = column(ClusterRow.number, "Its number within the run; 0 is the largest.")
    size: int = column(ClusterRow.size, "How many customers it had when it was found.")
    label: str = translated(ClusterRow.label_en, ClusterRow.label_zh, (
        "What is unusual about its members, in the caller's language; of a leaf of a tree, what the tree says and how often it is right."))
    rule: str | None = translated(ClusterRow.rule_en, ClusterRow.rule_zh, (
        "The rule for belonging to it that holds for most members, in the caller's language; null where no rule leads to it."))
    rules: list[ClusterRule] = derived(rules, ClusterRow.rules, description="All rules that lead to it, the one for most members first.")
    centroid: list[FeatureValue] = derived(values, ClusterRow.centre, description="The mean of each feature of its members, as it is.")
    hull: list[HullPoint] = derived(corners, ClusterRow.hull, description=(
        "The corners of the smallest convex area with all members in it, counterclockwise, in the run's plane; none for a leaf of a tree."))
    members: CustomerConnection | None = many(None, "The customers in it.", through=(MemberRow.cluster_id, MemberRow.customer_id),
                                              requires=READ)
    run: LazyRun = one(ClusterRow.run_id, "The run that found it.")


@strawberry.type(description="To which cluster a customer belongs in a run.")
class ClusterAssignment:
    cluster: Cluster = strawberry.field(description="The cluster.")
    distance: float | None = strawberry.field(description=(
        "How far the customer is from its centre, on the run's scale; null where the method knows no centres."))
    run: LazyRun = strawberry.field(description="The run.")


@strawberry.type(description="To which cluster of a model a customer belongs as they are now.")
class ClusterProposal:
    customer_id: strawberry.Private[int]
    cluster_id: strawberry.Private[int | None]
    customer: Customer | None = referred("customer_id", "The customer; null when there is none.")
    cluster: Cluster | None = referred("cluster_id", "The cluster; null where a feature is missing, or they refused to be analysed.")
    distance: float | None = strawberry.field(description="How far they are from its centre; null where the model has no centres.")


@strawberry.type(description="How good so many clusters would be.")
class KScore:
    k: int = strawberry.field(description="How many clusters.")
    inertia: float = strawberry.field(description="The sum of squared distances to the centres, estimated for all customers.")
    silhouette: float | None = strawberry.field(description=(
        "How much nearer customers are to their own cluster than to the next, from -1 to 1."))
    strength: float | None = strawberry.field(description=(
        "What two halves of the customers agree upon, from 0 to 1 (prediction strength); null unless k was chosen by it."))


@strawberry.type(description="What became of a column of a feature.")
class SegmentationColumn:
    feature: str = strawberry.field(description="The column.")
    missing: int = strawberry.field(description="For how many customers it was missing.")
    filled_with: float | None = strawberry.field(description="What stood in; null where nobody lacked it, or these were left out.")
    run_id: strawberry.Private[int | None]
    run: AnalysisRun | None = referred("run_id", "The run that it was read from; null when it was worked out anew.")


@strawberry.type(description="What clusters are drawn in, and their hulls taken in.")
class SegmentationPlane:
    x: str = strawberry.field(description="Across: a feature, or PC1 for the first principal component.")
    y: str = strawberry.field(description="Up.")
    variance: list[float] | None = strawberry.field(description="How much of the variance each principal component has; null for features.")


def k_scores(kept: Sequence[Mapping[str, Any]]) -> list[KScore]:
    return [KScore(**given) for given in kept]


def columns(kept: Sequence[Mapping[str, Any]]) -> list[SegmentationColumn]:
    return [SegmentationColumn(feature=given["feature"], missing=given["missing"], filled_with=given["filledWith"], run_id=given["run"])
            for given in kept]


def plane(kept: Mapping[str, Any]) -> SegmentationPlane:
    return SegmentationPlane(x=kept["x"], y=kept["y"], variance=kept["shares"])


ClusterConnection = Connection[Cluster]


@strawberry.type(description="A run that put customers into clusters. What its method does not know is null.")
class SegmentationRun(AnalysisRun):
    clusters: ClusterConnection | None = many(ClusterRow.run_id, "The clusters, the largest first; of a tree, its leaves.",
                                              default_order=[(ClusterRow.number, False)], requires=READ)
    cluster_count: int | None = from_summary("clusterCount", "How many clusters there are.")
    member_count: int | None = from_summary("memberCount", "How many customers belong to one.")
    noise_count: int | None = from_summary("noiseCount", "How many customers belong to none, because they are in no dense place.")
    left_out_count: int | None = from_summary("leftOutCount", "How many customers were left out, because a feature is missing.")
    inertia: float | None = from_summary("inertia", "The sum of squared distances to the centres, on the run's scale.")
    silhouette: float | None = from_summary("silhouette", (
        "How much nearer customers are to their own cluster than to the next, from -1 to 1: the mean of up to 5,000 customers."))
    stability: float | None = from_summary("stability", (
        "How much the clusters come out again from other starts and samples: the mean adjusted Rand index, 1 when they always do, about 0 "
        "when no more than by chance."))
    k_scores: list[KScore] | None = from_summary("kScores", "How good each number of clusters was; empty when it was given.", k_scores)
    columns: list[SegmentationColumn] | None = from_summary("columns", "The columns that were compared, and what was missing.", columns)
    plane: SegmentationPlane | None = from_summary("plane", "What the hulls of the clusters are in.", plane)
    target: str | None = from_summary("target", "What a tree explains.")
    accuracy: float | None = from_summary("accuracy", (
        "How many customers that it had not seen a tree is right about, from 0 to 1; null for other methods and few customers."))
    purity: float | None = from_summary("purity", "How many customers a tree is right about, those it grew on, from 0 to 1.")
