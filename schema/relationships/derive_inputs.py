"""What clients send to have relationships derived."""

import enum

import strawberry

from schema.customers.behaviour import TimeWindowInput


@strawberry.enum(description="From what relationships can be derived.")
class DeriveSource(enum.Enum):
    SHARED_TRANSACTIONS = strawberry.enum_value("SHARED_TRANSACTIONS", description="Customers who bought the same products.")


@strawberry.enum(description="How the weight of a derived relationship is worked out.")
class DeriveWeighting(enum.Enum):
    COUNT = strawberry.enum_value("COUNT", description="The number of products that both bought.")
    JACCARD = strawberry.enum_value(
        "JACCARD", description="The number of products that both bought, divided by that of all that either bought.")
    RECENCY_DECAY = strawberry.enum_value("RECENCY_DECAY", description=(
        "A sum over the products that both bought: for each, 2 to the power of -d/180, d the days since the earlier of their two last "
        "purchases of it, up to the end of the window, or up to the newest purchase in it when its end is open. To a billionth."))


@strawberry.input(description="What to derive relationships from, and how.")
class RelationshipsDeriveInput:
    source: DeriveSource = strawberry.field(description="From what.")
    window: TimeWindowInput = strawberry.field(description="Only what happened then counts.")
    kind: str = strawberry.field(description="The key of the kind to make: one without a direction, such as co_purchase.")
    minimum_evidence: int = strawberry.field(default=2, description="How many products two customers must share: 1 or more.")
    weighting: DeriveWeighting = strawberry.field(default=DeriveWeighting.COUNT, description="How the weight is worked out.")
    maximum_customers_per_product: int | None = strawberry.field(
        default=strawberry.UNSET, description="Leave out products that more customers than this bought: what everybody buys ties nobody.")
    dry_run: bool = strawberry.field(default=False, description="Only count, and show the strongest pairs; write nothing but the job.")
