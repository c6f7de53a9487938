"""Names of tests, as the API has them."""

import enum

import strawberry


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
