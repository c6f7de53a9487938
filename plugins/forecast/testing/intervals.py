"""Intervals around forecasts: as wide as a method thinks that it errs, and wider where it was more sure of itself than it should be.

What methods say of themselves leaves out that the method may be the wrong one, and covers too little (Hyndman and others, 2002). The
errors of the backtest tell how much: by their root mean square, in units of what the method had said.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plugins.forecast.methods.forecast import Forecast

Floats = NDArray[np.float64]
QUANTILES = {80: 1.2815515655446004, 95: 1.959963984540054}  # of the standard normal distribution, on both sides


def widening(tested: Sequence[tuple[Floats, Forecast]]) -> float:
    """By how much intervals are to be wider, 1 or more, given what came and what had been said."""
    units = [(actual - said.mean)[sure] / said.spread[sure] for actual, said in tested if (sure := said.spread > 0).any()]
    return max(1.0, float(np.sqrt(np.mean(np.concatenate(units) ** 2)))) if units else 1.0


def around(found: Forecast, level: int, wide: float, least: float | None = None) -> tuple[Floats, Floats]:
    """Where the interval of so many percent begins and ends: float64[horizon] twice, nothing below `least`."""
    half = QUANTILES[level] * wide * found.spread
    low, high = found.mean - half, found.mean + half
    return (low, high) if least is None else (np.maximum(low, least), np.maximum(high, least))
