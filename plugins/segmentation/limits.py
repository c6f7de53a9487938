"""What an installation may set for the segmentation plugin: `[plugins.settings.segmentation]`."""

from pydantic import BaseModel, Field


class Limits(BaseModel, extra="forbid"):
    neighbourhood_memory: int = Field(default=2**30, ge=2**20, description=(
        "Bytes that the neighbourhoods of DBSCAN may take: a run that would need more ends and says so."))
