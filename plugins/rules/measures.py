"""How much a rule says: measures of "who has A has C too", from how many baskets hold A, C, and both.

Tan, Kumar and Srivastava, "Selecting the Right Interestingness Measure for Association Patterns", KDD 2002, compare them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugins.rules.baskets import Numbers

Floats = NDArray[np.float64]


def confidence(a: Numbers, both: Numbers) -> Floats:
    """Of the baskets with A, the share that has C too. Rounded once, so that a count that is just the share asked for is not missed."""
    found: Floats = both / a
    return found


def lift(n: int, a: Numbers, c: Numbers, both: Numbers) -> Floats:
    """How many times as often A and C come together as if neither knew of the other: 1 when they do not."""
    found: Floats = (both.astype(np.float64) * n) / (a.astype(np.float64) * c)
    return found


def leverage(n: int, a: Numbers, c: Numbers, both: Numbers) -> Floats:
    """The share of baskets with both, less what it would be if neither knew of the other. Piatetsky-Shapiro, 1991."""
    found: Floats = (both.astype(np.float64) * n - a.astype(np.float64) * c) / float(n) ** 2
    return found


def conviction(n: int, a: Numbers, c: Numbers, both: Numbers) -> Floats:
    """How many times as often A would come without C if neither knew of the other: infinite for a rule without exception, NaN for one
    whose C is in every basket. Brin et al., "Dynamic Itemset Counting and Implication Rules", SIGMOD 1997."""
    exceptions = (a - both).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = a.astype(np.float64) * (n - c) / (n * exceptions)
    return found


def gain(n: int, a: Numbers, c: Numbers, both: Numbers) -> Floats:
    """Information gain in bits: how much less uncertain it is whether a basket has C once one knows whether it has A.

    H(C) - H(C | A), the mutual information of the two; from 0 to 1, the same for C and A. Quinlan, "Induction of Decision Trees",
    Machine Learning 1, 1986.
    """
    with_a, without = a.astype(np.float64), (n - a).astype(np.float64)
    given = with_a / n * entropy(both, a) + without / n * entropy(c - both, n - a)
    found: Floats = np.maximum(entropy(c, np.full_like(c, n)) - given, 0.0)
    return found


def entropy(part: Any, whole: Any) -> Floats:
    """Of yes or no in bits, where `part` of `whole` say yes; 0 where there is nothing."""
    share = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    rest = np.divide(whole - part, whole, out=np.zeros(len(part)), where=whole > 0)
    found: Floats = -(share * log2(share) + rest * log2(rest))
    return found


def log2(share: Floats) -> Floats:
    return np.log2(share, out=np.zeros(len(share)), where=share > 0)
