"""What a segmentation is started with."""

import enum
import math
from collections.abc import Mapping
from typing import Any

import strawberry

from guanxi import Customer, InvalidParameters, RunStart, TimeWindowInput, selection

MOST_FEATURES, MOST_CLUSTERS, WIDEST_RANGE = 50, 50, 30
MOST_DEPTH = 10
MOST_SEED = 2**31 - 1


@strawberry.enum(description="On which scale features are compared.")
class FeatureScaling(enum.Enum):
    NONE = strawberry.enum_value("NONE", description="As they are: those with large numbers decide.")
    STANDARD = strawberry.enum_value("STANDARD", description="Mean 0 and standard deviation 1.")
    MIN_MAX = strawberry.enum_value("MIN_MAX", description="From 0 to 1.")
    ROBUST = strawberry.enum_value("ROBUST", description="Median 0 and interquartile range 1: a few enormous values do not count.")
    LOG = strawberry.enum_value("LOG", description=(
        "Logarithms, and STANDARD of those: for amounts and counts of which a few customers have very much."))


@strawberry.enum(description="What becomes of customers for whom a feature is missing.")
class MissingValues(enum.Enum):
    LEAVE_OUT = strawberry.enum_value("LEAVE_OUT", description="They are left out, and belong to no cluster.")
    MEDIAN = strawberry.enum_value("MEDIAN", description="The median of the others stands in.")
    ZERO = strawberry.enum_value("ZERO", description="0 stands in.")


@strawberry.enum(description="How the number of clusters is chosen.")
class KSelection(enum.Enum):
    ELBOW = strawberry.enum_value("ELBOW", description="Where more clusters stop to make them much tighter.")
    SILHOUETTE = strawberry.enum_value("SILHOUETTE", description="Where customers are nearer to their own cluster than to the next.")
    CROSS_VALIDATION = strawberry.enum_value("CROSS_VALIDATION", description=(
        "The most clusters that two halves of the customers agree upon (prediction strength of 0.8 or more)."))


@strawberry.enum(description="How a tree grows.")
class TreeMethod(enum.Enum):
    CART = strawberry.enum_value("CART", description="Two branches at each split.")
    C45 = strawberry.enum_value("C45", description="A branch for each category, by the gain ratio, pruned (C4.5).")


@strawberry.enum(description="What a split is chosen by.")
class SplitCriterion(enum.Enum):
    GINI = strawberry.enum_value("gini", description="The Gini index. CART.")
    ENTROPY = strawberry.enum_value("entropy", description="The entropy. CART.")
    GAIN_RATIO = strawberry.enum_value("gainRatio", description="Bits gained, divided by the bits of the split itself. C4.5.")


def is_given(value: object) -> bool:
    return value is not None and value is not strawberry.UNSET


@strawberry.input(description="K-means: round clusters of like width. Every customer belongs to the one with the nearest centre.")
class KMeansInput:
    k: int | None = strawberry.field(default=strawberry.UNSET, description="How many clusters, from 2 to 50; or give kRange.")
    k_range: list[int] | None = strawberry.field(default=strawberry.UNSET, description=(
        "The fewest and the most clusters, such as [2, 8], from 2 to 50 and at most 30 numbers: the best one is chosen."))
    selection: KSelection = strawberry.field(default=KSelection.SILHOUETTE, description="How one of kRange is chosen.")

    def __post_init__(self) -> None:
        if is_given(self.k) == is_given(self.k_range):
            raise InvalidParameters("Give either k or kRange.", "k")
        if is_given(self.k) and not 2 <= (self.k or 0) <= MOST_CLUSTERS:
            raise InvalidParameters(f"k must be from 2 to {MOST_CLUSTERS}.", "k")
        if self.k_range is not None and is_given(self.k_range) and not (
                len(self.k_range) == 2 and 2 <= self.k_range[0] < self.k_range[1] <= MOST_CLUSTERS
                and self.k_range[1] - self.k_range[0] < WIDEST_RANGE):
            raise InvalidParameters(f"kRange takes two numbers from 2 to {MOST_CLUSTERS}, the smaller one first, at most "
                                    f"{WIDEST_RANGE} numbers from one to the other.", "kRange")

    @property
    def range(self) -> range:
        return range(self.k_range[0], self.k_range[1] + 1) if self.k_range else range(self.k or 0, (self.k or 0) + 1)


@strawberry.input(description="DBSCAN: clusters of any shape where customers are dense; the rest is noise.")
class DbscanInput:
    epsilon: float = strawberry.field(description="How near a neighbour is, on the scale of the features.")
    minimum_samples: int = strawberry.field(default=5, description=(
        "How many neighbours make a place dense, the customer itself counted, from 2 to 10,000."))

    def __post_init__(self) -> None:
        if not (math.isfinite(self.epsilon) and self.epsilon > 0):
            raise InvalidParameters("epsilon must be more than 0.", "epsilon")
        if not 2 <= self.minimum_samples <= 10_000:
            raise InvalidParameters("minimumSamples must be from 2 to 10,000.", "minimumSamples")


