"""Types of the model of ordered answers."""

from collections.abc import Mapping
from typing import Any

import strawberry

from plugins.satisfaction.figures.tests import SatisfactionTest, test
from plugins.satisfaction.figures.wording import Words, worded


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


def ordinal(found: Mapping[str, Any]) -> OrdinalModel:
    tested = test(found["test"])
    assert tested
    return OrdinalModel(
        responses=found["responses"], thresholds=found["thresholds"], log_likelihood=found["likelihood"], pseudo_r_squared=found["pseudo"],
        test=tested, lack_of_fit=test(found["lack"]), effects=[
            OrdinalEffect(factor_words=one["factor"], group_words=one["group"], beside_words=one["beside"], effect=one["effect"],
                          standard_error=one["error"], odds_ratio=one["odds"], p_value=one["p"]) for one in found["effects"]])
