"""What one run may use, by the settings."""

from typing import TYPE_CHECKING

from schema.context import RunLimits

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve


def limits_of(settings: "Settings") -> RunLimits:
    return RunLimits(int(settings.runs.memory), settings.runs.seconds)
