"""A path from one customer to another."""

import strawberry

from guanxi import Customer, Relationship, referred


@strawberry.type(description="How one customer is connected with another.")
class CustomerPath:
    found: bool = strawberry.field(description="Whether there is a path; without one both lists are empty.")
    length: float | None = strawberry.field(description=(
        "How long it is, as it was weighted: the number of relationships, or the sum of 1 divided by their weights. Null without a path."))
    hops: int | None = strawberry.field(description="How many relationships it has. Null without a path.")
    customer_ids: strawberry.Private[list[int]]
    relationship_ids: strawberry.Private[list[int]]
    customers: list[Customer] | None = referred("customer_ids", "The customers on it, from the first to the last.")
    relationships: list[Relationship] | None = referred("relationship_ids", (
        "The relationships on it: one from each customer to the next, the strongest where there are several, the oldest of equals."))
