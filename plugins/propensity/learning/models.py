"""One kind of model after the other behind the same two functions: learn from rows, and give probabilities.

Support vector machines and forests give no probabilities of their own: a logistic curve over what they say of rows that they were not
shown makes some of it (J. Platt, Probabilistic Outputs for Support Vector Machines, 1999). A logistic regression with balanced classes is
put back to the share of buyers that there was by its intercept (G. King, L. Zeng, Logistic Regression in Rare Events Data, 2001).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from plugins.propensity.events import Flags, Floats
from plugins.propensity.learning import forest, logistic, svm
from plugins.propensity.start import ClassWeights, PropensityModel


class Scoring(Protocol):
    def score(self, matrix: Floats) -> Floats: ...

    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Learned:
    """A model, and the curve from its scores to log odds: `offset` + `slope` · score. `penalised`: whether a penalty holds its
    coefficients, because the outcome can be told without error."""

    kind: PropensityModel
    model: Scoring
    offset: float = 0.0
    slope: float = 1.0
    penalised: bool = False

    def probabilities(self, matrix: Floats) -> Floats:
        """float64[n], more than 0 and less than 1 but for rounding."""
        return logistic.probabilities(self.offset + self.slope * self.model.score(matrix))

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind.name, "offset": self.offset, "slope": self.slope, "model": self.model.as_json()}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Learned":
        kind = PropensityModel[given["kind"]]
        return cls(kind, READ[kind](given["model"]), given["offset"], given["slope"])


READ: Mapping[PropensityModel, Callable[[Mapping[str, Any]], Scoring]] = {
    PropensityModel.LOGISTIC_REGRESSION: logistic.Logistic.of, PropensityModel.SVM: svm.Svm.of,
    PropensityModel.RANDOM_FOREST: forest.Forest.of}


def learn(kind: PropensityModel, matrix: Floats, bought: Flags, weights: ClassWeights, seed: int) -> Learned:
    """Without a curve yet. Both outcomes must be there."""
    balanced = weights is ClassWeights.BALANCED
    if kind is PropensityModel.SVM:
        return Learned(kind, svm.fit(matrix, bought, balanced=balanced, seed=seed))
    if kind is PropensityModel.RANDOM_FOREST:
        return Learned(kind, forest.fit(matrix, bought, balanced=balanced, seed=seed))
    share = bought.mean()
    each = np.where(bought, 0.5 / share, 0.5 / (1 - share)) if balanced else None
    model = logistic.fit(matrix, bought, each)
    penalised = logistic.separated(model, matrix)
    if penalised:
        model = logistic.fit(matrix, bought, each, penalty=logistic.PENALTY)
    back = float(np.log(share / (1 - share))) if balanced else 0.0
    return Learned(kind, logistic.Logistic(model.intercept + back, model.weights), penalised=penalised)


def curved(learned: Learned, scores: Floats, bought: Flags) -> Learned:
    """With the curve that fits scores of rows that such a model was not shown. float64[n] and bool[n]."""
    if learned.kind is PropensityModel.LOGISTIC_REGRESSION or scores.std() == 0:
        return learned
    scale = float(scores.std())
    centre = float(scores.mean())
    scaled = ((scores - centre) / scale)[:, None]
    curve = logistic.fit(scaled, bought)
    if logistic.separated(curve, scaled):
        curve = logistic.fit(scaled, bought, penalty=logistic.PENALTY)
    if curve.weights[0] <= 0:  # it tells nobody apart: all have the same probability
        share = float(bought.mean())
        return Learned(learned.kind, learned.model, float(np.log(share / (1 - share))), 0.0)
    slope = float(curve.weights[0]) / scale
    return Learned(learned.kind, learned.model, curve.intercept - slope * centre, slope)
