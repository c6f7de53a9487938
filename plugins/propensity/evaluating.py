"""From examples to a model: cross-validated, tested on the latest window, and learned again from all of them."""

from dataclasses import dataclass

import numpy as np

from guanxi import Metric, Progress
from plugins.propensity.encoding import Encoding, Left, encoding
from plugins.propensity.events import Flags, Floats, Numbers
from plugins.propensity.learning.folds import How, probabilities, unseen
from plugins.propensity.learning.models import Learned, curved, learn
from plugins.propensity.measuring import area, best_threshold, brier, calibration, calibration_error, confusion, lift, log_loss
from plugins.propensity.reading import Examples


@dataclass(frozen=True)
class Model:
    """`left`: what became no column of the matrix. `threshold`: where F1 is highest for rows that models were not shown."""

    encoding: Encoding
    learned: Learned
    left: Left
    threshold: float

    def probabilities(self, rows: Examples) -> Floats:
        return self.learned.probabilities(self.encoding.apply(rows.columns))


@dataclass(frozen=True)
class Tested:
    """The latest window, which `model` was not shown: who bought, and with which probability."""

    model: Model
    rows: Examples
    p: Floats
    base: float  # the share of buyers in the windows before


def built(rows: Examples, how: How, progress: Progress, stage: str) -> tuple[Model, list[Metric]]:
    """A model of these rows, and how good models like it are for customers that they were not shown."""
    def report(done: int, total: int) -> None:
        progress(stage, done, total + 1)

    apart = unseen(rows, how, report)
    p = probabilities(apart, how.kind, rows)
    scale, left = encoding(rows.columns)
    matrix = scale.apply(rows.columns)
    learned = curved(learn(how.kind, matrix, rows.bought, how.weights, how.seed), apart.scores, rows.bought)
    return Model(scale, learned, left, best_threshold(rows.bought, p)), of_folds(rows.bought, p, apart.fold)


def of_folds(bought: Flags, p: Floats, fold: Numbers) -> list[Metric]:
    """For each part, and their mean as the metric without a fold. A part in which all did the same has no areas."""
    made = []
    for name, measure, baseline in (("cross-validated AUC", area, 0.5), ("cross-validated lift of the top fifth", lift, 1.0),
                                    ("cross-validated log loss", log_loss, None)):
        values = []
        for number in np.unique(fold).tolist():
            mine = fold == number
            if bought[mine].any() and not bought[mine].all():
                values.append(measure(bought[mine], p[mine]))
                rest = log_loss(bought[mine], np.full(int(mine.sum()), bought[~mine].mean())) if baseline is None else baseline
                made.append(Metric(name, values[-1], baseline=rest, fold=number + 1))
        if values:
            whole = baseline if baseline is not None else float(np.mean([one.baseline for one in made if one.name == name]))
            made.append(Metric(name, float(np.mean(values)), baseline=whole))
    return made


def tested(rows: Examples, how: How, progress: Progress) -> Tested:
    """A model of all windows but the latest, and what it says of that."""
    latest = rows.window == rows.window.max()
    before, held = rows.chosen(~latest), rows.chosen(latest)
    model, _ = built(before, how, progress, "testing")
    return Tested(model, held, model.probabilities(held), float(before.bought.mean()))


def metrics(test: Tested, threshold: float) -> list[Metric]:
    """Of the latest window. Baselines: everybody has the share of buyers that there was before; of who is said to buy, chance."""
    bought, p = test.rows.bought, test.p
    found, share, same = confusion(bought, p, threshold), float(bought.mean()), np.full(len(p), test.base)
    chance = 2 * share / (1 + share)  # of saying of everybody that they buy
    return [
        Metric("AUC", area(bought, p), 0.5), Metric("lift of the top fifth", lift(bought, p), 1.0),
        Metric("log loss", log_loss(bought, p), log_loss(bought, same)), Metric("Brier score", brier(bought, p), brier(bought, same)),
        Metric("calibration error", calibration_error(calibration(bought, p)), abs(test.base - share)),
        Metric("accuracy", found.accuracy, max(share, 1 - share)), Metric("precision", found.precision, share),
        Metric("recall", found.recall, None), Metric("F1", found.f1, chance)]


@dataclass(frozen=True)
class Importance:
    """By how much the area under the ROC curve falls when the values of a feature are dealt out anew: the mean and the standard deviation
    of some times."""

    feature: str
    value: float
    deviation: float


TIMES, MOST_ROWS = 5, 20_000


def importances(test: Tested, seed: int) -> list[Importance]:
    """Of the latest window, the greatest first (permutation importance: L. Breiman, Random Forests, Machine Learning 45, 2001)."""
    from plugins.propensity.learning.sampling import sample

    chosen = sample(test.rows.bought, MOST_ROWS, seed)
    matrix, bought = test.model.encoding.apply(test.rows.chosen(chosen).columns), test.rows.bought[chosen]
    whole = area(bought, test.model.learned.probabilities(matrix))
    chance = np.random.default_rng(seed)
    found = []
    for feature in test.model.encoding.features:
        terms = [place for place, term in enumerate(test.model.encoding.terms) if term.feature == feature]
        falls = []
        for _ in range(TIMES):
            dealt = matrix.copy()
            dealt[:, terms] = matrix[chance.permutation(len(matrix))][:, terms]
            falls.append(whole - area(bought, test.model.learned.probabilities(dealt)))
        found.append(Importance(feature, float(np.mean(falls)), float(np.std(falls))))
    return sorted(found, key=lambda one: -one.value)


def alone(rows: Examples) -> dict[str, float]:
    """For each feature that is a number, the area under the ROC curve of that feature alone, from 0.5, whichever way it points: close to 1,
    it is the outcome itself. What is missing is the lowest value."""
    found = {}
    for column in rows.columns:
        if column.values.dtype != object:
            area_of = area(rows.bought, np.where(np.isnan(column.values), -np.inf, column.values))
            found[column.name] = max(area_of, 1 - area_of)
    return found

