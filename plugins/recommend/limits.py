"""What an installation may set for the recommend plugin: `[plugins.settings.recommend]`."""

from pydantic import BaseModel, Field


class Limits(BaseModel, extra="forbid"):
    most_buyers: int = Field(default=5_000, ge=2, description=(
        "Products that more customers bought say nothing of who is alike, and are passed over there."))
    most_bought: int = Field(default=1_000, ge=2, description=(
        "Customers who bought more products, and transactions of more, say nothing of what goes together, and are passed over there."))
    least_together: int = Field(default=5, ge=1, description=(
        "Rules lead from one product to another when at least so many transactions have both."))
    smallest_group: int = Field(default=20, ge=1, description=(
        "What is popular in a group is recommended when so many in it have bought something."))
