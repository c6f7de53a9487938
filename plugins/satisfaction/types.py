"""Types of satisfaction: the run, and what it says of questions, scales, groups, drivers and waves."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import strawberry

from guanxi import (
    AnalysisRun,
    Connection,
    CustomerConnection,
    Node,
    SurveyQuestion,
    column,
    from_summary,
    key,
    many,
    one,
    referred,
    translated,
)
from plugins.satisfaction.models import GroupRow, MemberRow
from plugins.satisfaction.names import PERSONAL, READ
from plugins.satisfaction.testing import ComparisonTest, PairTest

HERE = "plugins.satisfaction.types"
LazyRun = Annotated["SatisfactionRun", strawberry.lazy(HERE)]
Info = strawberry.Info[Any, None]
Words = strawberry.Private[Mapping[str, str]]
P = "How probable so high a statistic is by chance."


def worded(name: str, description: str) -> Any:
    """A text that the run keeps in both languages, under the attribute `name`."""

    def text(root: Any, info: Info) -> str:
        found: str = getattr(root, name)[info.context.language]
        return found

    return strawberry.field(resolver=text, description=description)


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


@strawberry.type(description="A test.")
class SatisfactionTest:
    statistic: float = strawberry.field(description="F, or H of ranks, or chi squared.")
    df_between: float = strawberry.field(description="Degrees of freedom.")
    df_within: float | None = strawberry.field(description="Those of the denominator, where there is one.")
    p_value: float = strawberry.field(description=P)


@strawberry.type(description="One line of an analysis of variance.")
class VarianceEffect:
    words: Words
    name: str = worded("words", "What varies, in the caller's language.")
    sum_of_squares: float = strawberry.field(description="The squares that it explains.")
    test: SatisfactionTest = strawberry.field(description="The F test.")
    eta_squared: float = strawberry.field(description=(
        "The share of the variance that it explains; with two factors, of what the others leave."))
    omega_squared: float = strawberry.field(description="The same, less biased.")


@strawberry.type(description="Whether what groups do not explain looks normal.")
class NormalityCheck:
    method: str = strawberry.field(description="SHAPIRO_WILK, or DAGOSTINO for more than 5,000 responses.")
    statistic: float = strawberry.field(description="W, or K squared.")
    p_value: float = strawberry.field(description=P)
    skewness: float = strawberry.field(description="0 for what is symmetric.")
    excess_kurtosis: float = strawberry.field(description="0 for what has tails like the normal.")


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


@strawberry.type(description="What belonging to a group does to the odds of a higher answer.")
class OrdinalEffect:
    factor_words: Words
    group_words: Words
    beside_words: Words
    factor: str = worded("factor_words", "The factor, in the caller's language.")
    group: str = worded("group_words", "The group.")
    beside: str = worded("beside_words", "The group that it is compared with.")
    effect: float = strawberry.field(description="By how much the logarithm of the odds is higher.")
    standard_error: float = strawberry.field(description="Of the effect.")
    odds_ratio: float = strawberry.field(description="By which factor the odds of a higher answer are higher.")
    p_value: float = strawberry.field(description="How probable so large an effect is by chance (Wald).")


@strawberry.type(description="A model of ordered answers: proportional odds.")
class OrdinalModel:
    responses: int = strawberry.field(description="How many responses it was fitted to.")
    effects: list[OrdinalEffect] = strawberry.field(description="Of every group but the first of each factor.")
    thresholds: list[float] = strawberry.field(description="The logarithmic odds between each step and the next, in the first groups.")
    log_likelihood: float = strawberry.field(description="How likely the answers are under it.")
    pseudo_r_squared: float = strawberry.field(description="McFadden's.")
    test: SatisfactionTest = strawberry.field(description="Against no effects at all, by likelihood.")
    lack_of_fit: SatisfactionTest | None = strawberry.field(description=(
        "Whether the odds are proportional, and factors do not interact: a low p-value says that they are not, or do."))


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


@strawberry.type(description="Responses that have something in common.")
class SatisfactionGroup(Node):
    id: strawberry.ID = key(GroupRow.id, code="sf", requires=READ)
    factor: int = column(GroupRow.factor, "Of which factor of the run, from 0.", filter="operators", order=True)
    label: str = translated(GroupRow.label_en, GroupRow.label_zh, "What they have in common, in the caller's language.")
    size: int = column(GroupRow.size, "How many responses.", filter="operators", order=True)
    mean: float = column(GroupRow.mean, "What they say on average of what was compared.", filter="operators", order=True)
    standard_deviation: float | None = column(GroupRow.deviation, "Between them; null for one.")
    mean_lower: float | None = column(GroupRow.low, "Where the interval of the mean begins.")
    mean_upper: float | None = column(GroupRow.high, "Where it ends.")
    median: float = column(GroupRow.median, "The median.")
    low_scoring: bool = column(GroupRow.low_scoring, "Whether the interval lies below the mean of all.", filter="value")
    members: CustomerConnection | None = many(None, "The customers in it, as far as they are known.",
                                              through=(MemberRow.group_id, MemberRow.customer_id), requires=PERSONAL)
    run: LazyRun = one(GroupRow.run_id, "The run that compared it.")


SatisfactionGroupConnection = Connection[SatisfactionGroup]


# -- from JSON --
def promoter(found: Mapping[str, float] | None) -> NetPromoter | None:
    return NetPromoter(**found) if found else None


def levels(found: Mapping[str, Any]) -> dict[str, Any]:
    """The names that figures of a mean have in the API."""
    return {"responses": found["responses"], "mean": found["mean"], "standard_deviation": found["deviation"], "mean_lower": found["low"],
            "mean_upper": found["high"]}


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


def test(found: Mapping[str, Any] | None) -> SatisfactionTest | None:
    return SatisfactionTest(statistic=found["statistic"], df_between=found["between"], df_within=found["within"],
                            p_value=found["p"]) if found else None


def effect(words: Mapping[str, str], found: Mapping[str, Any], eta: float, omega: float) -> VarianceEffect:
    tested = test(found)
    assert tested
    return VarianceEffect(words=words, sum_of_squares=found["squares"], test=tested, eta_squared=eta, omega_squared=omega)


def pairs(found: Sequence[Mapping[str, Any]]) -> list[GroupPair]:
    return [GroupPair(first_words=one["first"], second_words=one["second"], difference=one["difference"], low=one["low"], high=one["high"],
                      p_value=one["p"]) for one in found]


def normality(found: Mapping[str, Any] | None) -> NormalityCheck | None:
    return NormalityCheck(method=found["test"], statistic=found["statistic"], p_value=found["p"], skewness=found["skewness"],
                          excess_kurtosis=found["kurtosis"]) if found else None


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


def ordinal(found: Mapping[str, Any]) -> OrdinalModel:
    tested = test(found["test"])
    assert tested
    return OrdinalModel(
        responses=found["responses"], thresholds=found["thresholds"], log_likelihood=found["likelihood"], pseudo_r_squared=found["pseudo"],
        test=tested, lack_of_fit=test(found["lack"]), effects=[
            OrdinalEffect(factor_words=one["factor"], group_words=one["group"], beside_words=one["beside"], effect=one["effect"],
                          standard_error=one["error"], odds_ratio=one["odds"], p_value=one["p"]) for one in found["effects"]])


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


def outcome(found: Mapping[str, Any]) -> SatisfactionOutcome:
    return SatisfactionOutcome(key=found["key"], lowest=found["lowest"], highest=found["highest"], **levels(found))


@strawberry.type(description="A run that evaluated a survey.")
class SatisfactionRun(AnalysisRun):
    responses: int | None = from_summary("responses", "How many responses it looked at, of each customer the latest.")
    repeated_count: int | None = from_summary("repeated", "How many earlier responses of the same customers are in the trend only.")
    customer_count: int | None = from_summary("customers", "How many customers these are of.")
    anonymous_count: int | None = from_summary("nobodys", "How many are of nobody known.")
    confidence: float | None = from_summary("confidence", "How sure its intervals are.")
    outcome: SatisfactionOutcome | None = from_summary("overall", "What groups were compared by.", outcome)
    items: list[LikertItem] | None = from_summary("items", "The questions, in the survey's order or as they were asked for.", items)
    scales: list[SatisfactionScale] | None = from_summary("scales", "The scales that they make, all together last.", scales)
    comparisons: list[SatisfactionComparison] | None = from_summary("comparisons", "One for each factor.", comparisons)
    together: TwoWayComparison | None = from_summary("together", "Both factors together; null for fewer than two.", together)
    ordinal_model: OrdinalModel | None = from_summary("ordinal", (
        "The overall question by the factors, as ordered answers; null without an overall question or factors."), ordinal)
    drivers: SatisfactionDrivers | None = from_summary("drivers", "What goes along with the overall question; null without one.", drivers)
    trend: SatisfactionTrend | None = from_summary("trend", "How satisfaction went from wave to wave.", trend)
    groups: SatisfactionGroupConnection | None = many(GroupRow.run_id, "The groups that its factors made, the lowest mean first.",
                                                      default_order=[(GroupRow.mean, False)])
