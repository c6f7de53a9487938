"""Cross-validation: what models say of rows that they were not shown, all rows of a customer in one part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.propensity.encoding import encoding
from plugins.propensity.events import Floats, Numbers
from plugins.propensity.learning.models import Learned, curved, learn
from plugins.propensity.reading import Examples
from plugins.propensity.start import ClassWeights, PropensityModel


@dataclass(frozen=True)
class How:
    """What a model is learned with."""

    kind: PropensityModel
    weights: ClassWeights
    folds: int
    seed: int


@dataclass(frozen=True)
class Unseen:
    """What models said of rows that they were not shown. `scores` and `probabilities`: float64[n], the latter by the curve of all scores;
    `fold`: int64[n], in which part each row was."""

    scores: Floats
    fold: Numbers


def parts(rows: Examples, count: int, seed: int) -> list[tuple[Numbers, Numbers]]:
    """Rows to learn from and rows to ask about, `count` times, fewer where fewer customers bought. A customer is never in both."""
    from sklearn.model_selection import StratifiedGroupKFold

    smaller = min(len(np.unique(rows.customer[rows.bought])), len(np.unique(rows.customer[~rows.bought])))
    folds = StratifiedGroupKFold(max(2, min(count, smaller)), shuffle=True, random_state=seed)
    return list(folds.split(rows.bought, rows.bought, rows.customer))


def unseen(rows: Examples, how: How, progress: Callable[[int, int], None]) -> Unseen:
    """Everything is learned again for each part, medians and scales too."""
    scores, fold = np.zeros(len(rows.bought)), np.zeros(len(rows.bought), np.int64)
    made = parts(rows, how.folds, how.seed)
    for number, (known, asked) in enumerate(made):
        progress(number, len(made))
        scale, _ = encoding(rows.chosen(known).columns)
        model = learn(how.kind, scale.apply(rows.chosen(known).columns), rows.bought[known], how.weights, how.seed)
        scores[asked] = model.model.score(scale.apply(rows.chosen(asked).columns))
        fold[asked] = number
    return Unseen(scores, fold)


def probabilities(found: Unseen, kind: PropensityModel, rows: Examples) -> Floats:
    """float64[n]: of each part by the curve that fits the other parts, so that no row has a say in its own."""
    answer = np.zeros(len(found.scores))
    for number in np.unique(found.fold).tolist():
        mine = found.fold == number
        curve = curved(Learned(kind, Given(found.scores)), found.scores[~mine], rows.bought[~mine])
        answer[mine] = Learned(kind, Given(found.scores[mine]), curve.offset, curve.slope).probabilities(np.zeros((int(mine.sum()), 0)))
    return answer


@dataclass(frozen=True)
class Given:
    """Scores that are there already."""

    scores: Floats

    def score(self, _: Floats) -> Floats:
        return self.scores

    def as_json(self) -> dict[str, Sequence[Any]]:
        return {"scores": self.scores.tolist()}
