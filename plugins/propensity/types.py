"""Types of purchase probabilities: the run with its model and its test, and what is told of customers by a model that is there."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from guanxi import AnalysisRun, Customer, Product, from_summary, referred
from plugins.propensity.start import PropensityModel, PropensityPopulation


@strawberry.type(description="What is to be bought: a product, any of a category, or anything when both are null.")
class PropensityTarget:
    product_id: strawberry.Private[int | None]
    product: Product | None = referred("product_id", "The product.")
    category: str | None = strawberry.field(description="The category.")


@strawberry.type(description="What a logistic regression says of a step of a feature. A number's step is one standard deviation.")
class PropensityCoefficient:
    feature: str = strawberry.field(description=(
        "The feature; of a category with the word that is compared with the most frequent one; empty for the intercept."))
    title: str = strawberry.field(description="What it is called in English.")
    title_zh: str = strawberry.field(description="What it is called in Chinese.")
    value: float = strawberry.field(description="By how much log odds grow with a step.")
    odds_ratio: float | None = strawberry.field(description="By what odds are multiplied with a step.")
    step: float | None = strawberry.field(description=(
        "How much of the feature a step is, in its own units; null for the intercept, and where the logarithm is taken."))
    standard_error: float | None = strawberry.field(description=(
        "Of the value, clustered by customer where there are several windows; null where a penalty holds the coefficients, or classes were "
        "balanced."))
    p_value: float | None = strawberry.field(description="How probable so large a value would be if the feature said nothing.")
    odds_ratio_lower95: float | None = strawberry.field(name="oddsRatioLower95", description="Where its 95 % interval begins.")
    odds_ratio_upper95: float | None = strawberry.field(name="oddsRatioUpper95", description="Where its 95 % interval ends.")


@strawberry.type(description="How much a model needs a feature: what becomes worse when its values are dealt out anew.")
class PropensityImportance:
    feature: str = strawberry.field(description="The feature.")
    value: float = strawberry.field(description="By how much the area under the ROC curve falls, on average of five times.")
    deviation: float = strawberry.field(description="The standard deviation of these.")


@strawberry.type(description="Customers with alike probabilities in the test, and how many of them bought.")
class PropensityCalibration:
    mean: float = strawberry.field(description="The mean of their probabilities.")
    bought: int = strawberry.field(description="How many bought.")
    count: int = strawberry.field(description="How many they are.")


@strawberry.type(description="A window of the past.")
class PropensityWindow:
    since: datetime.datetime = strawberry.field(description="When it opens: features tell what was before.")
    until: datetime.datetime = strawberry.field(description="When it closes.")
    customer_count: int = strawberry.field(description="How many customers were known then, of those that the run is about.")
    buyer_count: int = strawberry.field(description="How many of them bought in it.")


@strawberry.type(description="A point of a curve.")
class PropensityPoint:
    x: float = strawberry.field(description="Across, from 0 to 1.")
    y: float = strawberry.field(description="Up, from 0 to 1.")


@strawberry.type(description="How probable it is by a finished run that a customer buys, as everything is now.")
class PurchaseForecast:
    customer_id: strawberry.Private[int]
    customer: Customer | None = referred("customer_id", "The customer; null when there is none.")
    probability: float | None = strawberry.field(description=(
        "From 0 to 1; null for who is not among those that the run is about, or refused to be analysed."))


def target(kept: Mapping[str, Any]) -> PropensityTarget:
    return PropensityTarget(product_id=kept["product"], category=kept["category"])


def coefficients(kept: Sequence[Mapping[str, Any]]) -> list[PropensityCoefficient]:
    return [PropensityCoefficient(
        feature=one["feature"], title=one["title"], title_zh=one["titleZh"], value=one["value"], odds_ratio=one["oddsRatio"],
        step=one["step"], standard_error=one["error"], p_value=one["pValue"], odds_ratio_lower95=one["low"],
        odds_ratio_upper95=one["high"]) for one in kept]


def importances(kept: Sequence[Mapping[str, Any]]) -> list[PropensityImportance]:
    return [PropensityImportance(**one) for one in kept]


def bins(kept: Sequence[Mapping[str, Any]]) -> list[PropensityCalibration]:
    return [PropensityCalibration(**one) for one in kept]


def windows(kept: Sequence[Mapping[str, Any]]) -> list[PropensityWindow]:
    read = datetime.datetime.fromisoformat
    return [PropensityWindow(since=read(one["since"]), until=read(one["until"]), customer_count=one["customerCount"],
                             buyer_count=one["buyerCount"]) for one in kept]


def points(kept: Sequence[Sequence[float]]) -> list[PropensityPoint]:
    return [PropensityPoint(x=x, y=y) for x, y in kept]




@strawberry.type(description="A run that worked out how probable it is that customers buy.")
class PropensityRun(AnalysisRun):
    target: PropensityTarget | None = from_summary("target", "What is to be bought.", target)
    among: PropensityPopulation | None = from_summary("among", "Which customers it is about.", PropensityPopulation.__getitem__)
    window_days: int | None = from_summary("windowDays", "Within how many days.")
    as_of: datetime.datetime | None = from_summary("asOf", "The moment from which it looks ahead.", datetime.datetime.fromisoformat)
    model: PropensityModel | None = from_summary("model", "What tells who will buy.", PropensityModel.__getitem__)
    windows: list[PropensityWindow] | None = from_summary("windows", (
        "The windows of the past that it learned from, the oldest first. The latest one is the test: a model of those before is asked "
        "about it, then a model of all is made."), windows)
    example_count: int | None = from_summary("exampleCount", "How many examples it learned from: a customer in a window is one.")
    buyer_count: int | None = from_summary("buyerCount", "In how many of them the customer bought.")
    scored_count: int | None = from_summary("scoredCount", "How many customers have a probability.")
    expected_buyers: float | None = from_summary("expectedBuyers", "How many of them will buy: the sum of the probabilities.")
    threshold: float | None = from_summary("threshold", "From which probability on a customer counts as a buyer.")
    confusion: list[list[int]] | None = from_summary("confusion", (
        "Customers of the test. Rows: did not buy, bought; columns: was not said to, was said to."))
    calibration: list[PropensityCalibration] | None = from_summary("calibration", (
        "Customers of the test by probability, in at most ten groups."), bins)
    roc: list[PropensityPoint] | None = from_summary("roc", (
        "The ROC curve of the test: of who did not buy, the share that is said to; of who bought, the share that is."), points)
    gains: list[PropensityPoint] | None = from_summary("gains", (
        "The most probable customers of the test, as a share of all; and which share of the buyers they are."), points)
    importances: list[PropensityImportance] | None = from_summary("importances", "How much the model needs each feature.", importances)
    coefficients: list[PropensityCoefficient] | None = from_summary("coefficients", (
        "The intercept and the coefficients of a logistic regression; null for other models."), coefficients)
    penalised: bool | None = from_summary("penalised", (
        "Whether a penalty holds the coefficients, because the outcome can be told without error for some customers."))
