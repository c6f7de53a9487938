"""The periods of many moments at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugins.forecast.calendar import DAY, MONDAY

Numbers = NDArray[np.int64]


def period_of(moments: Any, grain: str) -> Numbers:
    """The number of the period of each moment: int64[m] of microseconds since 1970."""
    days: Numbers = np.asarray(moments, np.int64) // DAY
    if grain == "DAY":
        return days
    if grain == "WEEK":
        return (days + MONDAY) // 7
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
