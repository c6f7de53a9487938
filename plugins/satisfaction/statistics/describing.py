"""What answers to a question look like: from how often each step was chosen, so that a million answers cost no more than ten."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Description:
    """`missing`: who was asked and did not answer. What cannot be said of so few answers is None."""

    answered: int
    missing: int
    distribution: Counts
    mean: float | None
    deviation: float | None
    error: float | None
    low: float | None
    high: float | None
    median: float | None
    lower_quartile: float | None
    upper_quartile: float | None
    top_two: float | None
    bottom_two: float | None


def counted(values: NDArray[np.int16], low: int, high: int) -> Counts:
    """How often each step from `low` to `high` occurs in int16[n]; anything else is missing. int64[high - low + 1]. O(n)."""
    span = high - low + 1
    places = values.astype(np.int32) - low
    return np.bincount(places[(places >= 0) & (places < span)], minlength=span).astype(np.int64)


def describe(counts: Counts, asked: int, low: int, confidence: float = 0.95) -> Description:
    """`counts`: int64[steps], how many chose each step, the lowest `low`; `asked`: how many were asked.

    The deviation is that of a sample (n - 1), the interval of the mean Student's, quartiles are interpolated (Hyndman and Fan's type 7,
    as NumPy's and R's default). The shares of the two top and bottom steps are None on scales of fewer than four.
    """
    n = int(counts.sum())
    if not n:
        return Description(0, asked, counts, *[None] * 10)
    steps = low + np.arange(len(counts))
    total = int(counts @ steps)
    mean = total / n
    deviation = error = None
    bounds: tuple[float | None, float | None] = None, None
    if n > 1:
        squares = sum(count * (step * n - total) ** 2 for count, step in zip(counts.tolist(), steps.tolist(), strict=True))  # exact
        deviation = math.sqrt(squares / (n * n * (n - 1)))
        error = deviation / math.sqrt(n)
        bounds = interval(mean, error, n - 1, confidence)
    quarter, half, three = (quantile(counts, low, share) for share in (0.25, 0.5, 0.75))
    wide = len(counts) > 3
    return Description(n, asked - n, counts, mean, deviation, error, *bounds, half, quarter, three,
                       float(counts[-2:].sum() / n) if wide else None, float(counts[:2].sum() / n) if wide else None)


def interval(mean: float, error: float, freedom: float, confidence: float) -> tuple[float, float]:
    """Student's interval of a mean with this standard error."""
    reach = float(student.ppf((1 + confidence) / 2, freedom)) * error
    return mean - reach, mean + reach


def quantile(counts: Counts, low: int, share: float) -> float:
    """Of the answers in their order, interpolated between neighbours."""
    up_to = np.cumsum(counts)
    place = share * (int(up_to[-1]) - 1)
    below, above = (int(np.searchsorted(up_to, math.floor(place) + more, side="right")) for more in (0, 1))
    if math.floor(place) == place:
        return float(low + below)
    return low + below + (place - math.floor(place)) * (above - below)


def net_promoter(counts: Counts, low: int, confidence: float = 0.95) -> tuple[float, float, float] | None:
    """The share of promoters (9 and 10) less that of detractors (0 to 6) in percentage points, and its interval by the variance of a
    multinomial share. None unless the scale leads from 0 to 10. Reichheld (2003), "The one number you need to grow", HBR 81(12)."""
    n = int(counts.sum())
    if low != 0 or len(counts) != 11 or not n:
        return None
    promoters, detractors = float(counts[9:].sum() / n), float(counts[:7].sum() / n)
    score = promoters - detractors
    error = math.sqrt(max(promoters + detractors - score**2, 0.0) / n)
    low_, high = interval(score, error, max(n - 1, 1), confidence)
    return 100 * score, 100 * max(low_, -1.0), 100 * min(high, 1.0)
