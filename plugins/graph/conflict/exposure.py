"""Exposure to conflict: how much of it there is at a node and around it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NOTHING = 1e-300  # ties that weigh less in all lead nowhere: their shares would be beyond what a float holds


def exposure(n: int, positive: Any, negative_strength: Floats, decay: float = 0.5, steps: int = 3) -> Floats:
    """float64[n], in the unit of the weights: s + decay P s + decay^2 P^2 s + ... up to `steps`.

    s is `negative_strength`, float64[n], finite and not negative: what a node's negative ties weigh together. P is the matrix of ties
    that are not negative, every row divided by its sum: (P^k s)[i] is the mean of s over where k steps from i lead, each step chosen by
    weight. So a node's own conflicts count in full, those of its neighbours, on average, `decay` times, and so on; steps may lead
    back. A node without such ties has only its own.
    `positive`: scipy.sparse.csr_array[n, n], the weights of the ties that are not negative, finite and not negative, both ways where they
    have no direction. `decay`: 0 to 1; 0 leaves only what is a node's own. `steps`: 0 or more.
    Raises ValueError for anything else, and when the weights add up to more than a float holds. O(steps * ties).

    Counting what is further away less, by a power: Katz, "A new status index derived from sociometric analysis", Psychometrika 18, 1953.
    Spreading values along the rows of a normalised matrix: Zhou, Bousquet, Lal, Weston and Schölkopf, "Learning with local and global
    consistency", NIPS 16, 2004.
    """
    check(n, positive, negative_strength, decay, steps)
    if n == 0:
        return np.zeros(0)
    total: Floats = positive @ np.ones(n)
    if not np.isfinite(total).all():
        raise ValueError("the weights of a node's ties add up to more than a float holds")
    share = np.divide(1, total, out=np.zeros(n), where=total > NOTHING)
    found, around = negative_strength.astype(np.float64), negative_strength
    for step in range(1, steps + 1):
        around = share * (positive @ around)
        found += decay ** step * around
    if not np.isfinite(found).all():
        raise ValueError("exposures are more than a float holds")
    return found


def check(n: int, positive: Any, negative_strength: Floats, decay: float, steps: int) -> None:
    if positive.shape != (n, n) or negative_strength.shape != (n,):
        raise ValueError(f"the matrix must be {n} by {n} and the strengths {n}, not {positive.shape} and {negative_strength.shape}")
    if not (0 <= decay <= 1 and steps >= 0):
        raise ValueError(f"decay must be from 0 to 1 and steps not negative, not {decay} and {steps}")
    for values in (positive.data, negative_strength):
        if len(values) and not (values.min() >= 0 and np.isfinite(values.max())):
            raise ValueError("weights and strengths must be finite and not negative")
