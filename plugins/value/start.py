"""What runs of both analyses are started with in common: whose purchases, in which currency, until when."""

import datetime
from collections.abc import Mapping
from typing import Any

import strawberry

from guanxi import Customer, InvalidParameters, selection

MOST_DAYS = 3650


@strawberry.input(description="Whose purchases count, in which currency, until when.")
class PurchaseSelectionInput:
    where: Mapping[str, Any] | None = selection(lambda: Customer, "Only these customers.")
    currency: str | None = strawberry.field(default=strawberry.UNSET, description=(
        "The currency to work in, by ISO 4217 code; left out: the one with the most purchases. What was paid in others is left out, and "
        "the run says how much that was."))
    as_of: datetime.datetime | None = strawberry.field(default=strawberry.UNSET, description=(
        "The moment from which to look back; left out: the last transaction that was read."))

    def __post_init__(self) -> None:
        if self.currency and not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise InvalidParameters("currency takes an ISO 4217 code of three capital letters, such as CNY.", "currency")


def check_days(days: int | None, name: str, least: int = 1) -> None:
    """What was left out is not checked."""
    if days is not None and days is not strawberry.UNSET and not least <= days <= MOST_DAYS:
        raise InvalidParameters(f"{name} must be from {least} to {MOST_DAYS:,} days, and is {days:,}.", name)
