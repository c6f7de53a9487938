"""What an installation may set, in [plugins.settings.pluginname]."""

from pydantic import BaseModel, Field


class Settings(BaseModel, extra="forbid"):
    minimum_purchases: int = Field(default=3, ge=2, le=1000, description="Days with purchases that a customer needs to have a score.")
