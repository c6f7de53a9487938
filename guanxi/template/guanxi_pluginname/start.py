"""What a run is started with, and what it shows of itself."""

import strawberry

from guanxi import AnalysisRun, InvalidParameters, RunStart, from_summary

MOST = 1000


@strawberry.input(description="How overdue purchases are to be found.")
class PluginnameRunStartInput(RunStart):
    minimum_purchases: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "Days with purchases that a customer needs to have a score, from 2 to 1,000; left out, what the settings say."))

    def __post_init__(self) -> None:
        if self.minimum_purchases and not 2 <= self.minimum_purchases <= MOST:
            raise InvalidParameters(f"It lies between 2 and {MOST:,}.", "minimumPurchases")


@strawberry.type(description="A run that found out how overdue purchases are.")
class PluginnameRun(AnalysisRun):
    customer_count: int | None = from_summary("customers", "How many customers have a score.")
    late_count: int | None = from_summary("late", "How many of them are late: above 1.")
