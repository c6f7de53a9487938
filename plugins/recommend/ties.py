"""Who is tied to whom, and who is at odds: relationships as two sparse matrices."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from plugins.recommend.purchases import ones


@dataclass(frozen=True)
class Ties:
    """csr_array[n, n], symmetric, without a diagonal. `friends`: how much the relationships of a pair weigh; never a pair of `foes`, which
    has an entry for each two customers with a negative relationship: one conflict outweighs any friendship."""

    friends: csr_array
    foes: csr_array


def ties(n: int, source: Any, target: Any, weight: Any, sign: Any, *, use_weights: bool) -> Ties:
    """From edges without directions, parallel ones and loops among them. Weights must not be negative; without them each pair counts 1."""
    other, against = source != target, sign < 0
    foes = ones(both_ways(n, source[other & against], target[other & against], np.ones(int((other & against).sum()))))
    weight = weight if use_weights else np.ones(len(weight))
    towards = other & ~against & (weight > 0)
    friends = both_ways(n, source[towards], target[towards], weight[towards])
    friends = (friends - friends.multiply(foes)).tocsr()
    friends.eliminate_zeros()
    friends.sort_indices()
    return Ties(friends if use_weights else ones(friends), foes)


def both_ways(n: int, source: Any, target: Any, weight: Any) -> csr_array:
    ends = np.concatenate([source, target]), np.concatenate([target, source])
    matrix = csr_array((np.concatenate([weight, weight]).astype(np.float64), ends), shape=(n, n))
    matrix.sum_duplicates()
    return matrix
