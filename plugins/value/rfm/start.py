"""What an RFM run is started with."""

import strawberry

from guanxi import RunStart
from plugins.value.start import PurchaseSelectionInput, check_days

NAME = SLOT = "rfm"


@strawberry.input(description="How customers are to be scored by recency, frequency and amount.")
class RfmRunStartInput(RunStart):
    purchases: PurchaseSelectionInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "Whose purchases, in which currency, until when; left out: everybody's, in the usual currency, until the last one."))
    window_days: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "How many days to look back, from 1 to 3,650; left out: to the first purchase. Who did not buy in them has no scores."))

    def __post_init__(self) -> None:
        self.chosen = self.purchases or PurchaseSelectionInput()
        check_days(self.window_days, "windowDays")
