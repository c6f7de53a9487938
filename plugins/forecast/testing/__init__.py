"""How good forecasts are: the end of a series is hidden, forecast, and compared."""
