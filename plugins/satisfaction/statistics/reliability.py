"""Whether questions measure the same: Cronbach's alpha, with and without each of them, and how each goes along with the others."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """`alpha` is None where nobody differs from anybody. Of each question: `without` is alpha of the others, None where two are all there
    are, `item_total` the correlation with the sum of the others, None where either is always the same."""

    complete: int
    alpha: float | None
    standardized: float | None
    mean_correlation: float | None
    without: list[float | None]
    item_total: list[float | None]


def reliability(values: Floats) -> Reliability:
    """`values`: float64[n, k], k >= 2, reverse-scored questions turned round, without missing answers.

    Cronbach (1951), "Coefficient alpha and the internal structure of tests", Psychometrika 16; the correlation of a question with the rest
    is corrected for overlap. Everything follows from the covariances: O(n k^2).
    """
    n, k = values.shape
    if n < 2:
        return Reliability(n, None, None, None, [None] * k, [None] * k)
    centred = values - values.mean(axis=0)
    covariance = centred.T @ centred / (n - 1)
    variance = np.diag(covariance)
    total = covariance.sum()
    rest = total - 2 * covariance.sum(axis=0) + variance  # the variance of the sum of the others
    shared = covariance.sum(axis=0) - variance  # of each question with that sum
    item_total = [ratio(shared[i], math.sqrt(max(variance[i] * rest[i], 0.0))) for i in range(k)]
    others = ~np.eye(k, dtype=bool)
    without = [alpha(covariance[np.ix_(others[i], others[i])]) if k > 2 else None for i in range(k)]
    mean = mean_correlation(covariance)
    standardized = None if mean is None or 1 + (k - 1) * mean <= 0 else k * mean / (1 + (k - 1) * mean)
    return Reliability(n, alpha(covariance), standardized, mean, without, item_total)


def alpha(covariance: Floats) -> float | None:
    k = len(covariance)
    share = ratio(float(np.trace(covariance)), float(covariance.sum()))
    return None if share is None else k / (k - 1) * (1 - share)


def mean_correlation(covariance: Floats) -> float | None:
    """None when a question was answered alike by everybody."""
    deviation = np.sqrt(np.diag(covariance))
    if (deviation == 0).any():
        return None
    k = len(covariance)
    return float(((covariance / np.outer(deviation, deviation)).sum() - k) / (k * (k - 1)))


def ratio(part: float, whole: float) -> float | None:
    """None where the whole is nothing but rounding."""
    return float(part / whole) if whole > 1e-12 else None
