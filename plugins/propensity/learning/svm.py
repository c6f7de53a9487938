"""A support vector machine with a radial kernel: exp(-gamma |x - y|²)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.propensity.events import Flags, Floats
from plugins.propensity.learning.sampling import sample

MOST_ROWS = 10_000  # its time grows with their square
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Svm:
    """`vectors`: float64[k, d]; `weights`: float64[k]."""

    vectors: Floats
    weights: Floats
    intercept: float
    gamma: float

    def score(self, matrix: Floats) -> Floats:
        """On which side of the boundary each row is, and how far from it."""
        found = np.empty(len(matrix))
        lengths = (self.vectors**2).sum(1)
        for start in range(0, len(matrix), ROWS_AT_ONCE):
            rows = matrix[start:start + ROWS_AT_ONCE]
            distances = np.maximum((rows**2).sum(1)[:, None] + lengths - 2 * rows @ self.vectors.T, 0)
            found[start:start + ROWS_AT_ONCE] = np.exp(-self.gamma * distances) @ self.weights + self.intercept
        return found

    def as_json(self) -> dict[str, Any]:
        return {"vectors": self.vectors.tolist(), "weights": self.weights.tolist(), "intercept": self.intercept, "gamma": self.gamma}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Svm":
        return cls(np.array(given["vectors"]), np.array(given["weights"]), given["intercept"], given["gamma"])


def fit(matrix: Floats, bought: Flags, *, balanced: bool, seed: int) -> Svm:
    """`matrix`: float64[n, d], on a common scale: gamma is 1 / (d times its variance), C is 1."""
    from sklearn.svm import SVC

    rows = sample(bought, MOST_ROWS, seed)
    chosen = matrix[rows]
    gamma = 1 / (chosen.shape[1] * max(float(chosen.var()), 1e-12))
    model = SVC(C=1.0, kernel="rbf", gamma=gamma, class_weight="balanced" if balanced else None).fit(chosen, bought[rows])
    return Svm(model.support_vectors_.astype(np.float64), model.dual_coef_[0].astype(np.float64), float(model.intercept_[0]), gamma)
