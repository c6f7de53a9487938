"""What a run of lifetime values is started with."""

import enum
import math

import strawberry

from guanxi import InvalidParameters, RunStart
from plugins.value.start import PurchaseSelectionInput, check_days

NAME = "lifetimeValue"
LIFETIME_VALUE, CHURN_RISK, EXPECTED_PURCHASES = "lifetimeValue", "churnRisk", "expectedPurchases"
SLOTS = (LIFETIME_VALUE, CHURN_RISK, EXPECTED_PURCHASES)
HORIZON, DISCOUNT = 365, 0.1
SMALLEST, LARGEST = 1e-7, 1e7  # parameters of a model that may be given
LARGEST_AMOUNT = 1e15


@strawberry.enum(description="How customers are thought to buy until they leave.")
class PurchaseModel(enum.Enum):
    BG_NBD = strawberry.enum_value("BG_NBD", description=(
        "A customer may leave after each purchase but the first. So who bought once is certainly still there, however long ago that was."))
    MBG_NBD = strawberry.enum_value("MBG_NBD", description=(
        "A customer may leave after each purchase, the first included: for shops where many buy once and never again."))


@strawberry.input(description="A model that an earlier run fitted: its modelParameters, to work with them as they are.")
class FittedModelInput:
    r: float = strawberry.field(description="Shape of the distribution of purchase rates.")
    alpha: float = strawberry.field(description="Rate of that distribution, in weeks.")
    a: float = strawberry.field(description="First parameter of the distribution of the probabilities of leaving.")
    b: float = strawberry.field(description="Second parameter of that distribution.")
    p: float = strawberry.field(description="Shape of what a customer pays a time.")
    q: float = strawberry.field(description="Shape of the distribution of customers' means, more than 1.")
    v: float = strawberry.field(description="Scale of that distribution, in units of the currency.")

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            most = LARGEST_AMOUNT if name == "v" else LARGEST
            if not SMALLEST <= value <= most:
                raise InvalidParameters(f"{name} must be more than 0 and at most {most:,.0f}, and is {value:g}.", name)
        if self.q <= 1:
            raise InvalidParameters(f"q must be more than 1, or there is no mean of what customers pay, and is {self.q:g}.", "q")


@strawberry.input(description="How customers' value is to be worked out.")
class LifetimeValueRunStartInput(RunStart):
    purchases: PurchaseSelectionInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "Whose purchases, in which currency, until when; left out: everybody's, in the usual currency, until the last one."))
    purchase_model: PurchaseModel = strawberry.field(default=PurchaseModel.BG_NBD, description="How customers buy until they leave.")
    fitted: FittedModelInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "Parameters to work with instead of fitting them to the data: those of an earlier run, of the same purchaseModel."))
    horizon_days: int = strawberry.field(default=HORIZON, description="How many days to look ahead, from 1 to 3,650.")
    discount_rate: float = strawberry.field(default=DISCOUNT, description=(
        "By how much money is worth less a year later, from 0 to 1: 0.1 for a tenth."))
    margin: float = strawberry.field(default=1.0, description=(
        "Which share of what customers pay is value, more than 0 and at most 1; left out, value is turnover."))
    holdout_days: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "How many days to hide from the model, to compare it with what happened in them, from 0 to 3,650; left out: a quarter of the time "
        "since the first purchase; 0: no comparison."))

    def __post_init__(self) -> None:
        self.chosen = self.purchases or PurchaseSelectionInput()
        check_days(self.horizon_days, "horizonDays")
        check_days(self.holdout_days, "holdoutDays", least=0)
        if not (math.isfinite(self.discount_rate) and 0 <= self.discount_rate <= 1):
            raise InvalidParameters(f"discountRate must be from 0 to 1, and is {self.discount_rate:g}.", "discountRate")
        if not (math.isfinite(self.margin) and 0 < self.margin <= 1):
            raise InvalidParameters(f"margin must be more than 0 and at most 1, and is {self.margin:g}.", "margin")
