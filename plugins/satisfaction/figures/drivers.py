"""Types of drivers and waves."""

import datetime
from collections.abc import Mapping
from typing import Any

import strawberry

from guanxi import SurveyQuestion, referred
from plugins.satisfaction.figures.tests import P
from plugins.satisfaction.figures.wording import Words, levels, worded


@strawberry.type(description="What goes along with overall satisfaction. It need not be its cause.")
class SatisfactionDriver:
    question_id: strawberry.Private[int]
    question: SurveyQuestion | None = referred("question_id", "The question; null when it is gone.")
    key: str = strawberry.field(description="Its key.")
    slope: float = strawberry.field(description="How many steps of overall satisfaction go with one step of this, all others alike.")
    standard_error: float = strawberry.field(description="Of the slope.")
    low: float = strawberry.field(description="Where the slope's interval begins.")
    high: float = strawberry.field(description="Where it ends.")
    p_value: float = strawberry.field(description="How probable so steep a slope is by chance.")
    beta: float = strawberry.field(description="The slope in standard deviations.")
    correlation: float = strawberry.field(description="With overall satisfaction, whatever the others say.")
    importance: float = strawberry.field(description="Its share of what all drivers explain, from 0 to 1: Johnson's relative weight.")
    variance_inflation: float = strawberry.field(description="From 1 up: how much less sure the slope is because others tell the same.")


@strawberry.type(description="A regression of overall satisfaction on the other questions.")
class SatisfactionDrivers:
    responses: int = strawberry.field(description="How many responses answer all of these questions.")
    r_squared: float = strawberry.field(description="The share of the variance of overall satisfaction that they explain.")
    adjusted_r_squared: float = strawberry.field(description="The same, with their number taken into account.")
    statistic: float | None = strawberry.field(description="F; null where nothing is left.")
    p_value: float = strawberry.field(description=P)
    drivers: list[SatisfactionDriver] = strawberry.field(description="The questions, the most important first.")


@strawberry.type(description="One time that the survey was held.")
class SatisfactionWave:
    words: Words
    name: str = worded("words", "What it is called.")
    begins: datetime.datetime = strawberry.field(description="Its first response.")
    ends: datetime.datetime = strawberry.field(description="Its last.")
    responses: int = strawberry.field(description="How many say something of what is compared.")
    mean: float | None = strawberry.field(description="What they say on average.")
    standard_deviation: float | None = strawberry.field(description="Between responses.")
    mean_lower: float | None = strawberry.field(description="Where the interval of the mean begins.")
    mean_upper: float | None = strawberry.field(description="Where it ends.")
    top_two_box: float | None = strawberry.field(description="The share of the two highest steps of the overall question.")
    net_promoter: float | None = strawberry.field(description="Of the overall question, where it leads from 0 to 10.")


@strawberry.type(description="How satisfaction went from wave to wave, over all responses.")
class SatisfactionTrend:
    waves: list[SatisfactionWave] = strawberry.field(description="The waves, the first first, at most the last 120.")
    slope: float | None = strawberry.field(description="By how much it changes from wave to wave; null for fewer than three.")
    slope_error: float | None = strawberry.field(description="Its standard error. Who answered in several waves counts in each.")
    p_value: float | None = strawberry.field(description="How probable so steep a slope is by chance.")


def drivers(found: Mapping[str, Any]) -> SatisfactionDrivers:
    same = ("question_id", "key", "slope", "low", "high", "beta", "correlation", "importance")
    return SatisfactionDrivers(
        responses=found["complete"], r_squared=found["explained"], adjusted_r_squared=found["adjusted"], statistic=found["statistic"],
        p_value=found["p"], drivers=[
            SatisfactionDriver(**{name: one[name] for name in same}, standard_error=one["error"], p_value=one["p"],
                               variance_inflation=one["inflation"]) for one in found["drivers"]])


def trend(found: Mapping[str, Any]) -> SatisfactionTrend:
    line = found["slope"] or {}
    return SatisfactionTrend(
        slope=line.get("value"), slope_error=line.get("error"), p_value=line.get("p"), waves=[
            SatisfactionWave(words=one["name"], begins=datetime.datetime.fromisoformat(one["begins"]),
                             ends=datetime.datetime.fromisoformat(one["ends"]), top_two_box=one["top_two"], net_promoter=one["promoter"],
                             **levels(one)) for one in found["waves"]])
