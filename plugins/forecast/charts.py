"""Pictures of a run of forecasts."""

CHARTS = {}
