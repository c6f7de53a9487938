"""A random forest (L. Breiman, Random Forests, Machine Learning 45, 2001), kept as the arrays of its trees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugins.propensity.events import Flags, Floats, Numbers
from plugins.propensity.learning.sampling import sample

TREES, MOST_LEAVES = 100, 64
LEAST_LEAF, LEAST_SHARE = 5, 0.005  # customers that a leaf has at least, and the share of them
MOST_ROWS = 50_000
EVEN = 1e-3  # keeps the logarithm of a share of 0 or 1 from outweighing all others


@dataclass(frozen=True)
class Tree:
    """Node 0 is the root. Where `feature` (int64[k]) is -1 there is a leaf with `share` (float64[k]) of buyers; elsewhere x[feature] up to
    `threshold` (float64[k]) goes to `left` and more to `right` (int64[k])."""

    feature: Numbers
    threshold: Floats
    left: Numbers
    right: Numbers
    share: Floats

    def decide(self, matrix: NDArray[np.float32]) -> Floats:
        node = np.zeros(len(matrix), np.int64)
        while (inner := np.flatnonzero(self.feature[node] >= 0)).size:
            here = node[inner]
            up_to = matrix[inner, self.feature[here]] <= self.threshold[here]
            node[inner] = np.where(up_to, self.left[here], self.right[here])
        return self.share[node]


@dataclass(frozen=True)
class Forest:
    trees: Sequence[Tree]

    def score(self, matrix: Floats) -> Floats:
        """Log odds of the mean share of buyers."""
        single = matrix.astype(np.float32)  # as the trees were grown
        mean = sum((tree.decide(single) for tree in self.trees), np.zeros(len(matrix))) / len(self.trees)
        held = np.clip(mean, EVEN, 1 - EVEN)
        return np.log(held / (1 - held))

    def as_json(self) -> dict[str, Any]:
        return {"trees": [{name: getattr(tree, name).tolist() for name in ("feature", "threshold", "left", "right", "share")}
                          for tree in self.trees]}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Forest":
        return cls([Tree(**{name: np.array(values) for name, values in tree.items()}) for tree in given["trees"]])


def fit(matrix: Floats, bought: Flags, *, balanced: bool, seed: int) -> Forest:
    from sklearn.ensemble import RandomForestClassifier

    rows = sample(bought, MOST_ROWS, seed)
    least = max(LEAST_LEAF, round(LEAST_SHARE * len(rows)))
    model = RandomForestClassifier(TREES, min_samples_leaf=least, max_leaf_nodes=MOST_LEAVES, random_state=seed,
                                   class_weight="balanced" if balanced else None)
    model.fit(matrix[rows], bought[rows])
    return Forest([tree_of(one.tree_) for one in model.estimators_])


def tree_of(grown: Any) -> Tree:
    counts = grown.value[:, 0, :]
    inner = grown.children_left >= 0
    return Tree(np.where(inner, grown.feature, -1).astype(np.int64), np.where(inner, grown.threshold, 0.0),
                grown.children_left.astype(np.int64), grown.children_right.astype(np.int64), counts[:, 1] / counts.sum(1))
