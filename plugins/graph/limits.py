"""What an installation may set for the graph plugin: `[plugins.settings.graph]`."""

from pydantic import BaseModel, Field


class Limits(BaseModel, extra="forbid"):
    largest_community_graph: int = Field(default=10_000_000, ge=1, description="Communities are looked for among so many relationships.")
    largest_common_contact: int = Field(default=500, ge=2, description=(
        "Customers with more contacts are passed over as common contacts of potential partners."))
