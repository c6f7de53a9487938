"""What a run of next purchases is started with."""

import datetime
import enum
from collections.abc import Mapping
from typing import Any

import strawberry

from guanxi import Customer, InvalidParameters, RunStart, selection

NAME = SLOT = "nextPurchase"
MOST_DAYS, MOST_SEED = 3650, 2**31 - 1


@strawberry.enum(description="What tells when a customer buys next.")
class NextPurchaseDateModel(enum.Enum):
    TIME_TO_EVENT = strawberry.enum_value("TIME_TO_EVENT", description=(
        "A proportional hazards model: who has not bought again yet counts for as long as they have not."))
    RANDOM_FOREST = strawberry.enum_value("RANDOM_FOREST", description="A random forest of the days until then.")
    SVR = strawberry.enum_value("SVR", description="Support vector regression of the days until then.")


@strawberry.enum(description="What tells of which category the next purchase is.")
class NextPurchaseCategoryModel(enum.Enum):
    RANDOM_FOREST = strawberry.enum_value("RANDOM_FOREST", description="A random forest.")
    SVM = strawberry.enum_value("SVM", description=(
        "A support vector machine with a radial kernel, its distances turned into probabilities."))


@strawberry.input(description="Whose next purchase is to be told, and how.")
class NextPurchaseRunStartInput(RunStart):
    where: Mapping[str, Any] | None = selection(lambda: Customer, "Only these customers; left out: all.")
    as_of: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description=(
        "The moment from which to look ahead; left out: just after the last transaction that was read. Nothing later is looked at."))
    date_model: NextPurchaseDateModel = strawberry.field(default=NextPurchaseDateModel.TIME_TO_EVENT, description="What tells when.")
    category_model: NextPurchaseCategoryModel = strawberry.field(default=NextPurchaseCategoryModel.RANDOM_FOREST, description=(
        "What tells of which category."))
    test_days: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "How many days before that moment to hide, to see how well the models tell what happened in them, from 1 to 3,650; left out: a "
        "quarter of the days since the first purchase."))
    seed: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "Where chance comes from, 0 or more; left out, it is drawn and kept with the run."))

    def __post_init__(self) -> None:
        if isinstance(self.test_days, int) and not 1 <= self.test_days <= MOST_DAYS:
            raise InvalidParameters(f"testDays must be from 1 to {MOST_DAYS:,}, and is {self.test_days:,}.", "testDays")
        if isinstance(self.seed, int) and not 0 <= self.seed <= MOST_SEED:
            raise InvalidParameters("seed must be 0 or more.", "seed")
