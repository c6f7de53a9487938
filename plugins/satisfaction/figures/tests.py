"""Types of tests."""

import enum
from collections.abc import Mapping
from typing import Any

import strawberry

P = "How probable so high a statistic is by chance."


@strawberry.enum(description="Which test suits a comparison of groups.")
class ComparisonTest(enum.Enum):
    ANOVA = strawberry.enum_value("ANOVA", description="Analysis of variance.")
    WELCH = strawberry.enum_value("WELCH", description="Welch's test, for variances that differ.")
    KRUSKAL_WALLIS = strawberry.enum_value("KRUSKAL_WALLIS", description="Kruskal and Wallis's test of ranks.")
    NONE = strawberry.enum_value("NONE", description="None: nothing varies.")


@strawberry.enum(description="How pairs of groups are compared.")
class PairTest(enum.Enum):
    TUKEY = strawberry.enum_value("TUKEY", description="Tukey's honest differences, for equal variances.")
    GAMES_HOWELL = strawberry.enum_value("GAMES_HOWELL", description="Games and Howell's, for any variances.")


@strawberry.type(description="A test.")
class SatisfactionTest:
    statistic: float = strawberry.field(description="F, or H of ranks, or chi squared.")
    df_between: float = strawberry.field(description="Degrees of freedom.")
    df_within: float | None = strawberry.field(description="Those of the denominator, where there is one.")
    p_value: float = strawberry.field(description=P)


@strawberry.type(description="Whether what groups do not explain looks normal.")
class NormalityCheck:
    method: str = strawberry.field(description="SHAPIRO_WILK, or DAGOSTINO for more than 5,000 responses.")
    statistic: float = strawberry.field(description="W, or K squared.")
    p_value: float = strawberry.field(description=P)
    skewness: float = strawberry.field(description="0 for what is symmetric.")
    excess_kurtosis: float = strawberry.field(description="0 for what has tails like the normal.")


def test(found: Mapping[str, Any] | None) -> SatisfactionTest | None:
    return SatisfactionTest(statistic=found["statistic"], df_between=found["between"], df_within=found["within"],
                            p_value=found["p"]) if found else None


def normality(found: Mapping[str, Any] | None) -> NormalityCheck | None:
    return NormalityCheck(method=found["test"], statistic=found["statistic"], p_value=found["p"], skewness=found["skewness"],
                          excess_kurtosis=found["kurtosis"]) if found else None
