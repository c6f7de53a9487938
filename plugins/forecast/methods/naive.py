"""The methods that any other has to beat: the last value, and the last season, again and again.

Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd edition), sections 5.2 and 5.5.
"""

import numpy as np

from plugins.forecast.methods.forecast import Floats, Forecast, Setting, seasonal


def naive(values: Floats, setting: Setting) -> Forecast:
    """The spread grows with the square root of the steps, as that of a random walk does."""
    return repeated(values, setting.horizon, 1)


def seasonal_naive(values: Floats, setting: Setting) -> Forecast:
    """As `naive` where no season counts."""
    return repeated(values, setting.horizon, seasonal(values, setting.season))


def repeated(values: Floats, horizon: int, season: int) -> Forecast:
    steps = np.arange(horizon)
    errors = values[season:] - values[:-season]
    once = float(np.sqrt(np.mean(errors**2))) if len(errors) else 0.0
    return Forecast(values[len(values) - season + steps % season], once * np.sqrt(steps // season + 1.0))
