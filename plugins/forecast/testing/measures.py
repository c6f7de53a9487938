"""Measures of errors, each against what really came.

Hyndman and Koehler, Another look at measures of forecast accuracy, 2006; sMAPE as the M3 competition has it (Makridakis and Hibon, 2000).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def scale(values: Floats, season: int) -> float:
    """The mean absolute error of the (seasonal) naive method one season ahead within the series: 0 for a constant one."""
    lag = season if season < len(values) else 1
    return float(np.abs(values[lag:] - values[:-lag]).mean()) if len(values) > 1 else 0.0


def mase(actual: Floats, found: Floats, scaled_by: float) -> float | None:
    """The mean absolute error as a multiple of `scale`; None for a series that is constant."""
    return float(np.abs(actual - found).mean()) / scaled_by if scaled_by > 0 else None


def smape(actual: Floats, found: Floats) -> float:
    """In percent, from 0 to 200. Where both are 0, the forecast is right."""
    both = np.abs(actual) + np.abs(found)
    return float(np.divide(200 * np.abs(actual - found), both, out=np.zeros(len(both)), where=both > 0).mean())


def rmse(actual: Floats, found: Floats) -> float:
    return float(np.sqrt(np.mean((actual - found) ** 2)))


def coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """How much of what came lies in the intervals, from 0 to 1."""
    return float(((actual >= low) & (actual <= high)).mean())
