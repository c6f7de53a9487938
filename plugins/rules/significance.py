"""Whether a rule may be chance: Fisher's exact test, and its corrections where many rules are tested at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugins.rules.baskets import Numbers

Floats = NDArray[np.float64]


def fisher(n: int, a: Numbers, c: Numbers, both: Numbers) -> Floats:
    """How probable it is that A and C come together in so many baskets or more if neither knows of the other, when A is in `a` and C in
    `c` of `n` baskets: float64[k], the upper tail of the hypergeometric distribution. The same for C and A."""
    from scipy.stats import hypergeom

    found: Floats = np.clip(hypergeom.sf(both - 1, n, c, a), 0.0, 1.0)
    return found


def benjamini_hochberg(p: Floats, tests: int) -> Floats:
    """The share of false discoveries when everything with a value up to this one is called a discovery.

    `p`: float64[k], each of the smallest of `tests` values; those that are not here count as if they were 1, which errs on the safe
    side. Benjamini and Hochberg, "Controlling the False Discovery Rate", Journal of the Royal Statistical Society B 57, 1995.
    """
    order = np.argsort(p, kind="stable")
    scaled = p[order] * (tests / np.arange(1, len(p) + 1))
    return back(order, np.minimum.accumulate(scaled[::-1])[::-1])


def holm(p: Floats, tests: int) -> Floats:
    """The probability of a single false discovery among everything with a value up to this one. `p` and `tests` as above.

    Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979.
    """
    order = np.argsort(p, kind="stable")
    return back(order, np.maximum.accumulate(p[order] * (tests - np.arange(len(p)))))


def back(order: Any, values: Floats) -> Floats:
    """In the order that the values had before they were sorted, at most 1."""
    found = np.empty(len(values))
    found[order] = np.minimum(values, 1.0)
    return found
