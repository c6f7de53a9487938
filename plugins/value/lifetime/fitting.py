"""Maximum likelihood for positive parameters: estimates, standard errors and 95 % intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
LogLikelihood = Callable[[Floats], tuple[float, Floats]]  # with its gradient
LARGEST = 14.0  # logarithm of the largest parameter, and of the inverse of the smallest
STEP = 1e-4  # of a logarithm, for second derivatives
NORMAL = 1.959963984540054  # of the standard normal distribution lies 95 % within


class NoFit(Exception):
    """The likelihood has no maximum that can be found. The text says where the search ended."""


@dataclass(frozen=True)
class Fit:
    """`values` float64[k]; `errors`, `low`, `high` float64[k], NaN where the data does not tell; `log_likelihood` at the estimates."""

    values: Floats
    errors: Floats
    low: Floats
    high: Floats
    log_likelihood: float

    @property
    def determined(self) -> bool:
        return bool(np.isfinite(self.errors).all())


def fitted(log_likelihood: LogLikelihood, starts: Sequence[Floats], n: float) -> Fit:
    """From the best of several starts, by L-BFGS-B on the logarithms of the parameters.

    Standard errors come from the curvature at the maximum (the inverse of the observed information), by central differences of the
    gradient. Intervals are symmetrical in the logarithm, so that they hold positive values only. `n`: of how many observations.
    """
    def loss(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(logs)
        value, slope = log_likelihood(values)
        return -value / n, -slope * values / n

    found = [minimize(loss, np.log(start).clip(-LARGEST, LARGEST), jac=True, method="L-BFGS-B", bounds=[(-LARGEST, LARGEST)] * len(start),
                      options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-8}) for start in starts]
    best = min(found, key=lambda one: float(one.fun) if np.isfinite(one.fun) else np.inf)
    logs = best.x
    if not np.isfinite(best.fun):
        raise NoFit("the likelihood is not finite anywhere that was tried")
    values, spread = np.exp(logs), spreads(lambda at: loss(at)[1] * n, logs)
    with np.errstate(over="ignore"):
        return Fit(values, values * spread, values * np.exp(-NORMAL * spread), values * np.exp(NORMAL * spread), -float(best.fun) * n)


def spreads(slope: Callable[[Floats], Floats], logs: Floats) -> Floats:
    """Standard errors of the logarithms, float64[k]; all NaN where the curvature does not tell, as at a bound."""
    unknown = np.full(len(logs), np.nan)
    if (np.abs(logs) > LARGEST - 1).any():
        return unknown
    steps = np.eye(len(logs)) * STEP
    curvature = np.stack([(slope(logs + step) - slope(logs - step)) / (2 * STEP) for step in steps])
    curvature = (curvature + curvature.T) / 2
    if not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature)[0] <= 0:
        return unknown
    found: Floats = np.sqrt(np.diag(np.linalg.inv(curvature)))
    return found
