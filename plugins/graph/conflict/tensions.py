"""Groups at odds: which ones have negative ties between them, how many and how strong."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tensions:
    """Pairs of groups, `group` < `other` (int64[k]), the ties between them (`count`, int64[k]) and what these weigh together (`weight`,
    float64[k]): the heaviest first, of equals the one with more ties, then by numbers."""

    group: Numbers
    other: Numbers
    count: Numbers
    weight: Floats


def tensions(membership: Numbers, source: Any, target: Any, weight: Floats) -> Tensions:
    """What lies between groups, whichever way it leads; what lies within one, or at somebody in none, is no tension between groups.

    `membership`: int64[n], the group of each node, -1 for none. `source`, `target`: integer[m], numbers of nodes, and `weight`:
    float64[m], finite and not negative: the negative ties, every tie once. Raises ValueError for other weights, or when a sum is more
    than a float holds. O(m log m).

    That negative ties lie between groups is what balance theory expects: Davis, "Clustering and structural balance in graphs", Human
    Relations 20, 1967.
    """
    if len(weight) and not (weight.min() >= 0 and np.isfinite(weight.sum())):
        raise ValueError("weights must be finite and not negative, and so must their sum")
    one, other = membership[source], membership[target]
    between = np.flatnonzero((one != other) & (one >= 0) & (other >= 0))
    low, high = np.minimum(one[between], other[between]), np.maximum(one[between], other[between])
    groups = int(membership.max(initial=-1)) + 1
    pairs, pair, count = np.unique(low * groups + high, return_inverse=True, return_counts=True)
    total = np.bincount(pair, weight[between], minlength=len(pairs)).astype(np.float64, copy=False)
    order = np.lexsort((pairs, -count, -total))
    low, high = np.divmod(pairs[order], max(groups, 1))
    return Tensions(low, high, count[order].astype(np.int64), total[order])
