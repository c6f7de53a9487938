"""What a run of purchase probabilities is started with."""

import datetime
import enum
import math
import re
from collections.abc import Mapping
from typing import Any

import strawberry

from guanxi import Customer, InvalidParameters, RunStart, id_number, selection
from plugins.propensity.names import LONGEST_CATEGORY, OF_CATEGORY, OF_PRODUCT, SLOT

MOST_FEATURES, MOST_DAYS, MOST_WINDOWS, MOST_FOLDS = 50, 730, 12, 20
MOST_SEED = 2**31 - 1
PRODUCT = re.compile("p_[0-9]{1,18}")
USUAL_FEATURES = (
    "behaviour.purchaseCount", "behaviour.purchaseTotal", "behaviour.daysSincePurchase", "behaviour.daysSinceFirstPurchase",
    "behaviour.returnCount")


@strawberry.enum(description="Which customers a run is about. Whom a moment of the past knew decides at each moment that it looks at.")
class PropensityPopulation(enum.Enum):
    BUYERS = strawberry.enum_value("BUYERS", description="Who had bought something.")
    REVIEWERS = strawberry.enum_value("REVIEWERS", description=(
        "Who had reviewed something; where the run is about a product or category, one of these."))
    BROWSERS = strawberry.enum_value("BROWSERS", description=(
        "Who had looked at something; where the run is about a product or category, at one of these."))
    RECORDED = strawberry.enum_value("RECORDED", description=(
        "Whose record had been made. Where records were imported late, nobody was known early."))


@strawberry.enum(description="What tells who will buy.")
class PropensityModel(enum.Enum):
    LOGISTIC_REGRESSION = strawberry.enum_value("LOGISTIC_REGRESSION", description=(
        "Odds are multiplied for each step of a feature: with coefficients, errors and p-values."))
    SVM = strawberry.enum_value("SVM", description=(
        "A support vector machine with a radial kernel, its distances turned into probabilities (Platt)."))
    RANDOM_FOREST = strawberry.enum_value("RANDOM_FOREST", description=(
        "Many decision trees, each on other customers and features, their shares turned into probabilities (Platt)."))


@strawberry.enum(description="How much those who bought count beside those who did not.")
class ClassWeights(enum.Enum):
    NONE = strawberry.enum_value("NONE", description="Each customer counts the same.")
    BALANCED = strawberry.enum_value("BALANCED", description=(
        "Both groups count the same, however few bought. Probabilities are put back to how many really buy."))


@strawberry.input(description="What is to be bought: nothing given, anything at all; else a product or a category.")
class PropensityTargetInput:
    product_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="This product.")
    category: str | None = strawberry.field(default=strawberry.UNSET, description="Any product of this category.")

    def __post_init__(self) -> None:
        if self.product_id and self.category:
            raise InvalidParameters("Give a product or a category, not both.", "category")
        if self.product_id and not PRODUCT.fullmatch(self.product_id):
            raise InvalidParameters(f"{self.product_id[:40]} is not the id of a product.", "productId")
        if self.category is not None and self.category is not strawberry.UNSET and not 0 < len(self.category) <= LONGEST_CATEGORY:
            raise InvalidParameters(f"category takes from 1 to {LONGEST_CATEGORY} characters.", "category")

    @property
    def product(self) -> int | None:
        """The product's number."""
        return id_number(self.product_id, "p", "Product") if self.product_id else None


