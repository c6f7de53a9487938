"""Types of compared groups."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from plugins.satisfaction.figures.tests import ComparisonTest, NormalityCheck, PairTest, SatisfactionTest, normality, test
from plugins.satisfaction.figures.wording import Words, levels, worded


@strawberry.type(description="One line of an analysis of variance.")
class VarianceEffect:
    words: Words
    name: str = worded("words", "What varies, in the caller's language.")
    sum_of_squares: float = strawberry.field(description="The squares that it explains.")
    test: SatisfactionTest = strawberry.field(description="The F test.")
    eta_squared: float = strawberry.field(description=(
        "The share of the variance that it explains; with two factors, of what the others leave."))
    omega_squared: float = strawberry.field(description="The same, less biased.")


@strawberry.type(description="Two groups beside each other, with all other pairs in mind.")
class GroupPair:
    first_words: Words
    second_words: Words
    first: str = worded("first_words", "The one, in the caller's language.")
    second: str = worded("second_words", "The other.")
    difference: float = strawberry.field(description="The second's mean less the first's.")
    low: float = strawberry.field(description="Where its interval begins.")
    high: float = strawberry.field(description="Where it ends.")
    p_value: float = strawberry.field(description="How probable so large a difference is by chance among so many pairs.")


@strawberry.type(description="Groups that one factor makes, compared.")
class SatisfactionComparison:
    words: Words
    because: Words
    factor: str = worded("words", "The factor, in the caller's language.")
    group_count: int = strawberry.field(description="How many groups were compared.")
    responses: int = strawberry.field(description="How many responses they have.")
    unknown_count: int = strawberry.field(description="How many responses belong to none, because nothing is known.")
    ambiguous_count: int = strawberry.field(description="How many were left out because their customers are in several.")
    appropriate_test: ComparisonTest = strawberry.field(description="Which test suits.")
    appropriate_pairs: PairTest = strawberry.field(description="Which comparison of pairs suits.")
    reason: str = worded("because", "Why, in a sentence.")
    anova: VarianceEffect | None = strawberry.field(description="The analysis of variance; null where nothing varies within groups.")
    within_squares: float | None = strawberry.field(description="The squares that the factor does not explain.")
    welch: SatisfactionTest | None = strawberry.field(description="Welch's test; null where a group is of one or does not vary.")
    kruskal_wallis: SatisfactionTest | None = strawberry.field(description="Kruskal and Wallis's test of ranks.")
    epsilon_squared: float | None = strawberry.field(description="The share of the variance of ranks that the factor explains.")
    levene: SatisfactionTest | None = strawberry.field(description="Levene's test of equal variances, around medians.")
    normality: NormalityCheck | None = strawberry.field(description="Whether the rest looks normal; null for fewer than eight responses.")
    tukey: list[GroupPair] = strawberry.field(description="Tukey's honest differences, for equal variances; none for more than 20 groups.")
    games_howell: list[GroupPair] = strawberry.field(description="Games and Howell's, for any variances; none for more than 20 groups.")


@strawberry.type(description="Two factors together, by type II sums of squares.")
class TwoWayComparison:
    responses: int = strawberry.field(description="How many responses have both.")
    first: VarianceEffect = strawberry.field(description="The first factor, beside the second.")
    second: VarianceEffect = strawberry.field(description="The second, beside the first.")
    interaction: VarianceEffect | None = strawberry.field(description="Whether the one works differently by the other.")
    within_squares: float = strawberry.field(description="What is left.")
    df_within: float = strawberry.field(description="Its degrees of freedom.")
    empty_cells: int = strawberry.field(description="Pairs of groups that nobody is in.")


@strawberry.type(description="What groups were compared by.")
class SatisfactionOutcome:
    key: str | None = strawberry.field(description="The overall question; null for the mean of all.")
    lowest: float = strawberry.field(description="The lowest that it can be.")
    highest: float = strawberry.field(description="The highest.")
    responses: int = strawberry.field(description="How many say something of it.")
    mean: float | None = strawberry.field(description="The mean.")
    standard_deviation: float | None = strawberry.field(description="Between responses.")
    mean_lower: float | None = strawberry.field(description="Where the interval of the mean begins.")
    mean_upper: float | None = strawberry.field(description="Where it ends.")


def effect(words: Mapping[str, str], found: Mapping[str, Any], eta: float, omega: float) -> VarianceEffect:
    tested = test(found)
    assert tested
    return VarianceEffect(words=words, sum_of_squares=found["squares"], test=tested, eta_squared=eta, omega_squared=omega)


def pairs(found: Sequence[Mapping[str, Any]]) -> list[GroupPair]:
    return [GroupPair(first_words=one["first"], second_words=one["second"], difference=one["difference"], low=one["low"], high=one["high"],
                      p_value=one["p"]) for one in found]


def comparisons(found: Sequence[Mapping[str, Any]]) -> list[SatisfactionComparison]:
    return [comparison(one, one["anova"] or {}) for one in found]


def comparison(one: Mapping[str, Any], table: Mapping[str, Any]) -> SatisfactionComparison:
    return SatisfactionComparison(
        words=one["factor"], because=one["reason"], group_count=one["groups"], responses=one["responses"], unknown_count=one["unknown"],
        ambiguous_count=one["ambiguous"], appropriate_test=ComparisonTest[one["chosen"]], appropriate_pairs=PairTest[one["pairs"]],
        anova=effect(one["factor"], table["between"], table["eta"], table["omega"]) if table else None, within_squares=table.get("within"),
        welch=test(one["welch"]), kruskal_wallis=test(one["kruskal"]), epsilon_squared=(one["kruskal"] or {}).get("epsilon"),
        levene=test(one["levene"]), normality=normality(one["normality"]), tukey=pairs(one["tukey"]),
        games_howell=pairs(one["games_howell"]))


def together(found: Mapping[str, Any]) -> TwoWayComparison:
    first, second, crossed = (one and effect(one["name"], one, one["eta"], one["omega"])
                              for one in (found["first"], found["second"], found["interaction"]))
    return TwoWayComparison(responses=found["responses"], first=first, second=second, interaction=crossed, within_squares=found["within"],
                            df_within=found["freedom"], empty_cells=found["empty"])


def outcome(found: Mapping[str, Any]) -> SatisfactionOutcome:
    return SatisfactionOutcome(key=found["key"], lowest=found["lowest"], highest=found["highest"], **levels(found))