@strawberry.input(description="HDBSCAN: as DBSCAN, with a density for each cluster, for at most 50,000 customers.")
class HdbscanInput:
    minimum_size: int = strawberry.field(default=20, description="How many customers a cluster has at least, 2 or more.")
    minimum_samples: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "How many neighbours make a place dense; left out: minimumSize."))

    def __post_init__(self) -> None:
        if self.minimum_size < 2:
            raise InvalidParameters("minimumSize must be 2 or more.", "minimumSize")
        if is_given(self.minimum_samples) and (self.minimum_samples or 0) < 1:
            raise InvalidParameters("minimumSamples must be 1 or more.", "minimumSamples")


@strawberry.input(description="A decision tree: which features tell customers apart by some other feature. Its leaves are the clusters.")
class TreeInput:
    target: str = strawberry.field(description=(
        "The feature to explain, such as segmentation.cluster. A number with many values is cut into low, middle and high."))
    max_depth: int = strawberry.field(default=4, description="How many conditions follow each other at most, from 1 to 10.")
    method: TreeMethod = strawberry.field(default=TreeMethod.CART, description="How it grows.")
    criterion: SplitCriterion | None = strawberry.field(default=strawberry.UNSET, description=(
        "What a split is chosen by; left out: GINI for CART. C45 has the gain ratio."))

    def __post_init__(self) -> None:
        if not 1 <= self.max_depth <= MOST_DEPTH:
            raise InvalidParameters(f"maxDepth must be from 1 to {MOST_DEPTH}.", "maxDepth")
        if self.criterion and (self.criterion is SplitCriterion.GAIN_RATIO) != (self.method is TreeMethod.C45):
            raise InvalidParameters("CART splits by GINI or ENTROPY, C45 by GAIN_RATIO.", "criterion")


@strawberry.input(one_of=True, description="How customers are put into clusters: exactly one of these.")
class SegmentationAlgorithmInput:
    k_means: KMeansInput | None = strawberry.field(default=strawberry.UNSET, description="K-means.")
    dbscan: DbscanInput | None = strawberry.field(default=strawberry.UNSET, description="DBSCAN.")
    hdbscan: HdbscanInput | None = strawberry.field(default=strawberry.UNSET, description="HDBSCAN.")
    tree: TreeInput | None = strawberry.field(default=strawberry.UNSET, description="A decision tree.")


@strawberry.input(description="Which customers are to be put into groups, by what, and how.")
class SegmentationRunStartInput(RunStart):
    where: Mapping[str, Any] | None = selection(lambda: Customer, "Only these customers; left out: all.")
    features: list[str] = strawberry.field(description=(
        "What they are compared by: names of customerFeatures, up to 50. A family counts once and brings several columns."))
    algorithm: SegmentationAlgorithmInput = strawberry.field(description="How clusters are found.")
    window: TimeWindowInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "What customers did counts from here to there, and days are counted back from its end; left out: all that there is, as of now."))
    missing: MissingValues = strawberry.field(default=MissingValues.LEAVE_OUT, description=(
        "What becomes of customers for whom a number is missing. A missing category is a category of its own."))
    scaling: FeatureScaling = strawberry.field(default=FeatureScaling.STANDARD, description=(
        "On which scale distances are taken. Trees need none."))
    hull: list[str] | None = strawberry.field(default=strawberry.UNSET, description=(
        "Two of the features, in which clusters are drawn and their convex hulls are taken; left out: the two principal components."))
    seed: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "Where chance comes from, 0 or more; left out, it is drawn and kept with the run."))

    def __post_init__(self) -> None:
        if not 1 <= len(self.features) <= MOST_FEATURES:
            raise InvalidParameters(f"features takes from 1 to {MOST_FEATURES} names, and has {len(self.features)}.", "features")
        for at, name in enumerate(self.features):
            if name in self.features[:at]:
                raise InvalidParameters(f"{name[:60]} is named twice.", "features", str(at))
        tree = self.algorithm.tree
        if tree and tree.target in self.features:
            raise InvalidParameters("The target cannot be one of the features: it would explain itself.", "algorithm", "tree", "target")
        if self.hull and len(set(self.hull)) != 2:
            raise InvalidParameters("hull takes two different features.", "hull")
        if self.seed and not 0 <= self.seed <= MOST_SEED:
            raise InvalidParameters("seed must be 0 or more.", "seed")
        self.check_window()

    def check_window(self) -> None:
        since, until = self.bounds
        if since and until and since >= until:
            raise InvalidParameters("The window ends before it begins.", "window")

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The moments at which the window begins and ends, None for an open end."""
        return (self.window.from_ or None, self.window.to or None) if self.window else (None, None)

    def named(self) -> dict[tuple[str, ...], str]:
        """The features that a run reads, by where in the input they stand."""
        found: dict[tuple[str, ...], str] = {("features", str(at)): name for at, name in enumerate(self.features)}
        return found | ({("algorithm", "tree", "target"): self.algorithm.tree.target} if self.algorithm.tree else {})
