"""Where each of many values stands among all."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata


def standing(values: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Rank and percentile of each value, highest first: int32[n] and float64[n] for float64[n] without NaN.

    The rank is one more than how many values are higher, so equal values share it and the next one skips; the percentile is how much of
    all is lower or equal, in percent. O(n log n).
    """
    not_higher = rankdata(values, method="max")
    return (len(values) - not_higher + 1).astype(np.int32), 100 * not_higher / max(len(values), 1)
