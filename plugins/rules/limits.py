"""What an installation may set for the rules plugin: `[plugins.settings.rules]`."""

from pydantic import BaseModel, Field


class Limits(BaseModel, extra="forbid"):
    most_itemsets: int = Field(default=100_000, ge=100, description=(
        "A run keeps so many itemsets at most: the most frequent ones, and of those that are in equally many baskets all or none."))
    most_rules: int = Field(default=50_000, ge=10, description="A run keeps so many rules at most: those of the highest lift.")