@strawberry.input(description="Who will buy what within how many days, and how that is to be told.")
class PropensityRunStartInput(RunStart):
    where: Mapping[str, Any] | None = selection(lambda: Customer, "Only these customers; left out: all.")
    target: PropensityTargetInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "What is to be bought; left out: anything."))
    among: PropensityPopulation = strawberry.field(default=PropensityPopulation.BUYERS, description="Which customers it is about.")
    window_days: int = strawberry.field(default=30, description="Within how many days, from 1 to 730.")
    as_of: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description=(
        "The moment from which to look ahead; left out: just after the last transaction that was read. Nothing later is looked at."))
    windows: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "How many windows of the past to learn from, one before the other and the latest one for the test, from 2 to 12; left out: up to "
        "4, as the data allows."))
    lookback_days: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "How many days before a window features look back; left out: to the beginning."))
    features: list[str] | None = strawberry.field(default=strawberry.UNSET, description=(
        "What tells customers apart: names of customerFeatures, up to 50; left out: how often, how lately and for how much they bought, "
        "and what they returned. Those that are read from runs know the future and are refused."))
    history: bool = strawberry.field(default=True, description=(
        "Whether what a customer did with the product or category before is looked at too."))
    model: PropensityModel = strawberry.field(default=PropensityModel.LOGISTIC_REGRESSION, description="What tells who will buy.")
    class_weights: ClassWeights = strawberry.field(default=ClassWeights.NONE, description="How much those who bought count.")
    threshold: float | None = strawberry.field(default=strawberry.UNSET, description=(
        "From which probability on somebody counts as a buyer, more than 0 and less than 1; left out: where F1 is highest for customers "
        "that the model was not shown, the test's aside."))
    folds: int = strawberry.field(default=5, description="Into how many parts customers are put for cross-validation, from 2 to 20.")
    seed: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "Where chance comes from, 0 or more; left out, it is drawn and kept with the run."))

    def __post_init__(self) -> None:
        self.wanted = self.target or PropensityTargetInput()
        check_whole(self.window_days, 1, MOST_DAYS, "windowDays")
        check_whole(self.windows, 2, MOST_WINDOWS, "windows")
        check_whole(self.lookback_days, 1, 10 * MOST_DAYS, "lookbackDays")
        check_whole(self.folds, 2, MOST_FOLDS, "folds")
        check_whole(self.seed, 0, MOST_SEED, "seed")
        if is_given(self.threshold) and not (math.isfinite(self.threshold or 0) and 0 < (self.threshold or 0) < 1):
            raise InvalidParameters("threshold must be more than 0 and less than 1.", "threshold")
        if is_given(self.features):
            self.check_features(self.features or [])

    def check_features(self, names: list[str]) -> None:
        if len(names) > MOST_FEATURES or not (names or self.has_history):
            raise InvalidParameters(f"features takes from 1 to {MOST_FEATURES} names, and has {len(names)}.", "features")
        for at, name in enumerate(names):
            if name in names[:at]:
                raise InvalidParameters(f"{name[:60]} is named twice.", "features", str(at))

    @property
    def chosen(self) -> list[str]:
        """The names of the features."""
        return self.features or [] if is_given(self.features) else list(USUAL_FEATURES)

    @property
    def has_history(self) -> bool:
        """Whether there is something that customers may have done with what is to be bought, beside buying anything."""
        return self.history and self.about_something

    @property
    def about_something(self) -> bool:
        return bool(self.wanted.product_id or self.wanted.category)

    @property
    def slot(self) -> str:
        if self.wanted.product_id:
            return f"{OF_PRODUCT}{self.wanted.product}"
        return f"{OF_CATEGORY}{self.wanted.category}" if self.wanted.category else SLOT

    def named(self) -> dict[tuple[str, ...], str]:
        """The features that a run reads, by where in the input they stand."""
        return {("features", str(at)): name for at, name in enumerate(self.chosen)}

    def tables(self) -> tuple[str, ...]:
        """What a run reads beside what its features are computed from."""
        found = ["customers", "transactions"]
        if self.about_something:
            found += ["transactionLines", "products"]
        if self.among is PropensityPopulation.REVIEWERS or self.has_history:
            found.append("reviews")
        if self.among is PropensityPopulation.BROWSERS or self.has_history:
            found.append("browseEvents")
        return tuple(found)


def is_given(value: object) -> bool:
    return value is not None and value is not strawberry.UNSET


def check_whole(value: Any, least: int, most: int, name: str) -> None:
    """What was left out is not checked."""
    if is_given(value) and not least <= value <= most:
        raise InvalidParameters(f"{name} must be from {least} to {most:,}, and is {value:,}.", name)
