"""What groups do to answers that have an order but no distances: the proportional odds model, fitted to counts.

McCullagh (1980), "Regression models for ordinal data", JRSS B 42. With groups for predictors a million answers are a small table, and one
step of Newton's method costs as much as the table has cells.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import chi2, norm

Floats = NDArray[np.float64]
STEPS, HALVINGS = 100, 30
CLOSE = 1e-10  # what a step may still change
SEPARATED = 15.0  # logarithmic odds from which on a group answers nothing but the first or the last step


@dataclass(frozen=True)
class Ordinal:
    """`effects`: by how much each column of the design raises the logarithmic odds of a higher answer, with standard errors and p-values of
    Wald's test; `thresholds`: between one step and the next. `chi`, `freedom`, `p`: against no effects at all, by likelihood.
    `lack`: whether odds are proportional, as the same of the table that groups and steps make; None where that says no more.
    `pseudo`: McFadden's."""

    thresholds: Floats
    effects: Floats
    errors: Floats
    p_values: Floats
    likelihood: float
    chi: float
    freedom: int
    p: float
    lack: tuple[float, int, float] | None
    pseudo: float


class Inestimable(Exception):
    """The likelihood has no maximum, or there is nothing to fit. The text says why."""


def proportional_odds(table: Floats, design: Floats) -> Ordinal:
    """`table`: float64[cells, steps], how many of a cell chose each step, no step and no cell without any, at least two steps; `design`:
    float64[cells, k], without a constant. P(step <= j) is expit(threshold_j - design @ effects). Raises `Inestimable`."""
    cells, steps = table.shape
    k = design.shape[1]
    if np.linalg.matrix_rank(np.hstack([np.ones((cells, 1)), design])) < k + 1:
        raise Inestimable("two of the groups cannot be told apart")
    share = np.cumsum(table.sum(axis=0))[:-1] / table.sum()
    start = np.concatenate([np.log(share / (1 - share)), np.zeros(k)])
    found, likelihood, hessian = climb(table, design, start)
    effects = found[steps - 1:]
    if np.abs(effects).max(initial=0.0) > SEPARATED:
        raise Inestimable("in one of the groups everybody gave the highest answer, or the lowest")
    try:
        errors = np.sqrt(np.diag(np.linalg.inv(-hessian)))[steps - 1:]
    except np.linalg.LinAlgError:
        raise Inestimable("the answers do not tell all effects apart") from None
    nothing = entropy(table.sum(axis=0)[None, :])
    full, chi = entropy(table), max(2 * (likelihood - nothing), 0.0)
    left = cells * (steps - 1) - (steps - 1) - k
    lack = max(2 * (full - likelihood), 0.0)
    return Ordinal(found[:steps - 1], effects, errors, 2 * norm.sf(np.abs(effects) / errors), likelihood, chi, k, float(chi2.sf(chi, k)),
                   (lack, left, float(chi2.sf(lack, left))) if left else None, 1 - likelihood / nothing)


def entropy(table: Floats) -> float:
    """The likelihood of the table under the shares of each row, as a logarithm."""
    share = table / table.sum(axis=1, keepdims=True)
    return float((table * np.log(share, out=np.zeros_like(share), where=share > 0)).sum())


def climb(table: Floats, design: Floats, start: Floats) -> tuple[Floats, float, Floats]:
    """The parameters of the greatest likelihood, that likelihood, and the second derivatives there."""
    here = start
    value, gradient, hessian = likelihood(table, design, here)
    for _ in range(STEPS):
        try:
            step = np.linalg.solve(-hessian, gradient)
        except np.linalg.LinAlgError:
            raise Inestimable("the answers do not tell all effects apart") from None
        for _ in range(HALVINGS):
            there = likelihood(table, design, here + step)
            if there[0] >= value - 1e-9 * abs(value):
                break
            step = step / 2
        else:
            raise Inestimable("the likelihood has no highest point")
        here, (value, gradient, hessian) = here + step, there
        if float(np.abs(step).max()) < CLOSE or np.abs(here[table.shape[1] - 1:]).max(initial=0.0) > 2 * SEPARATED:
            return here, value, hessian
    raise Inestimable(f"the likelihood was still rising after {STEPS} steps")


def likelihood(table: Floats, design: Floats, parameters: Floats) -> tuple[float, Floats, Floats]:
    """The logarithm of the likelihood with its first and second derivatives; minus infinity where thresholds are out of order."""
    cells, steps = table.shape
    thresholds, effects = parameters[:steps - 1], parameters[steps - 1:]
    size = len(parameters)
    if (np.diff(thresholds) <= 0).any():
        return -np.inf, np.zeros(size), np.zeros((size, size))
    up_to = np.hstack([np.zeros((cells, 1)), expit(thresholds - (design @ effects)[:, None]), np.ones((cells, 1))])
    slope = up_to * (1 - up_to)  # of each boundary, in the scale of odds; 0 at both ends
    bend = slope * (1 - 2 * up_to)
    chance = np.maximum(np.diff(up_to, axis=1), 1e-300)
    per = table / chance
    turns = np.zeros((cells, steps + 1, size))  # of each boundary's odds by each parameter
    turns[:, np.arange(1, steps), np.arange(steps - 1)] = 1
    turns[:, 1:-1, steps - 1:] = -design[:, None, :]
    tilted = slope[:, :, None] * turns
    change = np.diff(tilted, axis=1)  # of each step's chance
    gradient = np.einsum("cs,csp->p", per, change)
    weight = np.zeros((cells, steps + 1))  # of the bend of each boundary: it ends one step and begins the next
    weight[:, 1:] += per
    weight[:, :-1] -= per
    hessian = np.einsum("cb,cbp,cbq->pq", weight * bend, turns, turns) - np.einsum("cs,csp,csq->pq", per / chance, change, change)
    return float((table * np.log(chance)).sum()), gradient, hessian
