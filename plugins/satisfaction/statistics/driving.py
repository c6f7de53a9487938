"""What goes along with satisfaction: a regression of one question on the others, and how much of what it explains each can claim.

Johnson (2000), "A heuristic method for estimating the relative weight of predictor variables in multiple regression", Multivariate
Behavioral Research 35: weights add up to R squared, are never negative, and cost a decomposition where all orders of entering (Lindeman,
Merenda and Gold's) would cost 2^k regressions.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Driver:
    """`slope` is in steps of the outcome for one of the question, `beta` the same in standard deviations. `importance` is its share of all
    that is explained, `inflation` how much its variance grows because the others tell the same."""

    slope: float
    error: float
    low: float
    high: float
    p: float
    beta: float
    correlation: float
    importance: float
    inflation: float


@dataclass(frozen=True)
class Drivers:
    complete: int
    intercept: float
    explained: float
    adjusted: float
    statistic: float
    p: float
    drivers: list[Driver]


class Singular(Exception):
    """One of the questions follows from others: `column` is its place."""

    def __init__(self, column: int):
        super().__init__(column)
        self.column = column


def drivers(outcome: Floats, values: Floats, confidence: float = 0.95) -> Drivers | None:
    """`outcome`: float64[n]; `values`: float64[n, k], none of the columns constant. None for too few rows, or an outcome that never varies.
    Raises `Singular`. O(n k^2)."""
    n, k = values.shape
    if n < k + 2:
        return None
    mean, centre = float(outcome.mean()), values.mean(axis=0)
    wanted, centred = outcome - mean, values - centre
    deviation, spread = math.sqrt(float(wanted @ wanted)), np.sqrt((centred**2).sum(axis=0))
    if not deviation:
        return None
    unit = centred / spread
    correlations, shared = unit.T @ unit, unit.T @ (wanted / deviation)
    inverse = inverted(correlations)
    beta = inverse @ shared
    explained = float(min(max(beta @ shared, 0.0), 1.0))
    freedom = n - k - 1
    slope = beta * deviation / spread
    error = np.sqrt(np.maximum(np.diag(inverse) * (1 - explained) / freedom, 0.0)) * deviation / spread
    reach = float(stats.t.ppf((1 + confidence) / 2, freedom))
    weight = relative_weights(correlations, shared)
    share = weight / weight.sum() if weight.sum() else np.full(k, 1 / k)
    chance = [float(2 * stats.t.sf(abs(one) / of, freedom)) if of else float(not one) for one, of in zip(slope, error, strict=True)]
    statistic = explained / k / ((1 - explained) / freedom) if explained < 1 else math.inf
    found = [Driver(float(slope[i]), float(error[i]), float(slope[i] - reach * error[i]), float(slope[i] + reach * error[i]), chance[i],
                    float(beta[i]), float(shared[i]), float(share[i]), float(inverse[i, i])) for i in range(k)]
    return Drivers(n, mean - float(slope @ centre), explained, 1 - (1 - explained) * (n - 1) / freedom, statistic,
                   float(stats.f.sf(statistic, k, freedom)), found)


def inverted(correlations: Floats) -> Floats:
    """Raises `Singular` for a column that the ones before it tell."""
    left = correlations.copy()
    for at in range(len(left)):  # as Gauss would: what a pivot leaves of a column is what others do not tell
        if left[at, at] < 1e-10:
            raise Singular(at)
        left[at + 1:] -= np.outer(left[at + 1:, at] / left[at, at], left[at])
    return np.linalg.inv(correlations).astype(np.float64)


def relative_weights(correlations: Floats, shared: Floats) -> Floats:
    """float64[k], adding up to R squared: the outcome is explained by the orthogonal columns nearest to the given ones, and each of these
    passes on what it explains by how much of it each given one holds."""
    values, vectors = np.linalg.eigh(correlations)
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    passed = np.linalg.solve(root, shared)
    found: Floats = root**2 @ passed**2
    return found
