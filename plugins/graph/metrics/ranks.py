"""Where each of many values stands among all."""

import numpy as np
from numpy.typing import NDArray


def standing(values: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Rank and percentile of each value, highest first: int32[n] and float64[n] for float64[n] without NaN.

    The rank is one more than how many values are higher, so equal values share it and the next one skips ("standard competition
    ranking": 1, 2, 2, 4). The percentile is the share of values that are lower or equal, in percent: more than 0, 100 for the highest.
    O(n log n).
    """
    n = len(values)
    order = np.argsort(values)
    ordered = values[order]
    last = np.ones(n, bool)  # whether the value is the last among its equals
    np.not_equal(ordered[1:], ordered[:-1], out=last[:-1])
    ends = np.flatnonzero(last) + 1  # how many values are lower than or equal to each distinct one
    not_higher = np.empty(n, np.int64)
    not_higher[order] = np.repeat(ends, np.diff(ends, prepend=0))
    return (n - not_higher + 1).astype(np.int32), 100 * not_higher / max(n, 1)
