"""Types of questions and scales."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from guanxi import SurveyQuestion, referred
from plugins.satisfaction.figures.wording import levels


@strawberry.type(description="A net promoter score: the share of answers 9 and 10 less that of 0 to 6, in percentage points.")
class NetPromoter:
    value: float = strawberry.field(description="From -100 to 100.")
    low: float = strawberry.field(description="Where its interval begins.")
    high: float = strawberry.field(description="Where it ends.")


@strawberry.type(description="What a question says. A reverse-scored one is turned round, so that high is high everywhere.")
class LikertItem:
    question_id: strawberry.Private[int]
    question: SurveyQuestion | None = referred("question_id", "The question; null when it is gone.")
    key: str = strawberry.field(description="Its key.")
    reversed: bool = strawberry.field(description="Whether it was turned round.")
    responses: int = strawberry.field(description="How many answered it.")
    missing: int = strawberry.field(description="How many responded and did not answer it.")
    mean: float | None = strawberry.field(description="The mean.")
    standard_deviation: float | None = strawberry.field(description="That of a sample; null for fewer than two.")
    standard_error: float | None = strawberry.field(description="Of the mean.")
    mean_lower: float | None = strawberry.field(description="Where the interval of the mean begins.")
    mean_upper: float | None = strawberry.field(description="Where it ends.")
    median: float | None = strawberry.field(description="The median.")
    lower_quartile: float | None = strawberry.field(description="A quarter of the answers are below.")
    upper_quartile: float | None = strawberry.field(description="A quarter of the answers are above.")
    top_two_box: float | None = strawberry.field(description="The share of the two highest steps; null on scales of fewer than four.")
    bottom_two_box: float | None = strawberry.field(description="The share of the two lowest steps.")
    net_promoter: NetPromoter | None = strawberry.field(description="Null unless the scale leads from 0 to 10.")
    item_total_correlation: float | None = strawberry.field(description=(
        "With the sum of the other questions of its scale, or of all where it belongs to none; negative: it may be scored the wrong way."))
    alpha_without_item: float | None = strawberry.field(description="Cronbach's alpha of the others of its scale.")
    distribution: list[int] = strawberry.field(description="How many chose each step, the lowest first.")


@strawberry.type(description="Questions that measure something together.")
class SatisfactionScale:
    name: str = strawberry.field(description="What the questions call it; empty for all questions.")
    questions: list[str] = strawberry.field(description="The keys of its questions.")
    complete: int = strawberry.field(description="How many responses answer all of them: what alpha rests on.")
    cronbach_alpha: float | None = strawberry.field(description=(
        "How far they measure the same, 1 at most; null where nobody differs. From 0.7 on it is mostly taken as enough."))
    standardized_alpha: float | None = strawberry.field(description="The same of questions brought to one variance.")
    mean_correlation: float | None = strawberry.field(description="Between two of its questions, on average.")
    responses: int = strawberry.field(description="How many answer any of them.")
    mean: float | None = strawberry.field(description="What they say on average, from 0 to 100.")
    standard_deviation: float | None = strawberry.field(description="Between responses.")
    mean_lower: float | None = strawberry.field(description="Where the interval of the mean begins.")
    mean_upper: float | None = strawberry.field(description="Where it ends.")


def promoter(found: Mapping[str, float] | None) -> NetPromoter | None:
    return NetPromoter(**found) if found else None


def items(found: Sequence[Mapping[str, Any]]) -> list[LikertItem]:
    same = ("question_id", "key", "reversed", "missing", "mean", "median", "lower_quartile", "upper_quartile", "distribution")
    return [LikertItem(
        **{name: one[name] for name in same}, responses=one["answered"], standard_deviation=one["deviation"], standard_error=one["error"],
        mean_lower=one["low"], mean_upper=one["high"], top_two_box=one["top_two"], bottom_two_box=one["bottom_two"],
        net_promoter=promoter(one["promoter"]), item_total_correlation=one["item_total"], alpha_without_item=one["alpha_without"])
        for one in found]


def scales(found: Sequence[Mapping[str, Any]]) -> list[SatisfactionScale]:
    return [SatisfactionScale(name=one["name"], questions=one["keys"], complete=one["complete"], cronbach_alpha=one["alpha"],
                              standardized_alpha=one["standardized"], mean_correlation=one["mean_correlation"], **levels(one))
            for one in found]
