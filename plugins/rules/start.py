"""What a search for rules is started with."""

import enum
import math
from collections.abc import Mapping
from typing import Any

import strawberry

from guanxi import InvalidParameters, RunStart, Transaction, selection

NAME = "ruleMining"
SLOT = "associationRules"
LENGTH, MOST_LENGTH = 4, 8
MOST_DAYS = 3660


@strawberry.enum(description="What counts as one basket.")
class BasketUnit(enum.Enum):
    TRANSACTION = strawberry.enum_value("TRANSACTION", description="What was bought at once: a transaction.")
    CUSTOMER_WINDOW = strawberry.enum_value("CUSTOMER_WINDOW", description=(
        "What a customer bought within `windowDays` days, counted from their first purchase; without `windowDays`, ever."))


@strawberry.enum(description="How frequent itemsets are looked for. All three find the same.")
class RuleAlgorithm(enum.Enum):
    APRIORI = strawberry.enum_value("APRIORI", description="Breadth first, every candidate counted: for comparisons.")
    FP_GROWTH = strawberry.enum_value("FP_GROWTH", description="By a tree of baskets: for comparisons.")
    ECLAT = strawberry.enum_value("ECLAT", description=(
        "Depth first, by rows of bits that say which baskets hold an item: many times as fast."))


@strawberry.enum(description="How p-values are corrected where many rules are tested at once.")
class RuleCorrection(enum.Enum):
    BENJAMINI_HOCHBERG = strawberry.enum_value("BENJAMINI_HOCHBERG", description=(
        "By the share of false discoveries among all that are made."))
    HOLM = strawberry.enum_value("HOLM", description="By the probability of making a single false discovery: stricter.")
    NONE = strawberry.enum_value("NONE", description="Not at all: of 100 rules of chance, 5 fall below 0.05.")


@strawberry.input(description="How rules are to be looked for.")
class RuleMiningRunStartInput(RunStart):
    basket: Mapping[str, Any] | None = selection(lambda: Transaction, (
        "Only these transactions. Returns are taken off purchases only where both are among them."))
    unit: BasketUnit = strawberry.field(default=BasketUnit.TRANSACTION, description="What counts as one basket.")
    window_days: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "With CUSTOMER_WINDOW: how many days a basket spans, from 1 to 3,660; left out: all of them."))
    by_category: bool = strawberry.field(default=False, description="Whether items are the categories of products, not the products.")
    algorithm: RuleAlgorithm = strawberry.field(default=RuleAlgorithm.ECLAT, description="How to look for them.")
    minimum_support: float = strawberry.field(description=(
        "In which share of all baskets items must be together, more than 0 and at most 1: in ceil(share * baskets) of them or more."))
    minimum_confidence: float | None = strawberry.field(default=strawberry.UNSET, description=(
        "Of the baskets with the left side, which share must have the right side too, from 0 to 1; left out: any."))
    minimum_lift: float | None = strawberry.field(default=strawberry.UNSET, description=(
        "How many times as often as by chance the two sides must come together, 0 or more; left out: any."))
    max_length: int = strawberry.field(default=LENGTH, description=(
        "How many items a rule has at most, both sides together, from 1 to 8; with 1 there are itemsets, and no rules."))
    max_p_value: float | None = strawberry.field(default=strawberry.UNSET, description=(
        "How high the corrected p-value may be, more than 0 and at most 1; left out: any."))
    correction: RuleCorrection = strawberry.field(default=RuleCorrection.BENJAMINI_HOCHBERG, description="How p-values are corrected.")
    prune_redundant: bool = strawberry.field(default=False, description=(
        "Whether to leave out each rule that is no more confident than one with the same right side and a part of its left side."))

    def __post_init__(self) -> None:
        if not (math.isfinite(self.minimum_support) and 0 < self.minimum_support <= 1):
            raise InvalidParameters("minimumSupport must be more than 0 and at most 1.", "minimumSupport")
        if not 1 <= self.max_length <= MOST_LENGTH:
            raise InvalidParameters(f"maxLength must be from 1 to {MOST_LENGTH}.", "maxLength")
        if self.minimum_confidence and not (math.isfinite(self.minimum_confidence) and 0 <= self.minimum_confidence <= 1):
            raise InvalidParameters("minimumConfidence must be from 0 to 1.", "minimumConfidence")
        if self.minimum_lift and not (math.isfinite(self.minimum_lift) and self.minimum_lift >= 0):
            raise InvalidParameters("minimumLift must be 0 or more.", "minimumLift")
        if given(self.max_p_value) and not 0 < self.max_p_value <= 1:  # type: ignore[operator]  # it is a number
            raise InvalidParameters("maxPValue must be more than 0 and at most 1.", "maxPValue")
        self.check_window()

    def check_window(self) -> None:
        if not given(self.window_days):
            return
        if self.unit is not BasketUnit.CUSTOMER_WINDOW:
            raise InvalidParameters("windowDays goes with the unit CUSTOMER_WINDOW.", "windowDays")
        if not 1 <= self.window_days <= MOST_DAYS:  # type: ignore[operator]  # it is a number
            raise InvalidParameters(f"windowDays must be from 1 to {MOST_DAYS:,}.", "windowDays")

    @property
    def days(self) -> int | None:
        return self.window_days if given(self.window_days) else None


def given(value: object) -> bool:
    return value is not None and value is not strawberry.UNSET
