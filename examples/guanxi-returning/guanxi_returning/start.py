"""What a run is started with, and what it shows of itself."""

import strawberry

from guanxi import AnalysisRun, InvalidParameters, RunStart, from_summary

HORIZON, MOST_HORIZON = 30, 730


@strawberry.input(description="How the next purchase is to be looked for.")
class ReturningRunStartInput(RunStart):
    horizon: int = strawberry.field(default=HORIZON, description="How many days to look ahead, from 1 to 730.")

    def __post_init__(self) -> None:
        if not 1 <= self.horizon <= MOST_HORIZON:
            raise InvalidParameters(f"It lies between 1 and {MOST_HORIZON} days.", "horizon")


@strawberry.type(description="A run that found out how likely customers buy again.")
class ReturningRun(AnalysisRun):
    gap_count: int | None = from_summary("gaps", "How many gaps between purchases the model was fitted on.")
    censored_count: int | None = from_summary("censored", "How many of them are still open.")
